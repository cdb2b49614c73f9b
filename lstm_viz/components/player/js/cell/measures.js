// What the plans of an LSTM and of a GRU have in common: the storeys, and how the word comes in.

import { clamp } from "../model/format.js";

// Belt above, gates below, a bus under them from the word and the last output to each gate.
export function acrossMeasures(width, height, k, share) {
  const top = 19 * k;
  const thick = Math.round(height * 0.25);
  const bottom = top + thick;
  const gateWidth = width * share;
  const gateTop = Math.round(height * 0.585);
  const gateHeight = height - gateTop - 23 * k;
  const gap = gateTop - bottom;
  return { top, thick, bottom, gateWidth, gateTop, gateHeight, gap, join: bottom + gap * 0.66 };
}

// ``entrance`` is the width of the word's box, ``gates`` the middles of the gates.
export function acrossEntrance({ gateTop, gateHeight }, height, k, entrance, gates) {
  const ground = gateTop + gateHeight;
  const bus = height - 8 * k;
  const high = clamp(gateHeight - 72 * k, 8 * k, 34 * k); // of the last output, above the word's name
  return {
    bus: [
      [
        [entrance / 2, ground],
        [entrance / 2, bus],
        [gates.at(-1), bus],
      ],
      ...gates.map((x) => [
        [x, bus],
        [x, ground + 6 * k],
      ]),
    ],
    arrows: gates.map((x) => ({ at: [x, ground + 3 * k], toward: "up" })),
    word: [0, ground - 28 * k, entrance, 28 * k],
    last: [0, Math.min(gateTop + 18 * k, ground - 54 * k - high), entrance, high],
  };
}

// ``first`` is the first knot, which it must leave alone.
export function acrossLegend({ bottom, gap }, k, first) {
  return [Math.min(84 * k, first - 90 * k), bottom + gap * 0.28 - 6 * k, 52 * k, 9 * k];
}

// On a phone the belt runs down on the left, the gates stand on its right.
export function downMeasures(width) {
  const [left, thick, gateLeft, gateHeight] = [14, 76, 162, 106];
  const gateWidth = width - gateLeft - 26;
  return { left, thick, gateLeft, gateHeight, gateWidth, beside: left + thick + 7, join: gateLeft - 13 };
}

// ``docks`` are the heights at which the bus meets the gates.
export function downEntrance({ gateLeft, gateWidth }, width, docks) {
  const right = width - 12;
  const edge = gateLeft + gateWidth;
  return {
    bus: [
      [
        [right, 47],
        [right, docks.at(-1)],
      ],
      [
        [edge, 47],
        [right, 47],
      ],
      [
        [gateLeft + 88, 47],
        [gateLeft + 98, 47],
      ],
      ...docks.map((y) => [
        [right, y],
        [edge + 5, y],
      ]),
    ],
    arrows: docks.map((y) => ({ at: [edge + 1, y], toward: "left" })),
    word: [gateLeft, 30, 88, 28],
    last: [gateLeft + 98, 36, gateWidth - 98, 22],
  };
}
