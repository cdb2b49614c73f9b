// The GRU: one belt, h. The update gate keeps z of it and lets 1 − z of the candidate in, as
// PyTorch defines it: one pipe that forks, whose two widths add up to 1. The reset gate scales what
// the candidate hears of the last output. Nothing stands between the belt and the output.

import { beltLine } from "./belts.js";
import { acrossEntrance, acrossLegend, acrossMeasures, downEntrance, downMeasures, pipe } from "./measures.js";

const GRU_BELTS = ["memory_before", "kept", "hidden_state"];

/**
 * @param {number} width
 * @param {number} height
 * @param {number} scale
 * @param {boolean} phone
 */
export function gruLayout(width, height, scale, phone) {
  return phone ? downGru(width) : acrossGru(width, height, scale);
}

/** @param {number} width @param {number} height @param {number} scale @returns {CellParts} */
function acrossGru(width, height, scale) {
  const measures = acrossMeasures(width, height, scale, 0.22);
  const { top, thick, bottom, gateWidth, gateTop, gateHeight, gap, join } = measures;
  const [update, candidate, reset] = [0.29, 0.58, 0.87].map((share) => share * width);
  const plus = (update + candidate) / 2 + 20 * scale;
  const dock = gateTop + gateHeight * 0.5;
  const slots = [
    { name: "update_gate", at: update, role: "input" },
    { name: "written", at: plus, role: "ink" },
  ];
  /** @param {string} name @param {number} at @param {number} low @returns {Gate} */
  const gate = (name, at, low) => ({ name, low, box: [at - gateWidth / 2, gateTop, gateWidth, gateHeight] });
  return {
    ...beltLine(GRU_BELTS, slots, { from: 0, to: width, across: top, thick, scale, vertical: false }),
    pipes: [
      pipe("update_gate", "input", [update, gateTop], [update, bottom]),
      { ...pipe("update_gate", "input", [update, join], [plus, join]), rest: true },
      pipe("candidate", "candidate", [candidate, gateTop], [candidate, join], [plus, join]),
      pipe("written", "ink", [plus, join], [plus, bottom]),
      pipe("reset_gate", "forget", [reset - gateWidth / 2, dock], [candidate + gateWidth / 2, dock]),
    ],
    knots: [
      { at: [update, bottom + gap * 0.2], sign: "×", role: "input" },
      { at: [plus, bottom + gap * 0.2], sign: "+", role: "ink" },
      { at: [plus, join], sign: "×", role: "ink" },
      { at: [(candidate + reset) / 2, dock], sign: "×", role: "forget" },
    ],
    gates: [gate("update_gate", update, 0), gate("candidate", candidate, -1), gate("reset_gate", reset, 0)],
    ...acrossEntrance(measures, gateWidth * 0.48, [update, candidate, reset]),
    labels: [
      { at: [0, 13 * scale], text: "memory before, average size", brief: "before", value: "memory_before" },
      { at: [(update + plus) / 2, 13 * scale], text: "kept", value: "kept", align: "center" },
      {
        at: [width, 13 * scale],
        text: "memory after, the output",
        brief: "after",
        value: "hidden_state",
        align: "right",
      },
      { at: [plus + 17 * scale, bottom + gap * 0.3], text: "written", value: "written" },
      { at: [update - 17 * scale, bottom + gap * 0.72], text: "z, what to keep", align: "right", hint: true },
      { at: [(update + plus) / 2 + 4 * scale, join - 13 * scale], text: "1 − z", align: "center" },
      { at: [candidate + 14 * scale, join + 5 * scale], text: "what to write", hint: true },
      {
        at: [reset + gateWidth / 2, gateTop - 8 * scale],
        text: "how much of the last output to use",
        align: "right",
        hint: true,
      },
    ],
    tags: [
      { at: [update + 17 * scale, bottom + gap * 0.42], text: "× ", value: "update_gate" },
      { at: [plus + 17 * scale, bottom + gap * 0.3], text: "+ ", value: "written" },
    ],
    legend: acrossLegend(measures, update),
  };
}

/** @param {number} width @returns {CellParts} */
function downGru(width) {
  const measures = downMeasures(width);
  const { left, thick, gateLeft, gateHeight, gateWidth, beside, join } = measures;
  const [updateTop, candidateTop, resetTop] = [70, 206, 348];
  const update = updateTop + 53;
  const plus = candidateTop + 53;
  const middle = gateLeft + gateWidth / 2;
  const slots = [
    { name: "update_gate", at: update, role: "input" },
    { name: "written", at: plus, role: "ink" },
  ];
  /** @param {string} name @param {number} top @param {number} low @returns {Gate} */
  const gate = (name, top, low) => ({ name, low, box: [gateLeft, top, gateWidth, gateHeight] });
  const docks = [update, plus, resetTop + 53];
  return {
    ...beltLine(GRU_BELTS, slots, { from: 26, to: 470, across: left, thick, scale: 1, vertical: true }),
    pipes: [
      pipe("update_gate", "input", [gateLeft, update], [left + thick, update]),
      { ...pipe("update_gate", "input", [join, update], [join, plus]), rest: true },
      pipe("candidate", "candidate", [gateLeft, plus], [join, plus]),
      pipe("written", "ink", [join, plus], [left + thick, plus]),
      pipe("reset_gate", "forget", [middle, resetTop], [middle, candidateTop + gateHeight]),
    ],
    knots: [
      { at: [beside + 10, update], sign: "×", role: "input" },
      { at: [beside + 8, plus], sign: "+", role: "ink" },
      { at: [join, plus], sign: "×", role: "ink" },
      { at: [middle, resetTop - 18], sign: "×", role: "forget" },
    ],
    gates: [gate("update_gate", updateTop, 0), gate("candidate", candidateTop, -1), gate("reset_gate", resetTop, 0)],
    ...downEntrance(measures, docks),
    labels: [
      { at: [left, 18], text: "before", value: "memory_before" },
      { at: [beside, update + 40], text: "kept", value: "kept", under: true },
      { at: [beside, plus + 32], text: "wrote", value: "written", under: true },
      { at: [beside, 440], text: "after", value: "hidden_state", under: true },
      { at: [join + 16, (update + plus) / 2 + 4], text: "1 − z" },
    ],
    tags: [
      { at: [beside, update - 18], text: "× ", value: "update_gate" },
      { at: [beside, plus - 18], text: "+ ", value: "written" },
    ],
    legend: [gateLeft + 60, 482, 90, 9],
  };
}
