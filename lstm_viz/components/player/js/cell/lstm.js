// The LSTM: a belt with × and + on it, and what leaves it on the right.

import { beltLine, SLOT } from "./belts.js";
import { acrossEntrance, acrossLegend, acrossMeasures, downEntrance, downMeasures, pipe } from "./measures.js";

const LSTM_BELTS = ["memory_before", "kept", "cell_state"];

/**
 * @param {number} width
 * @param {number} height
 * @param {number} scale
 * @param {boolean} phone
 */
export function lstmLayout(width, height, scale, phone) {
  return phone ? downLstm(width) : acrossLstm(width, height, scale);
}

/** @param {number} width @param {number} height @param {number} scale @returns {CellParts} */
function acrossLstm(width, height, scale) {
  const measures = acrossMeasures(width, height, scale, 0.192);
  const { top, thick, bottom, gateWidth, gateTop, gateHeight, gap, join } = measures;
  const [forget, input, candidate, output] = [0.228, 0.452, 0.656, 0.862].map((share) => share * width);
  const plus = (input + candidate) / 2;
  const shown = bottom + gap * 0.62;
  const outThick = gap * 0.44;
  const outSlot = output + 17 * scale;
  const outBelt = outSlot + SLOT * 0.8 * scale + 4 * scale;
  const slots = [
    { name: "forget_gate", at: forget, role: "forget" },
    { name: "written", at: plus, role: "ink" },
  ];
  const line = beltLine(LSTM_BELTS, slots, { from: 0, to: width, across: top, thick, scale, vertical: false });
  /** @param {string} name @param {number} at @param {number} low @returns {Gate} */
  const gate = (name, at, low) => ({ name, low, box: [at - gateWidth / 2, gateTop, gateWidth, gateHeight] });
  return {
    belts: [
      ...line.belts,
      { name: "hidden_state", box: [outBelt, shown - outThick / 2, width - outBelt, outThick], head: true },
    ],
    slots: [
      ...line.slots,
      { name: "output_gate", role: "output", box: [outSlot, shown - outThick / 2, SLOT * 0.8 * scale, outThick] },
    ],
    pipes: [
      pipe("forget_gate", "forget", [forget, gateTop], [forget, bottom]),
      pipe("input_gate", "input", [input, gateTop], [input, join], [plus, join]),
      pipe("candidate", "candidate", [candidate, gateTop], [candidate, join], [plus, join]),
      pipe("written", "ink", [plus, join], [plus, bottom]),
      pipe("output_gate", "output", [output, gateTop], [output, shown]),
      pipe("tanh_cell_state", "ink", [output, bottom], [output, shown]),
    ],
    knots: [
      { at: [forget, bottom + gap * 0.2], sign: "×", role: "forget" },
      { at: [plus, bottom + gap * 0.2], sign: "+", role: "ink" },
      { at: [plus, join], sign: "×", role: "ink" },
      { at: [output, shown], sign: "×", role: "output" },
      { at: [output, bottom + gap * 0.22], sign: "tanh", role: "ink" },
    ],
    gates: [
      gate("forget_gate", forget, 0),
      gate("input_gate", input, 0),
      gate("candidate", candidate, -1),
      gate("output_gate", output, 0),
    ],
    ...acrossEntrance(measures, gateWidth * 0.54, [forget, input, candidate, output]),
    labels: [
      { at: [0, 13 * scale], text: "memory before, average size", brief: "before", value: "memory_before" },
      { at: [(forget + plus) / 2, 13 * scale], text: "kept", value: "kept", align: "center" },
      { at: [width, 13 * scale], text: "memory after", brief: "after", value: "cell_state", align: "right" },
      { at: [plus + 17 * scale, bottom + gap * 0.3], text: "written", value: "written" },
      {
        at: [width, shown - outThick / 2 - 6 * scale],
        text: "output h",
        brief: "h",
        value: "hidden_state",
        align: "right",
      },
      { at: [forget + 17 * scale, join + 5 * scale], text: "what to keep", hint: true },
      { at: [input - 12 * scale, join + 5 * scale], text: "what to write", align: "right", hint: true },
      { at: [output - 17 * scale, join + 5 * scale], text: "what to show", align: "right", hint: true },
    ],
    tags: [
      { at: [forget + 17 * scale, bottom + gap * 0.6], text: "× ", value: "forget_gate" },
      { at: [plus + 17 * scale, bottom + gap * 0.3], text: "+ ", value: "written" },
      { at: [output - 17 * scale, bottom + gap * 0.62], text: "", value: "tanh_cell_state", align: "right" },
    ],
    legend: acrossLegend(measures, forget),
  };
}

/** @param {number} width @returns {CellParts} */
function downLstm(width) {
  const measures = downMeasures(width);
  const { left, thick, gateLeft, gateHeight, gateWidth, beside, join } = measures;
  const middle = left + thick / 2;
  const [forgetTop, inputTop, candidateTop, outputTop] = [70, 188, 304, 424];
  const forget = forgetTop + 53;
  const plus = (inputTop + candidateTop + gateHeight) / 2;
  const end = outputTop - 2;
  const output = outputTop + 60;
  const slots = [
    { name: "forget_gate", at: forget, role: "forget" },
    { name: "written", at: plus, role: "ink" },
  ];
  const line = beltLine(LSTM_BELTS, slots, { from: 26, to: end, across: left, thick, scale: 1, vertical: true });
  /** @param {string} name @param {number} top @param {number} low @returns {Gate} */
  const gate = (name, top, low, more = 0) => ({ name, low, box: [gateLeft, top, gateWidth, gateHeight + more] });
  const docks = [forget, inputTop + 53, candidateTop + 53, output];
  return {
    belts: [...line.belts, { name: "hidden_state", box: [left, output + 34, thick, 56], head: true }],
    slots: [...line.slots, { name: "output_gate", role: "output", box: [left - 2, output + 19, thick + 4, 11] }],
    pipes: [
      pipe("forget_gate", "forget", [gateLeft, forget], [left + thick, forget]),
      pipe("input_gate", "input", [gateLeft, plus - 56], [join, plus - 56], [join, plus]),
      pipe("candidate", "candidate", [gateLeft, plus + 56], [join, plus + 56], [join, plus]),
      pipe("written", "ink", [join, plus], [left + thick, plus]),
      pipe("output_gate", "output", [gateLeft, output], [middle, output]),
      pipe("tanh_cell_state", "ink", [middle, end], [middle, output]),
    ],
    knots: [
      { at: [beside + 10, forget], sign: "×", role: "forget" },
      { at: [beside + 8, plus], sign: "+", role: "ink" },
      { at: [join, plus], sign: "×", role: "ink" },
      { at: [middle, output], sign: "×", role: "output" },
      { at: [middle, end + 22], sign: "tanh", role: "ink" },
    ],
    gates: [
      gate("forget_gate", forgetTop, 0),
      gate("input_gate", inputTop, 0),
      gate("candidate", candidateTop, -1),
      gate("output_gate", outputTop, 0, 6),
    ],
    ...downEntrance(measures, docks),
    labels: [
      { at: [left, 18], text: "before", value: "memory_before" },
      { at: [beside, forget + 40], text: "kept", value: "kept", under: true },
      { at: [beside, plus + 32], text: "wrote", value: "written", under: true },
      { at: [beside, end - 22], text: "after", value: "cell_state", under: true },
      { at: [beside, output + 52], text: "output", value: "hidden_state", under: true },
    ],
    tags: [
      { at: [beside, forget - 18], text: "× ", value: "forget_gate" },
      { at: [beside, plus - 18], text: "+ ", value: "written" },
      { at: [middle + 10, end + 52], text: "", value: "tanh_cell_state" },
    ],
    legend: [gateLeft + 60, output + 76, 90, 9],
  };
}
