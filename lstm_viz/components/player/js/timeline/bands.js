// How is a prediction of many labels stacked? The followed label lies lowest, so that the axis
// measures it. Pure.

import { shorten } from "../model/format.js";
import { columnMeans } from "./layout.js";
import { apart, openPlace } from "./placement.js";

const LONGEST_BAND = 16; // Latin letters of a name inside a band

/** @typedef {Band & {color: number}} ColoredBand ``color`` stays with a band whichever is followed */

/**
 * The bands of a trace, that of the followed label first; a label that had no band of its own gets one.
 * @param {TraceView} trace
 * @param {number} label
 * @returns {ColoredBand[]}
 */
export function followedBands(trace, label) {
  const bands = trace.bands.map((band, color) => ({ ...band, color }));
  const at = bands.findIndex(({ labels }) => labels.includes(label));
  const [found] = bands.splice(at, 1);
  if (!found.rest) return [found, ...bands];
  const own = { label: trace.labels[label], labels: [label], rest: false, color: bands.length };
  return [own, ...bands, withoutLabel(trace, found, label)];
}

/** @param {TraceView} trace @param {ColoredBand} band @param {number} label */
function withoutLabel(trace, band, label) {
  const labels = band.labels.filter((other) => other !== label);
  if (labels.length > 1) return { ...band, labels, label: `${labels.length} others` };
  return { ...band, labels, label: trace.labels[labels[0]] };
}

/**
 * Each band with its lower and upper end after each word; the last ends at 1.
 * @param {TraceView} trace
 * @param {number} label
 * @returns {StackedBand[]}
 */
export function stackedBands(trace, label) {
  const probability = trace.of("probability");
  let below = new Float64Array(trace.steps);
  return followedBands(trace, label).map((band) => {
    const low = below;
    const high = low.map((value, step) => {
      const row = probability.row(step);
      return band.labels.reduce((sum, one) => sum + row[one], value);
    });
    below = high;
    return { ...band, low, high };
  });
}

/**
 * The same for the columns that can be seen.
 * @param {TimelineLayout} layout
 * @param {StackedBand[]} bands
 */
export function columnBands(layout, bands) {
  return bands.map((band) => ({
    ...band,
    low: columnMeans(layout, band.low),
    high: columnMeans(layout, band.high),
  }));
}

/** @typedef {ReturnType<typeof columnBands>[number]} ColumnBand */

/**
 * Where a band is so open that its name fits inside, in columns and pixels; null where it is not.
 * @param {Pick<ColumnBand, "label" | "low" | "high">} band
 * @param {{y: (value: number) => number, width: (name: string) => number, column: number, least: number}} room
 *   height of a value, width of a name, pixels of a column, least pixels of height
 */
export function insideName({ label, low, high }, { y, width, column, least }) {
  const name = shorten(label, LONGEST_BAND);
  const found = openPlace(high.map(y), low.map(y), Math.ceil(width(name) / column), least);
  return found && { name, ...found };
}

/**
 * Heights of the names beside a column: as near to their bands as they can be.
 * @param {StackedBand[]} bands
 * @param {number} at
 * @param {{y: (value: number) => number, gap: number, top: number, bottom: number}} room
 */
export function besideHeights(bands, at, { y, gap, top, bottom }) {
  const middles = bands.map(({ low, high }) => y((low[at] + high[at]) / 2));
  return apart(middles, gap, top, bottom);
}
