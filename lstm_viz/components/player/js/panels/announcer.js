// What is read aloud: the word, or the unit when another is looked at.

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
   * @param {boolean} silent where it is read aloud anyway, or nobody could listen so fast
   */
  announce({ trace, path, step, unit }, sentence, silent) {
    if (this.unit !== undefined && this.unit !== unit) put(this.node, unitSentence(trace, path, step, unit));
    else if (!silent) put(this.node, sentence);
    this.unit = unit;
  }
}
