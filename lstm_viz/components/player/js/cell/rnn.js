// The plain RNN: the last output and the word meet, and what comes out is all there is. No belt to draw:
// nothing is kept by itself.

/**
 * @param {number} width
 * @param {number} height
 * @param {number} scale
 * @param {boolean} phone
 */
export function rnnLayout(width, height, scale, phone) {
  return phone ? downRnn(width) : acrossRnn(width, height, scale);
}

/** @param {number} width @param {number} height @param {number} scale @returns {CellParts} */
function acrossRnn(width, height, scale) {
  const top = 19 * scale;
  const thick = Math.round(height * 0.25);
  const middle = width * 0.45;
  const line = top + thick / 2;
  const gateTop = Math.round(height * 0.52);
  const gateHeight = height - gateTop - 10 * scale;
  /** @type {Box} */
  const word = [middle - 70 * scale, gateTop + 20 * scale, 140 * scale, 28 * scale];
  const gateWidth = width * 0.4;
  return {
    belts: [
      { name: "memory_before", box: [0, top, middle - 60 * scale, thick], tail: true },
      { name: "hidden_state", box: [middle + 60 * scale, top, width - middle - 60 * scale, thick], head: true },
    ],
    pipes: [],
    knots: [{ at: [middle, line], sign: "squash", role: "ink" }],
    gates: [{ name: "hidden_state", low: -1, box: [width - gateWidth, gateTop, gateWidth, gateHeight] }],
    bus: [
      [
        [middle, word[1]],
        [middle, line + 26 * scale],
      ],
      [
        [middle - 60 * scale, line],
        [middle - 42 * scale, line],
      ],
      [
        [middle + 30 * scale, line],
        [middle + 44 * scale, line],
      ],
    ],
    arrows: [
      { at: [middle, line + 20 * scale], toward: "up" },
      { at: [middle - 34 * scale, line], toward: "right" },
      { at: [middle + 52 * scale, line], toward: "right" },
    ],
    word,
    last: null,
    labels: [
      { at: [0, 13 * scale], text: "last output h, average size", brief: "last output", value: "memory_before" },
      {
        at: [width, 13 * scale],
        text: "output h, all that is remembered",
        brief: "output",
        value: "hidden_state",
        align: "right",
      },
      {
        at: [0, gateTop + 34 * scale],
        text: "No gates: each step mixes the whole memory with the word.",
        brief: "No gates: all is mixed.",
      },
    ],
    legend: [84 * scale, top + thick + 16 * scale, 52 * scale, 9 * scale],
  };
}

/** @param {number} width @returns {CellParts} */
function downRnn(width) {
  const [left, thick, gateLeft] = [14, 76, 162];
  const middle = left + thick / 2;
  const gateWidth = width - gateLeft - 14;
  return {
    belts: [
      { name: "memory_before", box: [left, 26, thick, 110], tail: true },
      { name: "hidden_state", box: [left, 216, thick, 130], head: true },
    ],
    pipes: [],
    knots: [{ at: [middle, 176], sign: "squash", role: "ink" }],
    gates: [{ name: "hidden_state", low: -1, box: [gateLeft, 216, gateWidth, 120] }],
    bus: [
      [
        [gateLeft, 176],
        [middle + 40, 176],
      ],
      [
        [middle, 140],
        [middle, 150],
      ],
      [
        [middle, 196],
        [middle, 204],
      ],
    ],
    arrows: [
      { at: [middle + 34, 176], toward: "left" },
      { at: [middle, 158], toward: "down" },
      { at: [middle, 212], toward: "down" },
    ],
    word: [gateLeft, 162, Math.min(140, gateWidth), 28],
    last: null,
    labels: [
      { at: [left, 18], text: "last output", value: "memory_before" },
      { at: [left, 368], text: "output, all that is remembered", value: "hidden_state" },
    ],
    legend: [gateLeft + 30, 60, 90, 9],
  };
}
