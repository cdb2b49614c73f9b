// What the layouts of an LSTM and of a GRU have in common: the storeys, pipes, and how the word comes in.

import { clamp } from "../model/format.js";

/**
 * Belt above, gates below, a bus under them from the word and the last output to each gate.
 * @param {number} width
 * @param {number} height
 * @param {number} scale
 * @param {number} share of the width that a gate takes
 */
export function acrossMeasures(width, height, scale, share) {
  const top = 19 * scale;
  const thick = Math.round(height * 0.25);
  const bottom = top + thick;
  const gateWidth = width * share;
  const gateTop = Math.round(height * 0.585);
  const gateHeight = height - gateTop - 23 * scale;
  const gap = gateTop - bottom;
  return { height, scale, top, thick, bottom, gateWidth, gateTop, gateHeight, gap, join: bottom + gap * 0.66 };
}

/** @typedef {ReturnType<typeof acrossMeasures>} AcrossMeasures */

/**
 * @param {AcrossMeasures} measures
 * @param {number} entrance width of the word's box
 * @param {number[]} gates their middles
 * @returns {Pick<CellLayout, "bus" | "arrows" | "word" | "last">}
 */
export function acrossEntrance({ gateTop, gateHeight, height, scale }, entrance, gates) {
  const ground = gateTop + gateHeight;
  const bus = height - 8 * scale;
  const high = clamp(gateHeight - 72 * scale, 8 * scale, 34 * scale); // of the last output, above the word's name
  return {
    bus: [
      [
        [entrance / 2, ground],
        [entrance / 2, bus],
        [gates.at(-1), bus],
      ],
      ...gates.map(
        (x) =>
          /** @type {Point[]} */ ([
            [x, bus],
            [x, ground + 6 * scale],
          ]),
      ),
    ],
    arrows: gates.map((x) => ({ at: [x, ground + 3 * scale], toward: "up" })),
    word: [0, ground - 28 * scale, entrance, 28 * scale],
    last: [0, Math.min(gateTop + 18 * scale, ground - 54 * scale - high), entrance, high],
  };
}

/** @param {AcrossMeasures} measures @param {number} first knot, which the legend must leave alone @returns {Box} */
export function acrossLegend({ bottom, gap, scale }, first) {
  return [Math.min(84 * scale, first - 90 * scale), bottom + gap * 0.28 - 6 * scale, 52 * scale, 9 * scale];
}

/** On a phone the belt runs down on the left, the gates stand on its right. @param {number} width */
export function downMeasures(width) {
  const [left, thick, gateLeft, gateHeight] = [14, 76, 162, 106];
  const gateWidth = width - gateLeft - 26;
  return { width, left, thick, gateLeft, gateHeight, gateWidth, beside: left + thick + 7, join: gateLeft - 13 };
}

/**
 * @param {ReturnType<typeof downMeasures>} measures
 * @param {number[]} docks heights at which the bus meets the gates
 * @returns {Pick<CellLayout, "bus" | "arrows" | "word" | "last">}
 */
export function downEntrance({ width, gateLeft, gateWidth }, docks) {
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
      ...docks.map(
        (y) =>
          /** @type {Point[]} */ ([
            [right, y],
            [edge + 5, y],
          ]),
      ),
    ],
    arrows: docks.map((y) => ({ at: [edge + 1, y], toward: "left" })),
    word: [gateLeft, 30, 88, 28],
    last: [gateLeft + 98, 36, gateWidth - 98, 22],
  };
}

/** A pipe of a quantity, from point to point. @param {string} name @param {string} role @param {Point[]} points @returns {Pipe} */
export function pipe(name, role, ...points) {
  return { name, role, points };
}
