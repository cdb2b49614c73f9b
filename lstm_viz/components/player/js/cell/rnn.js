// The plain RNN: the last output and the word meet, and what comes out is all there is. No belt:
// nothing is kept by itself.

export function plannedRnn(width, height, k, phone) {
  return phone ? downRnn(width) : acrossRnn(width, height, k);
}

function acrossRnn(width, height, k) {
  const top = 19 * k;
  const thick = Math.round(height * 0.25);
  const middle = width * 0.45;
  const line = top + thick / 2;
  const gateTop = Math.round(height * 0.52);
  const gateHeight = height - gateTop - 10 * k;
  const word = [middle - 70 * k, gateTop + 20 * k, 140 * k, 28 * k];
  const gateWidth = width * 0.4;
  return {
    belts: [
      { name: "memory_before", box: [0, top, middle - 60 * k, thick], tail: true },
      { name: "hidden_state", box: [middle + 60 * k, top, width - middle - 60 * k, thick], head: true },
    ],
    pipes: [],
    knots: [{ at: [middle, line], sign: "squash", role: "ink" }],
    gates: [{ name: "hidden_state", low: -1, box: [width - gateWidth, gateTop, gateWidth, gateHeight] }],
    bus: [
      [
        [middle, word[1]],
        [middle, line + 26 * k],
      ],
      [
        [middle - 60 * k, line],
        [middle - 42 * k, line],
      ],
      [
        [middle + 30 * k, line],
        [middle + 44 * k, line],
      ],
    ],
    arrows: [
      { at: [middle, line + 20 * k], toward: "up" },
      { at: [middle - 34 * k, line], toward: "right" },
      { at: [middle + 52 * k, line], toward: "right" },
    ],
    word,
    last: null,
    labels: [
      { at: [0, 13 * k], text: "last output h, average size", brief: "last output", value: "memory_before" },
      {
        at: [width, 13 * k],
        text: "output h, all that is remembered",
        brief: "output",
        value: "hidden_state",
        align: "right",
      },
      {
        at: [0, gateTop + 34 * k],
        text: "No belt: every step mixes all of the memory with the word.",
        brief: "No belt: all is mixed.",
      },
    ],
    legend: [84 * k, top + thick + 16 * k, 52 * k, 9 * k],
  };
}

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
