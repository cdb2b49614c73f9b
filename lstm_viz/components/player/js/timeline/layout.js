// Where does everything on the timeline stand? A prediction, an axis of words and a map, one below
// the other on the same columns. In pixels of the page; nothing here draws.

import { clamp } from "../model/format.js";
import { unzoomed } from "../model/zoom.js";

// Pixels at scale 1.
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

/**
 * @param {{
 *   width: number, height: number, steps: number, theme: Pick<Theme, "scale" | "phone" | "presenting">,
 *   zoom?: Span | null, rows?: Span | null, one?: boolean, banded?: boolean,
 * }} asked ``zoom`` in words, ``rows`` of the map; ``one``: whether one unit is looked at; ``banded``: whether the
 *   prediction is of many labels
 * @returns {TimelineLayout}
 */
export function timelineLayout({ width, height, steps, theme, zoom = null, rows = null, one = false, banded = false }) {
  const { scale, phone, presenting } = theme;
  const { from, to } = zoom ?? unzoomed(steps);
  const left = Math.round(phone ? PHONE_LEFT : LEFT * scale);
  const beside = banded ? Math.round(phone ? PHONE_RIGHT : RIGHT * scale) : 0;
  const right = Math.max(left + 1, width - beside);
  const column = (right - left) / (to - from);
  const size = wordsInColumn(to - from, column);
  const parts = storeys(height, theme, one);
  return { width, height, steps, from, to, rows, left, right, column, phone, presenting, one, size, ...parts };
}

/** @param {number} height @param {Pick<Theme, "scale" | "phone">} theme @param {boolean} one */
function storeys(height, { scale, phone }, one) {
  const lens = phone ? 0 : Math.round(LENS * scale);
  const end = Math.round(lens + (height - lens) * CURVE_SHARE);
  const words = Math.round(phone ? PHONE_WORDS : WORDS * scale);
  const below = end + words + 2 * BESIDE_WORDS;
  const ground = Math.max(below + 1, height - BELOW_MAP);
  const bars = one ? Math.round((ground - below) * BARS_SHARE) : 0;
  return {
    lens: { top: 0, bottom: lens },
    curve: { top: lens + Math.round(ABOVE_CURVE * scale), bottom: end },
    axis: { top: end + BESIDE_WORDS, bottom: end + BESIDE_WORDS + words },
    bars: one ? { top: below, bottom: below + bars } : null,
    map: { top: one ? below + bars + BESIDE_WORDS : below, bottom: ground },
  };
}

/** @param {number} words @param {number} column */
function wordsInColumn(words, column) {
  if (words < MANY_WORDS && column >= LEAST_COLUMN) return 1;
  return Math.max(2, Math.ceil(LEAST_COLUMN / column));
}

/**
 * Words that share a column. They are counted from the first word of the text, so that the same words
 * stay together wherever the view is.
 * @param {TimelineLayout} layout
 */
export function wordColumns({ from, to, size, steps }) {
  /** @type {Span[]} */
  const columns = [];
  for (let word = Math.floor(from / size) * size; word < to; word += size) {
    columns.push({ from: word, to: Math.min(steps, word + size) });
  }
  return columns;
}

/** The left edge of a word's column; a position between two words lies between their edges.
 * @param {TimelineLayout} layout @param {number} word */
export function columnX(layout, word) {
  return layout.left + (word - layout.from) * layout.column;
}

/** The same for columns of several words, counted from the first that can be seen.
 * @param {TimelineLayout} layout @param {number} columns */
export function columnsX(layout, columns) {
  const first = Math.floor(layout.from / layout.size);
  return columnX(layout, (first + columns) * layout.size);
}

/** The place on the axis of words at a point. @param {TimelineLayout} layout @param {number} x */
export function wordsAt(layout, x) {
  return layout.from + (x - layout.left) / layout.column;
}

/** The word of the view whose column is nearest; its left edge is its own.
 * @param {TimelineLayout} layout @param {number} x */
export function wordAt(layout, x) {
  const word = Math.floor(wordsAt(layout, x) + 1e-6);
  return clamp(word, Math.floor(layout.from), Math.min(layout.steps, Math.ceil(layout.to)) - 1);
}

/** @param {TimelineLayout} layout @param {Storey | null} storey @param {number} x @param {number} y */
function inside({ left, right }, storey, x, y) {
  return storey !== null && x >= left && x < right && y >= storey.top && y < storey.bottom;
}

/** @param {TimelineLayout} layout @param {number} x @param {number} y */
export const inMap = (layout, x, y) => inside(layout, layout.map, x, y);

/** @param {TimelineLayout} layout @param {number} x @param {number} y */
export const inCurve = (layout, x, y) => inside(layout, layout.curve, x, y);

/** @param {TimelineLayout} layout @param {number} x @param {number} y */
export const inBars = (layout, x, y) => inside(layout, layout.bars, x, y);

/** Which of so many rows of the map can be seen, and how high one is.
 * @param {Pick<TimelineLayout, "map" | "rows">} layout @param {number} count */
export function mapRows({ map, rows }, count) {
  const { from, to } = rows ?? unzoomed(count);
  return { from, to, high: (map.bottom - map.top) / (to - from) };
}

/** The place in the order at a height; between two rows it lies between two whole numbers.
 * @param {TimelineLayout} layout @param {number} y @param {number} count */
export function rowAt(layout, y, count) {
  const { from, high } = mapRows(layout, count);
  return from + (y - layout.map.top) / high;
}

/** The unit whose row of the map is nearest, in an order of units.
 * @param {TimelineLayout} layout @param {number} y @param {number[]} order */
export function unitAt(layout, y, order) {
  const { from, to } = mapRows(layout, order.length);
  const row = Math.floor(rowAt(layout, y, order.length) + 1e-6);
  return order[clamp(row, Math.floor(from), Math.ceil(to) - 1)];
}

/** The middle of a unit's row, which may lie outside of what can be seen.
 * @param {TimelineLayout} layout @param {number} unit @param {number[]} order */
export function unitY(layout, unit, order) {
  const { from, high } = mapRows(layout, order.length);
  return layout.map.top + (order.indexOf(unit) + 0.5 - from) * high;
}

/** Height of a probability on the curve. @param {TimelineLayout} layout @param {number} probability */
export function probabilityY({ curve }, probability) {
  return curve.top + (1 - probability) * (curve.bottom - curve.top);
}

/** Least and greatest of the values in each column that can be seen.
 * @param {TimelineLayout} layout @param {ArrayLike<number>} values */
export function columnRanges(layout, values) {
  return wordColumns(layout).map(({ from, to }) => {
    let [low, high] = [Infinity, -Infinity];
    for (let word = from; word < to; word += 1) {
      low = Math.min(low, values[word]);
      high = Math.max(high, values[word]);
    }
    return { from, to, low, high };
  });
}

/** Mean of the values in each column that can be seen.
 * @param {TimelineLayout} layout @param {ArrayLike<number>} values */
export function columnMeans(layout, values) {
  return wordColumns(layout).map(({ from, to }) => {
    let sum = 0;
    for (let word = from; word < to; word += 1) sum += values[word];
    return sum / (to - from);
  });
}
