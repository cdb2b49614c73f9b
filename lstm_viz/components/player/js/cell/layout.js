// Where do the parts of a cell stand? Numbers only: diagram.js draws what is laid out here.

import { gruLayout } from "./gru.js";
import { lstmLayout } from "./lstm.js";
import { rnnLayout } from "./rnn.js";

const LAYOUTS = { LSTM: lstmLayout, GRU: gruLayout, RNN: rnnLayout };

// Pixels at scale 1 that the parts of a cell need, width and height; in less the picture is not seen whole.
const ROOM = { across: [480, 200], down: [330, 200] };
const BRIEF = 800; // pixels at scale 1, below which there is no room for what can be left out

/** How high the cell is on a phone, where the page scrolls. */
export const PHONE_HEIGHTS = { LSTM: 590, GRU: 500, RNN: 400 };

/**
 * @param {Kind} kind
 * @param {number} wide
 * @param {number} high
 * @param {Pick<Theme, "scale" | "phone">} theme
 * @returns {CellLayout}
 */
export function cellLayout(kind, wide, high, { scale, phone }) {
  const least = phone ? ROOM.down : ROOM.across;
  const [width, height] = [wide, high].map((size, axis) => Math.max(size, least[axis] * scale));
  const { labels, ...parts } = LAYOUTS[kind](width, height, scale, phone);
  const narrow = !phone && width < BRIEF * scale;
  return {
    vertical: phone,
    slots: [],
    pipes: [],
    knots: [],
    gates: [],
    tags: [],
    ...parts,
    labels: narrow ? shortened(labels) : labels,
  };
}

/** @param {Label[]} labels */
function shortened(labels) {
  return labels.filter(({ hint }) => !hint).map((label) => ({ ...label, text: label.brief ?? label.text }));
}
