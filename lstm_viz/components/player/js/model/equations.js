// The equation of a cell, and the same with the numbers of one unit. A piece is a text and the
// colour it has; pieces without one are muted. Numbers are rounded after computing.

import { plain } from "./format.js";

const SAME_SUM = 1e-3; // of a state: more than gates in 16 bits are off by

const LAWS = {
  LSTM: [
    ["c", "ink"],
    [" = "],
    ["f", "forget"],
    [" × c before + "],
    ["i", "input"],
    [" × "],
    ["g", "candidate"],
    [", "],
    ["h", "ink"],
    [" = "],
    ["o", "output"],
    [" × tanh c"],
  ],
  GRU: [
    ["h", "ink"],
    [" = "],
    ["z", "input"],
    [" × h before + (1 − "],
    ["z", "input"],
    [") × "],
    ["n", "candidate"],
    [", as PyTorch counts z"],
  ],
  RNN: [["h", "ink"], [" = "], ["squash"], ["(W × word + U × h before + b)"]],
};

const SUMS = {
  LSTM: (of, projected, instead) => [
    ["kept "],
    [of("forget_gate"), "forget"],
    [` × ${of("memory_before")} + written `],
    [of("input_gate"), "input"],
    [" × "],
    [of("candidate"), "candidate"],
    [` = ${of("kept")} + ${of("written")} = ${instead("cell_state", (value) => value("kept") + value("written"))}`],
    [`c ${of("cell_state")}`, "ink"],
    [projected ? "  ·  projected: " : "  ·  h = "],
    [of("output_gate"), "output"],
    [` × tanh ${of("cell_state")}`],
    ...(projected
      ? []
      : [
          [` = ${instead("hidden_state", (value) => value("output_gate") * Math.tanh(value("cell_state")))}`],
          [of("hidden_state"), "ink"],
        ]),
  ],
  GRU: (of, _, instead) => [
    ["kept "],
    [of("update_gate"), "input"],
    [` × ${of("memory_before")} + written (1 − `],
    [of("update_gate"), "input"],
    [") × "],
    [of("candidate"), "candidate"],
    [` = ${of("kept")} + ${of("written")} = ${instead("hidden_state", (value) => value("kept") + value("written"))}`],
    [`h ${of("hidden_state")}`, "ink"],
  ],
  RNN: (of) => [[`h before ${of("memory_before")}, `], [`h ${of("hidden_state")}`, "ink"]],
};

// The equation in general.
export function lawOf(kind, squash, projected = false) {
  const law = LAWS[kind].map(([text, role]) => [text === "squash" ? squash : text, role]);
  return projected ? [...law, [", projected"]] : law;
}

// The equation with the numbers of one unit at one moment, with so many digits.
export function sumOf(moment, unit, digits = 2) {
  const { kind, projected, experiment } = moment.reading;
  const value = (name) => moment.of(name)[unit];
  // Where a state is forced, what it would have been does not lead to what it is.
  const instead = (name, computed) => {
    const found = computed(value);
    const same = !experiment || Math.abs(found - value(name)) <= SAME_SUM * (1 + Math.abs(found));
    return same ? "" : `${plain(found, digits)}, forced to `;
  };
  return SUMS[kind]((name) => plain(value(name), digits), projected, instead);
}

export const saidPlainly = (pieces) => pieces.map(([text]) => text).join("");

// What bounds the output of a plain RNN: relu lets nothing below 0 through, tanh does.
export function squashOf(reading) {
  return reading.of("hidden_state").data.some((value) => value < 0) ? "tanh" : "relu";
}

const sum = (values) => values.reduce((total, value) => total + value, 0);

// What speaks against and for a label after a word; null where units have no say of their own.
export function tally(reading, label, step) {
  const votes = reading.votes(label, step);
  if (!votes || !reading.bias) return null;
  const against = sum(votes.filter((vote) => vote < 0));
  const inFavour = sum(votes.filter((vote) => vote > 0));
  return { against, inFavour, bias: reading.bias[label], total: against + inFavour + reading.bias[label] };
}

// The largest sum on either side in the whole reading: the end of a fixed axis.
export function largestTally(reading, label) {
  let most = 0;
  for (let step = 0; step < reading.steps; step += 1) {
    const found = tally(reading, label, step);
    if (found) most = Math.max(most, -found.against, found.inFavour);
  }
  return most;
}

// The units whose votes a word changed most: [unit, change], the largest first.
export function movers(reading, label, step, count) {
  if (!reading.arrays.has("weight") || reading.projected) return [];
  const weight = reading.of("weight").row(label);
  const [now, before] = [reading.of("hidden_state").row(step), reading.of("hidden_before").row(step)];
  const changes = Array.from(weight, (w, unit) => [unit, w * (now[unit] - before[unit])]);
  return changes.sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]) || a[0] - b[0]).slice(0, count);
}

const logistic = (score) => 1 / (1 + Math.exp(-score));

// The chance of the label of two without one unit's vote, everything else as it is.
export function without(reading, label, step, unit) {
  return logistic(tally(reading, label, step).total - reading.votes(label, step)[unit]);
}

// The labels of a prediction after one word and their chances as they are shown, the likeliest first;
// those without a band left out.
export function ranked(reading, step) {
  const chances = reading.of("probability").row(step);
  const shown = reading.shown(step);
  return reading.bands
    .filter(({ rest }) => !rest)
    .sort((a, b) => chances[b.labels[0]] - chances[a.labels[0]])
    .map(({ label, labels }) => [label, shown[labels[0]]]);
}
