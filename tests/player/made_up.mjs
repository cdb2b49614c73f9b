// Readings made up for tests: the same each time.

import { Matrix } from "../../lstm_viz/components/player/js/model/matrix.js";
import { TraceView } from "../../lstm_viz/components/player/js/model/trace_view.js";
import { scaleFor, TINTS } from "./packed.mjs";

// Numbers from 0 to 1, the same for the same seed.
export function chance(seed) {
  let state = seed * 2654435761 + 12345;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export const PALETTE = {
  name: "made up",
  page: "#FFFFFF",
  panel: "#F6F7F9",
  ink: "#15171C",
  muted: "#565B66",
  rule: "#D5D8DF",
  negative: "#B3401B",
  positive: "#2450C0",
  forget: "#A0458E",
  input: "#137D4A",
  candidate: "#5E4200",
  output: "#3F3285",
  full_negative: "#F3AE93",
  full_positive: "#A3C5F7",
  class_1: "#A3C5F7",
  class_2: "#F4C27E",
  class_3: "#B9DDAE",
  class_4: "#E2B4DC",
  class_5: "#E9E07C",
  power: 0.8,
};

const QUANTITIES = [
  { name: "input_gate", label: "Input gate", symbol: "i", gate: true, color: "input" },
  { name: "forget_gate", label: "Forget gate", symbol: "f", gate: true, color: "forget" },
  { name: "candidate", label: "Candidate", symbol: "g", gate: false, color: "candidate" },
  { name: "output_gate", label: "Output gate", symbol: "o", gate: true, color: "output" },
  { name: "cell_state", label: "Cell state", symbol: "c", gate: false, color: "ink" },
  { name: "hidden_state", label: "Hidden state", symbol: "h", gate: false, color: "muted" },
].map((quantity) => ({ ...quantity, scale: scaleFor(quantity.name) }));

function matrix(rows, columns, value) {
  return new Matrix(rows, columns, Float32Array.from({ length: rows * columns }, value));
}

// Chances of many labels after each word, as a model gives them: they add up to 1.
function chances(steps, labels, next) {
  const found = matrix(steps, labels, () => next() ** 3 + 1e-6);
  for (let step = 0; step < steps; step += 1) {
    const row = found.row(step);
    const sum = row.reduce((total, value) => total + value, 0);
    row.forEach((value, label) => (row[label] = value / sum));
  }
  return found;
}

export function madeUp({
  steps = 12,
  units = 8,
  labels = 2,
  seed = 1,
  words = null,
  layer = [0, "forward"],
  ...others
} = {}) {
  const next = chance(seed);
  const gate = () => matrix(steps, units, next);
  const state = (limit) => matrix(steps, units, () => limit * (2 * next() - 1));
  const arrays = new Map([
    ["probability", chances(steps, labels, next)],
    ["cell_state", state(2.5)],
    ["initial_cell_state", matrix(1, units, () => 0)],
    ["input_gate", gate()],
    ["forget_gate", gate()],
    ["output_gate", gate()],
    ["candidate", state(1)],
  ]);
  const named = Array.from({ length: labels }, (_, label) => `label ${label}`);
  const facts = {
    words: words ?? Array.from({ length: steps }, (_, step) => [" ", "word".slice(0, 1 + (step % 4)) + step, true]),
    labels: named,
    label: labels === 2 ? 1 : 0,
    prior: named.map(() => 1 / labels),
    bands: labels === 2 ? [] : bands(labels),
    kind: "LSTM",
    quantities: QUANTITIES,
    orders: { similarity: shuffled(units, next), index: [...Array(units).keys()] },
    layers: [layer],
    layer,
    tints: TINTS,
    turningPoint: 0,
    ...others,
  };
  const trace = new TraceView(facts, arrays);
  const sizes = [...trace.path(facts.label).change].map(Math.abs);
  trace.turningPoint = sizes.indexOf(Math.max(...sizes));
  return trace;
}

// Five labels by name, the others together.
function bands(labels) {
  const own = [3, 1, 4, 0, 2].map((label) => ({ label: `label ${label}`, labels: [label], rest: false }));
  const rest = Array.from({ length: labels - 5 }, (_, k) => 5 + k);
  return [...own, { label: `${rest.length} others`, labels: rest, rest: true }];
}

function shuffled(count, next) {
  const keys = Array.from({ length: count }, next);
  return [...keys.keys()].sort((one, other) => keys[one] - keys[other]);
}

export function viewOf(trace, others = {}) {
  const order = "similarity";
  return { position: 0, unit: null, one: false, order, quantity: "cell_state", label: trace.label, ...others };
}

export const DESK = { palette: PALETTE, scale: 1, phone: false, presenting: false, ratio: 1 };

// Each letter as wide as half its height, as no font is.
export const measured = (text, size) => [...text].length * size * 0.5;
