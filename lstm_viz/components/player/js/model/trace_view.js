// A text in one layer: every value at every word, and the prediction after each.

import { displayPercents, roundToTenth } from "./format.js";
import { combined, delayed, Matrix } from "./matrix.js";

/** @typedef {(name: string) => Matrix} Values */

/** @param {number} a @param {number} b */
const times = (a, b) => a * b;

/** What follows from what was sent, by kind of cell and name.
 * @type {Record<Kind, Record<string, (of: Values) => Matrix>>} */
const DERIVED = {
  LSTM: {
    hidden_state: (of) => combined(of("output_gate"), of("tanh_cell_state"), times),
    tanh_cell_state: (of) => combined(of("cell_state"), of("cell_state"), Math.tanh),
    kept: (of) => combined(of("forget_gate"), of("memory_before"), times),
    written: (of) => combined(of("input_gate"), of("candidate"), times),
  },
  GRU: {
    kept: (of) => combined(of("update_gate"), of("memory_before"), times),
    written: (of) => combined(of("update_gate"), of("candidate"), (z, n) => (1 - z) * n),
  },
  RNN: {},
};

/** The state that a name ending in ``before`` is of, one word later. @param {string} name @param {string} memory */
function stateBehind(name, memory) {
  if (name === "memory_before") return memory;
  return name === "hidden_before" ? "hidden_state" : null;
}

/** The facts that were sent, and every value of one layer. */
export class TraceView {
  /** @param {Facts} facts @param {Map<string, Matrix>} arrays */
  constructor(facts, arrays) {
    this.id = facts.id;
    this.about = facts.about;
    this.experiment = facts.experiment;
    this.words = facts.words;
    this.tail = facts.tail;
    this.truncated = facts.truncated;
    this.known = facts.known;
    this.readable = facts.readable;
    this.file = facts.file;
    this.labels = facts.labels;
    this.label = facts.label;
    this.prior = facts.prior;
    this.bias = facts.bias;
    this.bands = facts.bands;
    this.turningPoint = facts.turningPoint;
    this.kind = facts.kind;
    this.quantities = facts.quantities;
    this.layers = facts.layers;
    this.layer = facts.layer;
    this.step = facts.step;
    this.unit = facts.unit;
    this.order = facts.order;
    this.map = facts.map;
    this.menus = facts.menus;
    this.tints = facts.tints;
    this.palettes = facts.palettes;
    this.font = facts.font;
    this.arrays = arrays;
    this.memory = facts.kind === "LSTM" ? "cell_state" : "hidden_state";
    this.steps = this.words.length;
    this.units = this.of(this.memory).columns;
    /** @type {Record<string, number[]>} */
    this.orders = { ...facts.orders, index: [...Array(this.units).keys()] };
    this.backward = facts.layer[1] === "backward";
    this.firstRead = this.backward ? this.steps - 1 : 0;
    this.lastRead = this.backward ? 0 : this.steps - 1;
    // A projection puts out fewer units than remember: what votes is none of them.
    this.projected = (arrays.get("hidden_state")?.columns ?? this.units) !== this.units;
  }

  /** The text, as far as it was read. */
  get text() {
    return this.words.map(([gap, text]) => gap + text).join("") + this.tail;
  }

  /** Whether the layer reads one word before another. @param {number} step @param {number} other */
  precedes(step, other) {
    return this.backward ? step > other : step < other;
  }

  /** @param {string} name */
  has(name) {
    return this.arrays.has(name) || name in DERIVED[this.kind] || name.endsWith("_before");
  }

  /** @param {string} name @returns {Matrix} a row per word, a column per unit */
  of(name) {
    if (!this.arrays.has(name)) this.arrays.set(name, this.#derived(name));
    return this.arrays.get(name);
  }

  /** @param {string} name */
  #derived(name) {
    const state = stateBehind(name, this.memory);
    if (state) return delayed(this.of(state), this.of(`initial_${state}`).data, this.backward);
    return DERIVED[this.kind][name]((other) => this.of(other));
  }

  /**
   * How the probability of one label went: after each word, and by how much each word changed it;
   * ``percent`` and ``points`` are the same as they are written.
   * @param {number} label
   * @returns {PredictionPath}
   */
  path(label) {
    const probability = this.of("probability").column(label);
    const prior = this.prior[label];
    const change = probability.map((value, step) => value - (step ? probability[step - 1] : prior));
    const priorPercent = displayPercents(this.prior)[label];
    const percent = Array.from({ length: this.steps }, (_, step) => this.percents(step)[label]);
    const points = percent.map((value, step) => roundToTenth(value - (step ? percent[step - 1] : priorPercent)));
    return { label, prior, probability, change, priorPercent, percent, points };
  }

  /** The probabilities of all labels after a word, in percent as they are written. @param {number} step */
  percents(step) {
    return displayPercents(this.of("probability").row(step));
  }

  /**
   * What each unit says for a label after a word; null where units have no say of their own.
   * @param {number} label
   * @param {number} step
   */
  votes(label, step) {
    if (!this.arrays.has("weight")) return null;
    const weight = this.of("weight").row(label);
    return this.of("hidden_state")
      .row(step)
      .map((value, unit) => value * weight[unit]);
  }
}
