// Movements under way: playing, stepping, and going from all units to one and back.

import { cubicOut, DEPTH_MS, playingPosition, steppingPosition } from "./easing.js";
import { clamp } from "./format.js";

/** @typedef {{kind: "play" | "step", from: number, to: number, began: number}} Way through the words */
/** @typedef {{from: number, to: number, unit: number | null, began: number}} Dive into one unit, or out of it */

export class Motion {
  constructor() {
    /** @type {Way | null} */
    this.way = null;
    /** @type {Dive | null} */
    this.dive = null;
  }

  get playing() {
    return this.way?.kind === "play";
  }

  get underWay() {
    return this.way !== null || this.dive !== null;
  }

  /** Where a step under way leads; null while nothing leads anywhere. */
  get target() {
    return this.way?.kind === "step" ? this.way.to : null;
  }

  /** The unit that will be looked at, or is. @param {View} view */
  unitOf(view) {
    return this.dive ? this.dive.unit : view.unit;
  }

  /** @param {number} from @param {number} to */
  play(from, to) {
    this.way = { kind: "play", from, to, began: performance.now() };
  }

  /** @param {number} from @param {number} to */
  step(from, to) {
    this.way = { kind: "step", from, to, began: performance.now() };
  }

  rest() {
    this.way = null;
  }

  /**
   * To one unit, or from it to all where ``unit`` is null. On the way back the last unit stays
   * visible until it is gone.
   * @param {View} view
   * @param {number | null} unit
   * @param {boolean} atOnce
   */
  deepen(view, unit, atOnce) {
    const began = atOnce ? -Infinity : performance.now();
    this.dive = { from: view.depth, to: unit === null ? 0 : 1, unit, began };
    if (unit !== null) view.unit = unit;
  }

  /**
   * Brings a view to a moment, and returns what ended there. ``stepwise`` shows no place between two words.
   * @param {View} view
   * @param {number} now
   * @param {TraceView} trace
   * @param {boolean} stepwise
   */
  advance(view, now, trace, stepwise) {
    return { arrived: this.#go(view, now, trace, stepwise), deepened: this.#dive(view, now) };
  }

  /** @param {View} view @param {number} now @param {TraceView} trace @param {boolean} stepwise */
  #go(view, now, { firstRead, lastRead }, stepwise) {
    if (!this.way) return false;
    const { kind, from, to, began } = this.way;
    const { position, ended } =
      kind === "play" ? playingPosition(from, now - began, view.speed, to) : steppingPosition(from, to, now - began);
    view.position = stepwise ? Math.round(position) : position;
    if (!ended) return false;
    view.position = to;
    const again = kind === "play" && view.loop && to === lastRead;
    this.way = again ? { ...this.way, from: firstRead, began: now } : null;
    return kind === "play" && !again;
  }

  /** @param {View} view @param {number} now */
  #dive(view, now) {
    if (!this.dive) return false;
    const { from, to, began, unit } = this.dive;
    const share = clamp((now - began) / DEPTH_MS, 0, 1);
    view.depth = from + (to - from) * cubicOut(share);
    if (share < 1) return false;
    this.dive = null;
    view.unit = unit;
    return true;
  }
}
