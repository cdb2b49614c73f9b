// The reader on the way: playing, stepping, and going from all units to one and back.

import { clamp } from "./format.js";
import { cubicOut, DEPTH_MS, whilePlaying, whileStepping } from "./easing.js";

export class Motion {
  constructor() {
    this.way = null; // through the words
    this.depth = null; // into one unit
  }

  get playing() {
    return this.way?.kind === "play";
  }

  get underWay() {
    return this.way !== null || this.depth !== null;
  }

  // Where a step under way leads; null while nothing leads anywhere.
  get target() {
    return this.way?.kind === "step" ? this.way.to : null;
  }

  // The unit that will be looked at, or is.
  unitOf(view) {
    return this.depth ? this.depth.unit : view.unit;
  }

  play(from, to) {
    this.way = { kind: "play", from, to, began: performance.now() };
  }

  step(from, to) {
    this.way = { kind: "step", from, to, began: performance.now() };
  }

  rest() {
    this.way = null;
  }

  // To one unit, or from it to all where ``unit`` is null. On the way back the last unit stays
  // visible until it is gone.
  deepen(view, unit, atOnce) {
    const began = atOnce ? -Infinity : performance.now();
    this.depth = { from: view.depth, to: unit === null ? 0 : 1, unit, began };
    if (unit !== null) view.unit = unit;
  }

  // Brings a view to a moment. Returns what ended there: {arrived, deepened}. ``stepwise`` shows no
  // place between two words.
  advance(view, now, reading, stepwise) {
    return { arrived: this.#go(view, now, reading, stepwise), deepened: this.#deepen(view, now) };
  }

  #go(view, now, { firstRead, lastRead }, stepwise) {
    if (!this.way) return false;
    const { kind, from, to, began } = this.way;
    const { position, ended } =
      kind === "play" ? whilePlaying(from, now - began, view.speed, to) : whileStepping(from, to, now - began);
    view.position = stepwise ? Math.round(position) : position;
    if (!ended) return false;
    view.position = to;
    const again = kind === "play" && view.loop && to === lastRead;
    this.way = again ? { ...this.way, from: firstRead, began: now } : null;
    return kind === "play" && !again;
  }

  #deepen(view, now) {
    if (!this.depth) return false;
    const { from, to, began, unit } = this.depth;
    const share = clamp((now - began) / DEPTH_MS, 0, 1);
    view.depth = from + (to - from) * cubicOut(share);
    if (share < 1) return false;
    this.depth = null;
    view.unit = unit;
    return true;
  }
}
