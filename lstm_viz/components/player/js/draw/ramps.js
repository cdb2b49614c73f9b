// Ramps of colours. Numbers in, colours out; nothing here knows the page.

import { clamp } from "../model/format.js";

const PLACES = 256; // of a ramp; the eye tells fewer apart

const parts = (color) => [1, 3, 5].map((k) => parseInt(color.slice(k, k + 2), 16));

export function mixedParts(first, second, share) {
  const [from, to] = [parts(first), parts(second)];
  return from.map((value, k) => Math.round(value + (to[k] - value) * share));
}

export const css = ([red, green, blue]) => `rgb(${red},${green},${blue})`;

// Colours for the numbers from low to high, held ready.
class Ramp {
  constructor(low, high, color) {
    Object.assign(this, { low, high });
    this.parts = Array.from({ length: PLACES }, (_, k) => color(low + ((high - low) * k) / (PLACES - 1)));
    this.css = this.parts.map(css);
  }

  place(value) {
    const share = (clamp(value, this.low, this.high) - this.low) / (this.high - this.low);
    return Math.round(share * (PLACES - 1));
  }

  color(value) {
    return this.css[this.place(value)];
  }
}

const ramps = new Map();

function kept(name, make) {
  if (!ramps.has(name)) ramps.set(name, make());
  return ramps.get(name);
}

// Of what has a sign, from -1 to 1: mixed by a power of |v|, so that 0.1 can be seen. Zero is the panel.
export function signedRamp(palette) {
  return kept(`${palette.name} signed`, () => {
    const end = (value) => (value < 0 ? palette.negative : palette.positive);
    return new Ramp(-1, 1, (value) => mixedParts(palette.panel, end(value), Math.abs(value) ** palette.power));
  });
}

// Of a gate, from 0 to 1: the panel, then its hue.
export function gateRamp(palette, role) {
  return kept(`${palette.name} ${role}`, () => {
    return new Ramp(0, 1, (value) => mixedParts(palette.panel, palette[role], value));
  });
}

// One colour for each of so many rows: where there are more values than rows they are averaged,
// never skipped. Returns red, green, blue, opacity of each row. Drawn in every frame, hence plain
// loops.
export function averagedRows(values, order, ramp, rows) {
  const found = new Uint8ClampedArray(4 * rows);
  for (let row = 0; row < rows; row += 1) {
    const from = Math.floor((row * order.length) / rows);
    const to = Math.max(from + 1, Math.floor(((row + 1) * order.length) / rows));
    let [red, green, blue] = [0, 0, 0];
    for (let k = from; k < to; k += 1) {
      const color = ramp.parts[ramp.place(values[order[k]])];
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

// The ground of a word: nothing below the least, full at the full, never rescaled to the review.
// With a strength below 1 it is as much paler.
export function tint(moved, { least, full }, palette, strength = 1) {
  const size = Math.abs(moved);
  if (size < least) return "transparent";
  const end = moved < 0 ? palette.full_negative : palette.full_positive;
  return css(mixedParts(palette.page, end, strength * Math.min(1, size / full)));
}

export function isDark(color) {
  const [red, green, blue] = color.startsWith("#") ? parts(color) : color.match(/[\d.]+/g).map(Number);
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}
