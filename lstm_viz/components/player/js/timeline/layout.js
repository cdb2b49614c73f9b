// Where does everything on the timeline stand? A prediction, an axis of words and a map, one below
// the other on the same columns. In pixels of the page; nothing here draws.

import { clamp } from "../model/format.js";
import { unzoomed } from "../model/zoom.js";

// Pixels at k = 1.
const LENS = 16;
const WORDS = 22;
const PHONE_WORDS = 24;
const BESIDE_WORDS = 4; // above and below the names
const BELOW_MAP = 2;
const ABOVE_CURVE = 5;
const LEFT = 96;
const PHONE_LEFT = 34;
const RIGHT = 164; // where bands are named at their end
const PHONE_RIGHT = 118;
const CURVE_SHARE = 0.4; // of what the lens leaves
const BARS_SHARE = 0.42; // of the map's place, for the bars of one unit

const LEAST_COLUMN = 2; // pixels; narrower ones are drawn together
const MANY_WORDS = 1000; // so many are drawn together on any screen

// look is {k, phone, presenting}; zoom is {from, to} in words, rows the same in rows of the map; one:
// whether one unit is looked at; banded: whether the prediction is of many labels.
export function timelineLayout({ width, height, steps, look, zoom = null, rows = null, one = false, banded = false }) {
  const { k, phone, presenting } = look;
  const { from, to } = zoom ?? unzoomed(steps);
  const left = Math.round(phone ? PHONE_LEFT : LEFT * k);
  const beside = banded ? Math.round(phone ? PHONE_RIGHT : RIGHT * k) : 0;
  const right = Math.max(left + 1, width - beside);
  const column = (right - left) / (to - from);
  return {
    width,
    height,
    steps,
    from,
    to,
    rows,
    left,
    right,
    column,
    phone,
    presenting,
    one,
    size: wordsInColumn(to - from, column),
    ...storeys(height, look, one),
  };
}

function storeys(height, { k, phone }, one) {
  const lens = phone ? 0 : Math.round(LENS * k);
  const end = Math.round(lens + (height - lens) * CURVE_SHARE);
  const words = Math.round(phone ? PHONE_WORDS : WORDS * k);
  const below = end + words + 2 * BESIDE_WORDS;
  const ground = Math.max(below + 1, height - BELOW_MAP);
  const bars = one ? Math.round((ground - below) * BARS_SHARE) : 0;
  return {
    lens: { top: 0, bottom: lens },
    curve: { top: lens + Math.round(ABOVE_CURVE * k), bottom: end },
    axis: { top: end + BESIDE_WORDS, bottom: end + BESIDE_WORDS + words },
    bars: one ? { top: below, bottom: below + bars } : null,
    map: { top: one ? below + bars + BESIDE_WORDS : below, bottom: ground },
  };
}

function wordsInColumn(words, column) {
  if (words < MANY_WORDS && column >= LEAST_COLUMN) return 1;
  return Math.max(2, Math.ceil(LEAST_COLUMN / column));
}

// Words that share a column, as {from, to}. They are counted from the first word of the text, so
// that the same words stay together wherever the view is.
export function wordColumns({ from, to, size, steps }) {
  const columns = [];
  for (let word = Math.floor(from / size) * size; word < to; word += size) {
    columns.push({ from: word, to: Math.min(steps, word + size) });
  }
  return columns;
}

// The left edge of a word's column; a position between two words lies between their edges.
export function columnX(place, word) {
  return place.left + (word - place.from) * place.column;
}

// The same for columns of several words, counted from the first that can be seen.
export function columnsX(place, columns) {
  const first = Math.floor(place.from / place.size);
  return columnX(place, (first + columns) * place.size);
}

// The word of the view whose column is nearest; its left edge is its own.
export function wordAt(place, x) {
  const word = Math.floor(place.from + (x - place.left) / place.column + 1e-6);
  return clamp(word, Math.floor(place.from), Math.min(place.steps, Math.ceil(place.to)) - 1);
}

export function inMap({ left, right, map }, x, y) {
  return x >= left && x < right && y >= map.top && y < map.bottom;
}

export function inCurve({ left, right, curve }, x, y) {
  return x >= left && x < right && y >= curve.top && y < curve.bottom;
}

export function inBars({ left, right, bars }, x, y) {
  return bars !== null && x >= left && x < right && y >= bars.top && y < bars.bottom;
}

// Which of so many rows of the map can be seen, and how high one is.
export function mapRows({ map, rows }, count) {
  const { from, to } = rows ?? unzoomed(count);
  return { from, to, high: (map.bottom - map.top) / (to - from) };
}

// The place in the order at a height; between two rows it lies between two whole numbers.
export function rowAt(place, y, count) {
  const { from, high } = mapRows(place, count);
  return from + (y - place.map.top) / high;
}

// The unit whose row of the map is nearest, in an order of units.
export function unitAt(place, y, order) {
  const { from, to } = mapRows(place, order.length);
  const row = Math.floor(rowAt(place, y, order.length) + 1e-6);
  return order[clamp(row, Math.floor(from), Math.ceil(to) - 1)];
}

// The middle of a unit's row, which may lie outside of what can be seen.
export function unitY(place, unit, order) {
  const { from, high } = mapRows(place, order.length);
  return place.map.top + (order.indexOf(unit) + 0.5 - from) * high;
}

// Height of a probability on the curve.
export function chanceY({ curve }, probability) {
  return curve.top + (1 - probability) * (curve.bottom - curve.top);
}

// Least and greatest of the values in each column that can be seen.
export function columnRanges(place, values) {
  return wordColumns(place).map(({ from, to }) => {
    let [low, high] = [Infinity, -Infinity];
    for (let word = from; word < to; word += 1) {
      low = Math.min(low, values[word]);
      high = Math.max(high, values[word]);
    }
    return { from, to, low, high };
  });
}

// Mean of the values in each column that can be seen.
export function columnMeans(place, values) {
  return wordColumns(place).map(({ from, to }) => {
    let sum = 0;
    for (let word = from; word < to; word += 1) sum += values[word];
    return sum / (to - from);
  });
}
