// What screen readers announce: the word, or the unit when another is chosen.

import { unitSentence } from "../model/describe.js";
import { put } from "./dom.js";

export class Announcer {
  /** @param {HTMLElement} node */
  constructor(node) {
    this.node = node;
    /** The unit that was announced; none before the first. @type {number | null | undefined} */
    this.unit = undefined;
  }

  /**
   * @param {{trace: TraceView, path: PredictionPath, step: number, unit: number | null}} state
   * @param {string} sentence of the word
   * @param {boolean} silent while playing, or where the focused element is read aloud anyway
   */
  announce({ trace, path, step, unit }, sentence, silent) {
    if (this.unit !== undefined && this.unit !== unit) put(this.node, unitSentence(trace, path, step, unit));
    else if (!silent) put(this.node, sentence);
    this.unit = unit;
  }
}
