// Where do the dots of a gate stand? A dot is a unit: 16 bins, two dots to a row, at a fixed pitch,
// so that area is count and boxes can be compared across words and texts.

import { clamp } from "../model/format.js";

export const BINS = 16;
export const PER_ROW = 2;

/**
 * For each value its place from 0 to 1 across and its row from the ground; and the height of each bin.
 * @param {ArrayLike<number>} values
 * @param {number} low
 * @param {number} high
 */
export function dotPlot(values, low, high) {
  const counts = new Array(BINS).fill(0);
  const across = new Float32Array(values.length);
  const level = new Float32Array(values.length);
  const bin = new Uint8Array(values.length);
  for (let unit = 0; unit < values.length; unit += 1) {
    bin[unit] = clamp(Math.floor(((values[unit] - low) / (high - low)) * BINS), 0, BINS - 1);
    const number = counts[bin[unit]]++;
    across[unit] = (bin[unit] + ((number % PER_ROW) + 0.5) / PER_ROW) / BINS;
    level[unit] = Math.floor(number / PER_ROW);
  }
  return { across, level, bin, heights: counts.map((count) => Math.ceil(count / PER_ROW)), counts };
}

/** @typedef {ReturnType<typeof dotPlot>} DotPlot */

/** A bin too tall for its box is squeezed, its dots overlapping.
 * @param {Pick<DotPlot, "level" | "bin" | "heights">} plot @param {number} fits rows */
export function squeezedLevels({ level, bin, heights }, fits) {
  return level.map((row, unit) => row * Math.min(1, (fits - 1) / Math.max(1, heights[bin[unit]] - 1)));
}
