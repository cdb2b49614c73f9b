// A reading, from the bytes that payload.py packed.

import { shownChances, tenths } from "./format.js";

export const FORMAT = 1; // of readings; that of payload.py

export class OtherFormatError extends Error {}

// A reading of another format would be drawn wrongly, and is not drawn.
export function decode(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  const facts = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  if (facts.format !== FORMAT) throw new OtherFormatError(saidOtherFormat(facts.format));
  const arrays = new Map();
  let place = 4 + length;
  for (const about of facts.arrays) {
    const size = about.rows * about.columns * (about.kind === "whole" ? 2 : 4);
    // A copy starts at 0: numbers cannot be read at any odd address.
    arrays.set(about.name, unpacked(about, bytes.slice(place, place + size).buffer));
    place += Math.ceil(size / 4) * 4;
  }
  return new Reading(facts, arrays);
}

function saidOtherFormat(format) {
  return format > FORMAT
    ? "This page was opened before the program was updated: reload the page."
    : "This reading was made by an older version of the program: read the text again.";
}

function unpacked({ kind, low, high, rows, columns }, buffer) {
  if (kind !== "whole") return new Matrix(rows, columns, new Float32Array(buffer));
  const step = (high - low) / 65535;
  return new Matrix(
    rows,
    columns,
    filled(new Uint16Array(buffer), (whole) => low + whole * step),
  );
}

// A value for each of others. A long review has 100,000 of them, which Float32Array.from is slow for.
function filled(values, law) {
  const found = new Float32Array(values.length);
  for (let k = 0; k < values.length; k += 1) found[k] = law(values[k], k);
  return found;
}

// Numbers in rows and columns: of a quantity, a row per word and a column per unit.
export class Matrix {
  constructor(rows, columns, data) {
    Object.assign(this, { rows, columns, data });
  }

  row(index) {
    return this.data.subarray(index * this.columns, (index + 1) * this.columns);
  }

  column(index) {
    return Float32Array.from({ length: this.rows }, (_, row) => this.data[row * this.columns + index]);
  }
}

function together(first, second, law) {
  return new Matrix(
    first.rows,
    first.columns,
    filled(first.data, (value, k) => law(value, second.data[k])),
  );
}

// Each row as it was one word before in the direction of reading; before the first stands ``start``.
function earlier(states, start, backward) {
  const { rows, columns, data } = states;
  const found = new Float32Array(data.length);
  if (backward) {
    found.set(data.subarray(columns));
    found.set(start, (rows - 1) * columns);
  } else {
    found.set(data.subarray(0, data.length - columns), columns);
    found.set(start);
  }
  return new Matrix(rows, columns, found);
}

const times = (a, b) => a * b;

// What follows from what was sent, by name and kind of cell.
const FOLLOWS = {
  LSTM: {
    hidden_state: (of) => together(of("output_gate"), of("shown"), times),
    shown: (of) => together(of("cell_state"), of("cell_state"), Math.tanh),
    kept: (of) => together(of("forget_gate"), of("memory_before"), times),
    written: (of) => together(of("input_gate"), of("candidate"), times),
  },
  GRU: {
    kept: (of) => together(of("update_gate"), of("memory_before"), times),
    written: (of) => together(of("update_gate"), of("candidate"), (z, n) => (1 - z) * n),
  },
  RNN: {},
};

// Every value of one layer at every word, and what the model said after each.
export class Reading {
  constructor(facts, arrays) {
    Object.assign(this, facts);
    this.arrays = arrays;
    this.memory = facts.kind === "LSTM" ? "cell_state" : "hidden_state";
    this.steps = this.words.length;
    this.units = this.of(this.memory).columns;
    this.orders = { ...facts.orders, index: [...Array(this.units).keys()] };
    this.backward = facts.layer[1] === "backward";
    const ends = [0, this.steps - 1];
    [this.firstRead, this.lastRead] = this.backward ? ends.reverse() : ends;
    // A projection puts out fewer units than remember: what votes is none of them.
    this.projected = (arrays.get("hidden_state")?.columns ?? this.units) !== this.units;
  }

  // Whether the layer reads one word before another.
  precedes(step, other) {
    return this.backward ? step > other : step < other;
  }

  has(name) {
    return this.arrays.has(name) || name in FOLLOWS[this.kind] || name.endsWith("_before");
  }

  of(name) {
    if (!this.arrays.has(name)) this.arrays.set(name, this.#following(name));
    return this.arrays.get(name);
  }

  #following(name) {
    const state = { memory_before: this.memory, hidden_before: "hidden_state" }[name];
    if (state) return earlier(this.of(state), this.of(`first_${state}`).data, this.backward);
    return FOLLOWS[this.kind][name]((other) => this.of(other));
  }

  // How the probability of one label went: after each word, and by how much each word moved it;
  // ``shown`` and ``points`` are the same in percent, as they are written.
  course(label) {
    const probability = this.of("probability").column(label);
    const before = this.before[label];
    const moved = probability.map((value, step) => value - (step ? probability[step - 1] : before));
    const shownBefore = shownChances(this.before)[label];
    const shown = Array.from({ length: this.steps }, (_, step) => this.shown(step)[label]);
    const points = shown.map((value, step) => tenths(value - (step ? shown[step - 1] : shownBefore)));
    return { label, before, probability, moved, shownBefore, shown, points };
  }

  // The chances of all labels after a word, in percent as they are shown.
  shown(step) {
    return shownChances(this.of("probability").row(step));
  }

  // What each unit says for a label after a word; null where units have no say of their own.
  votes(label, step) {
    if (!this.arrays.has("weight")) return null;
    const weight = this.of("weight").row(label);
    return this.of("hidden_state")
      .row(step)
      .map((value, unit) => value * weight[unit]);
  }
}
