// Time: where the reader goes, frame by frame.

import { Motion } from "./model/motion.js";

const FAR = 1.5; // words; a longer way is a jump

/** @typedef {import("./store.js").Store} Store */

export class Clock {
  /**
   * @param {Store} store whose view moves
   * @param {(ended: {arrived: boolean, deepened: boolean}) => void} draw called in each frame: whether playing came
   *   to its end, and the way into one unit
   */
  constructor(store, draw) {
    this.store = store;
    this.draw = draw;
    this.frame = 0;
    this.motion = new Motion();
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
  }

  /** Nothing is under way any more. */
  reset() {
    this.motion = new Motion();
  }

  get playing() {
    return this.motion.playing;
  }

  /** Where a movement under way leads. */
  get target() {
    return this.motion.target ?? this.store.step;
  }

  /** The unit that will be looked at, or is. */
  get unit() {
    return this.motion.unitOf(this.store.view);
  }

  /** ``jump`` goes there at once. @param {number} to @param {boolean} jump */
  go(to, jump) {
    const { view } = this.store;
    if (jump || this.still.matches || Math.abs(to - view.position) > FAR) {
      this.motion.rest();
      view.position = to;
    } else this.motion.step(view.position, to);
    this.run();
  }

  /** Into one unit, or out of it with null. @param {number | null} unit */
  deepen(unit) {
    this.motion.deepen(this.store.view, unit, this.still.matches);
    this.run();
  }

  /** @param {number} until */
  play(until) {
    const { trace, step } = this.store;
    this.motion.play(trace.precedes(step, until) ? step : trace.firstRead, until);
    this.run();
  }

  /** Another speed from the word on that is being read. */
  pace() {
    if (this.playing) this.motion.play(this.store.step, this.motion.way.to);
  }

  rest() {
    this.motion.rest();
    this.store.view.position = this.store.step;
    this.run();
  }

  run() {
    if (!this.frame) this.frame = requestAnimationFrame((now) => this.#next(now));
  }

  /** @param {number} now */
  #next(now) {
    this.frame = 0;
    const { view, trace } = this.store;
    this.draw(this.motion.advance(view, now, trace, this.still.matches));
    if (this.motion.underWay) this.run();
  }

  leave() {
    cancelAnimationFrame(this.frame);
  }
}
