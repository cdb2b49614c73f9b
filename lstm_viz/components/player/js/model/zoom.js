// Which words, or which rows of the map, can be seen? {from, to}, 0 being the left edge of the first
// word or the upper edge of the first row; both may lie inside one.

import { clamp } from "./format.js";

const LEAST_SEEN = 4; // words or rows; fewer need no axis
const MARGIN = 1 / 8; // of the view, between its edge and a playhead that has just come in

export function unzoomed(count) {
  return { from: 0, to: count };
}

function fitted(from, span, count) {
  const start = clamp(from, 0, count - span);
  return { from: start, to: Math.min(count, start + span) };
}

// Factor 2 shows half as many. What stands at ``around`` keeps its place on the screen where
// the ends of the text allow it.
export function zoomed({ from, to }, count, around, factor) {
  const span = clamp((to - from) / factor, Math.min(LEAST_SEEN, count), count);
  const share = (around - from) / (to - from);
  return fitted(around - share * span, span, count);
}

// By so many words to the right, or rows down.
export function panned({ from, to }, count, by) {
  return fitted(from + by, to - from, count);
}

// A view turns like a page when the playhead, or the unit that is looked at, leaves it, and stands
// still otherwise: a map that moves under the playhead cannot be read.
export function following({ from, to }, count, position) {
  const span = to - from;
  if (position < from) return fitted(position + 1 - span * (1 - MARGIN), span, count);
  if (position + 1 > to) return fitted(position - span * MARGIN, span, count);
  return { from, to };
}
