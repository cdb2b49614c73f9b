// Which words can be seen? {from, to} in words, 0 being the left edge of the first; both may lie
// inside a word.

import { clamp } from "./numbers.js";

const LEAST_WORDS = 4; // fewer need no axis
const MARGIN = 1 / 8; // of the view, between its edge and a playhead that has just come in

export function unzoomed(steps) {
  return { from: 0, to: steps };
}

function fitted(from, span, steps) {
  const start = clamp(from, 0, steps - span);
  return { from: start, to: Math.min(steps, start + span) };
}

// Factor 2 shows half as many words. What stands at ``around`` keeps its place on the screen where
// the ends of the text allow it.
export function zoomed({ from, to }, steps, around, factor) {
  const span = clamp((to - from) / factor, Math.min(LEAST_WORDS, steps), steps);
  const share = (around - from) / (to - from);
  return fitted(around - share * span, span, steps);
}

// By so many words to the right.
export function panned({ from, to }, steps, by) {
  return fitted(from + by, to - from, steps);
}

// A view turns like a page when the playhead leaves it, and stands still otherwise: a map that
// moves under the playhead cannot be read.
export function withPlayhead({ from, to }, steps, position) {
  const span = to - from;
  if (position < from) return fitted(position + 1 - span * (1 - MARGIN), span, steps);
  if (position + 1 > to) return fitted(position - span * MARGIN, span, steps);
  return { from, to };
}
