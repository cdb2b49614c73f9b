// The equation of a cell, and the same with the numbers of one unit. A piece is a text and the
// colour it has; pieces without one are muted. Numbers are rounded after computing.

import { plain } from "./format.js";

const SAME_SUM = 1e-3; // of a state: more than gates in 16 bits are off by

/** @type {Record<Kind, Piece[]>} */
const EQUATIONS = {
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
    [", in PyTorch’s convention"],
  ],
  RNN: [["h", "ink"], [" = "], ["squash"], ["(W × word + U × h before + b)"]],
};

/** The numbers of one unit as texts; ``instead`` is what a state would have been that is forced.
 * @typedef {{
 *   of: (name: string) => string,
 *   instead: (name: string, computed: (value: (name: string) => number) => number) => string,
 *   projected: boolean,
 * }} Numbers */

/** @type {Record<Kind, (numbers: Numbers) => Piece[]>} */
const WITH_NUMBERS = {
  LSTM: ({ of, instead, projected }) => {
    const sum = instead("cell_state", (value) => value("kept") + value("written"));
    const output = instead("hidden_state", (value) => value("output_gate") * Math.tanh(value("cell_state")));
    return [
      ["kept "],
      [of("forget_gate"), "forget"],
      [` × ${of("memory_before")} + written `],
      [of("input_gate"), "input"],
      [" × "],
      [of("candidate"), "candidate"],
      [` = ${of("kept")} + ${of("written")} = ${sum}`],
      [`c ${of("cell_state")}`, "ink"],
      [projected ? "  ·  projected: " : "  ·  h = "],
      [of("output_gate"), "output"],
      [` × tanh ${of("cell_state")}`],
      .../** @type {Piece[]} */ (projected ? [] : [[` = ${output}`], [of("hidden_state"), "ink"]]),
    ];
  },
  GRU: ({ of, instead }) => {
    const sum = instead("hidden_state", (value) => value("kept") + value("written"));
    return [
      ["kept "],
      [of("update_gate"), "input"],
      [` × ${of("memory_before")} + written (1 − `],
      [of("update_gate"), "input"],
      [") × "],
      [of("candidate"), "candidate"],
      [` = ${of("kept")} + ${of("written")} = ${sum}`],
      [`h ${of("hidden_state")}`, "ink"],
    ];
  },
  RNN: ({ of }) => [[`h before ${of("memory_before")}, `], [`h ${of("hidden_state")}`, "ink"]],
};

/**
 * The equation in general.
 * @param {Kind} kind
 * @param {string} squash
 * @returns {Piece[]}
 */
export function equation(kind, squash, projected = false) {
  const pieces = EQUATIONS[kind].map(
    ([text, role]) => /** @type {Piece} */ ([text === "squash" ? squash : text, role]),
  );
  return projected ? [...pieces, [", projected"]] : pieces;
}

/**
 * The equation with the numbers of one unit at one moment, with so many digits.
 * @param {Frame} frame
 * @param {number} unit
 */
export function unitEquation(frame, unit, digits = 2) {
  const { kind, projected, experiment } = frame.trace;
  /** @param {string} name */
  const value = (name) => frame.of(name)[unit];
  return WITH_NUMBERS[kind]({
    of: (name) => plain(value(name), digits),
    // Where a state is forced, what it would have been does not lead to what it is.
    instead: (name, computed) => {
      const found = computed(value);
      const same = !experiment || Math.abs(found - value(name)) <= SAME_SUM * (1 + Math.abs(found));
      return same ? "" : `${plain(found, digits)}, forced to `;
    },
    projected,
  });
}

/** @param {Piece[]} pieces */
export const plainText = (pieces) => pieces.map(([text]) => text).join("");

/** What bounds the output of a plain RNN: relu lets nothing below 0 through, tanh does. @param {TraceView} trace */
export function squashOf(trace) {
  return trace.of("hidden_state").data.some((value) => value < 0) ? "tanh" : "relu";
}
