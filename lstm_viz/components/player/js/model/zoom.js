// Which words, or which rows of the map, can be seen? 0 is the left edge of the first word or the upper
// edge of the first row.

import { clamp } from "./format.js";

const LEAST_SEEN = 4; // words or rows; fewer need no axis
const MARGIN = 1 / 8; // of the view, between its edge and a playhead that has just come in

/** @param {number} count @returns {Span} */
export function unzoomed(count) {
  return { from: 0, to: count };
}

/** @param {number} from @param {number} length @param {number} count @returns {Span} */
function fitted(from, length, count) {
  const start = clamp(from, 0, count - length);
  return { from: start, to: Math.min(count, start + length) };
}

/**
 * Factor 2 shows half as many. What stands at ``around`` keeps its place on the screen where the ends of
 * the text allow it.
 * @param {Span} span
 * @param {number} count
 * @param {number} around
 * @param {number} factor
 */
export function zoomed({ from, to }, count, around, factor) {
  const length = clamp((to - from) / factor, Math.min(LEAST_SEEN, count), count);
  const share = (around - from) / (to - from);
  return fitted(around - share * length, length, count);
}

/** By so many words to the right, or rows down. @param {Span} span @param {number} count @param {number} by */
export function panned({ from, to }, count, by) {
  return fitted(from + by, to - from, count);
}

/**
 * A view turns like a page when the playhead, or the unit that is looked at, leaves it, and stands
 * still otherwise: a map that moves under the playhead cannot be read.
 * @param {Span} span
 * @param {number} count
 * @param {number} position
 */
export function following({ from, to }, count, position) {
  const length = to - from;
  if (position < from) return fitted(position + 1 - length * (1 - MARGIN), length, count);
  if (position + 1 > to) return fitted(position - length * MARGIN, length, count);
  return { from, to };
}
