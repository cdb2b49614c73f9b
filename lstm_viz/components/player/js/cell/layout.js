// Where do the parts of a cell stand? Numbers only: diagram.js draws what is planned here.
//
// A plan holds
//   vertical  whether the belt runs down the page, as on a phone
//   belts     {name, box, tail, head}: the threads of a state; a notch at the tail, a point at the head
//   slots     {name, box, role}: an operand, each of its values in line with the thread it acts on
//   pipes     {name, points, role, rest}: width is the mean; with rest, what is missing to 1
//   knots     {at, sign, role}: × and +, or a word in a capsule
//   gates     {name, box, low}: the distribution over the units
//   bus       lines from the word and the last output; arrows {at, toward} at their ends
//   word, last  boxes of the word and of the last output
//   labels    {at, text, value, align, under, brief, hint}: value names the mean that stands beside the
//             text; where the page is narrow, brief stands in its place, and a hint is left out
//   tags      {at, text, value, align}: numbers of one unit
//   legend    the box of the ramp of states
// A box is [x, y, width, height].

import { plannedGru } from "./gru.js";
import { plannedLstm } from "./lstm.js";
import { plannedRnn } from "./rnn.js";

const PLANS = { LSTM: plannedLstm, GRU: plannedGru, RNN: plannedRnn };

// Pixels at k = 1 that the parts of a cell need, width and height; in less the picture is not seen whole.
const ROOM = { across: [480, 200], down: [330, 200] };
const BRIEF = 800; // pixels at k = 1, below which there is no room for what can be left out

export function cellPlan(kind, wide, high, look) {
  const least = look.phone ? ROOM.down : ROOM.across;
  const [width, height] = [wide, high].map((size, axis) => Math.max(size, least[axis] * look.k));
  const { labels, ...plan } = PLANS[kind](width, height, look.k, look.phone);
  const narrow = !look.phone && width < BRIEF * look.k;
  return {
    vertical: look.phone,
    slots: [],
    pipes: [],
    knots: [],
    gates: [],
    tags: [],
    ...plan,
    labels: narrow ? briefly(labels) : labels,
  };
}

function briefly(labels) {
  return labels.filter(({ hint }) => !hint).map((label) => ({ ...label, text: label.brief ?? label.text }));
}

// How high the cell is on a phone, where the page scrolls.
export const PHONE_HEIGHTS = { LSTM: 590, GRU: 500, RNN: 400 };
