// Ramps of colours. Numbers in, colours out; nothing here knows the page.

import { clamp } from "../model/format.js";

const PLACES = 256; // of a ramp; the eye tells fewer apart

/** Red, green and blue, from 0 to 255. @typedef {number[]} Parts */

/** @param {string} color as #rrggbb @returns {Parts} */
const parts = (color) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));

/** @param {string} first @param {string} second @param {number} share of the second @returns {Parts} */
export function mixed(first, second, share) {
  const [from, to] = [parts(first), parts(second)];
  return from.map((value, part) => Math.round(value + (to[part] - value) * share));
}

/** @param {Parts} parts */
export const css = ([red, green, blue]) => `rgb(${red},${green},${blue})`;

/** Colours for the numbers from low to high, held ready. */
export class Ramp {
  /** @param {number} low @param {number} high @param {(value: number) => Parts} color */
  constructor(low, high, color) {
    this.low = low;
    this.high = high;
    this.parts = Array.from({ length: PLACES }, (_, place) => color(low + ((high - low) * place) / (PLACES - 1)));
    this.css = this.parts.map(css);
  }

  /** @param {number} value */
  place(value) {
    const share = (clamp(value, this.low, this.high) - this.low) / (this.high - this.low);
    return Math.round(share * (PLACES - 1));
  }

  /** @param {number} value */
  color(value) {
    return this.css[this.place(value)];
  }
}

/** @type {Map<string, Ramp>} */
const ramps = new Map();

/** @param {string} name @param {() => Ramp} make */
function cachedRamp(name, make) {
  if (!ramps.has(name)) ramps.set(name, make());
  return ramps.get(name);
}

/**
 * Of what has a sign, from -1 to 1: mixed by a power of |v|, so that 0.1 can be seen. Zero is the panel.
 * @param {Palette} palette
 */
export function signedRamp(palette) {
  return cachedRamp(`${palette.name} signed`, () => {
    /** @param {number} value */
    const end = (value) => (value < 0 ? palette.negative : palette.positive);
    return new Ramp(-1, 1, (value) => mixed(palette.panel, end(value), Math.abs(value) ** palette.power));
  });
}

/** Of a gate, from 0 to 1: the panel, then its hue. @param {Palette} palette @param {string} role */
export function gateRamp(palette, role) {
  return cachedRamp(`${palette.name} ${role}`, () => {
    return new Ramp(0, 1, (value) => mixed(palette.panel, palette[role], value));
  });
}

/** @param {TraceView} trace @param {string} name of a quantity @param {Palette} palette */
export function rampOf(trace, name, palette) {
  const quantity = trace.quantities.find((one) => one.name === name);
  return quantity?.gate ? gateRamp(palette, quantity.color) : signedRamp(palette);
}

/**
 * One colour for each of so many rows: where there are more values than rows they are averaged, never
 * skipped. Returns red, green, blue, opacity of each row. Drawn in every frame, hence plain loops.
 * @param {ArrayLike<number>} values
 * @param {number[]} order
 * @param {Ramp} ramp
 * @param {number} rows
 */
export function averagedRows(values, order, ramp, rows) {
  const found = new Uint8ClampedArray(4 * rows);
  for (let row = 0; row < rows; row += 1) {
    const from = Math.floor((row * order.length) / rows);
    const to = Math.max(from + 1, Math.floor(((row + 1) * order.length) / rows));
    let [red, green, blue] = [0, 0, 0];
    for (let place = from; place < to; place += 1) {
      const color = ramp.parts[ramp.place(values[order[place]])];
      red += color[0];
      green += color[1];
      blue += color[2];
    }
    found[4 * row] = red / (to - from);
    found[4 * row + 1] = green / (to - from);
    found[4 * row + 2] = blue / (to - from);
    found[4 * row + 3] = 255;
  }
  return found;
}

/**
 * The ground of a word: nothing below the least change, full at the full one, never rescaled to the
 * text. With a strength below 1 it is as much paler.
 * @param {number} change
 * @param {Pick<TintLimits, "least" | "full">} limits
 * @param {Palette} palette
 */
export function changeTint(change, { least, full }, palette, strength = 1) {
  const size = Math.abs(change);
  if (size < least) return "transparent";
  const end = change < 0 ? palette.full_negative : palette.full_positive;
  return css(mixed(palette.page, end, strength * Math.min(1, size / full)));
}

/** @param {string} color as #rrggbb or rgb(…) */
export function isDark(color) {
  const [red, green, blue] = color.startsWith("#") ? parts(color) : color.match(/[\d.]+/g).map(Number);
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}
