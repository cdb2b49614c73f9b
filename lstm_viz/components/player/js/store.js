// What is looked at, and of which trace; and what has to be drawn anew after a change.

import { PREDICTION } from "./draw/word_tints.js";
import { clamp } from "./model/format.js";
import { turningWord } from "./model/view.js";

// What the panels show; all else of a view is in the picture of the cell and the timeline alone.
/** @type {(keyof View)[]} */
const IN_PANELS = ["unit", "order", "quantity", "tint", "label"];

/** What a change makes dirty: the pictures, or the panels around them too. @typedef {"pictures" | "all"} Dirty */

export class Store {
  constructor() {
    /** @type {TraceView | null} */
    this.trace = null;
    /** Of the label that is followed. @type {PredictionPath | null} */
    this.path = null;
    /** The word that changed its probability most. */
    this.turning = 0;
    /** The unit that was looked at last. @type {number | null} */
    this.lastUnit = null;
    /** The label that the reader chose to follow, in every text that has it. @type {string | null} */
    this.followed = null;
    /** @type {View} */
    this.view = {
      position: 0,
      unit: null,
      depth: 0,
      order: "similarity",
      quantity: "",
      label: 0,
      from: 0,
      to: 0,
      rows: null,
      tint: PREDICTION,
      speed: 3,
      loop: false,
    };
  }

  /** The word that is being read: the nearer one. */
  get step() {
    return Math.round(this.view.position);
  }

  /**
   * Shows a trace. A new trace is shown as it was opened, unless the server was away and sends the same text
   * again: then the reader's place is kept.
   * @param {TraceView} trace
   * @param {boolean} returned whether the server was away
   */
  show(trace, returned) {
    const fresh = trace.id !== this.trace?.id;
    const kept = returned ? this.#keptBy(trace) : null;
    this.trace = trace;
    if (fresh) this.#open(trace);
    if (kept) Object.assign(this.view, kept);
    this.#followPath(this.view.label);
    return { fresh, kept: kept !== null };
  }

  /** Where the reader stands, if another trace of the same text and layer has it too. @param {TraceView} trace */
  #keptBy(trace) {
    const same = this.trace && trace.text === this.trace.text && trace.units === this.trace.units;
    const { position, unit, depth, quantity, order } = this.view;
    const found = { position, unit, depth, quantity, order };
    return same && trace.has(quantity) && trace.orders[order] ? found : null;
  }

  /** @param {TraceView} trace */
  #open(trace) {
    const { view } = this;
    const followed = trace.labels.indexOf(this.followed);
    Object.assign(view, {
      position: clamp(trace.step, 0, trace.steps - 1),
      unit: trace.unit,
      depth: trace.unit === null ? 0 : 1,
      label: followed < 0 ? trace.label : followed,
      from: 0,
      to: trace.steps,
      rows: null,
      order: [trace.order, view.order, "index"].find((name) => name in trace.orders),
      quantity: [trace.map, trace.memory].find((name) => name && trace.has(name)),
      tint: trace.has(view.tint) ? view.tint : PREDICTION,
    });
    this.lastUnit = trace.unit;
  }

  /** @param {number} label */
  #followPath(label) {
    this.path = this.trace.path(label);
    this.turning = turningWord(this.trace, this.path);
  }

  /** @param {Partial<View>} changes @returns {Dirty} */
  change(changes) {
    Object.assign(this.view, changes);
    if (changes.label !== undefined) {
      this.followed = this.trace.labels[changes.label];
      this.#followPath(changes.label);
    }
    return IN_PANELS.some((name) => name in changes) ? "all" : "pictures";
  }

  /**
   * The reader's place, as it is sent to the server. Default values are left empty, so that links are short.
   * @param {number} step
   * @param {number | null} unit
   * @returns {Place}
   */
  place(step, unit) {
    const { trace, view } = this;
    const order = view.order === Object.keys(trace.orders)[0] ? "" : view.order;
    const map = view.quantity === trace.memory ? "" : view.quantity;
    return { id: trace.id, step, unit, order, map };
  }
}
