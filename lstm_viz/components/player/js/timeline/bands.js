// How is a prediction of many labels stacked? The followed label lies lowest, so that the axis
// measures it. Pure.

import { apart, openPlace, short } from "../model/format.js";
import { columnMeans } from "./layout.js";

const LONGEST_BAND = 16; // Latin letters of a name inside a band

// The bands of a reading, that of the followed label first; a label that had no band of its own
// gets one. ``color`` stays with a band whichever is followed.
export function followedBands(reading, label) {
  const bands = reading.bands.map((band, color) => ({ ...band, color }));
  const at = bands.findIndex(({ labels }) => labels.includes(label));
  const [found] = bands.splice(at, 1);
  if (!found.rest) return [found, ...bands];
  const own = { label: reading.labels[label], labels: [label], rest: false, color: bands.length };
  return [own, ...bands, withoutLabel(reading, found, label)];
}

function withoutLabel(reading, band, label) {
  const labels = band.labels.filter((other) => other !== label);
  if (labels.length > 1) return { ...band, labels, label: `${labels.length} others` };
  return { ...band, labels, label: reading.labels[labels[0]] };
}

// Each band with its lower and upper end after each word; the last ends at 1.
export function stackedBands(reading, label) {
  const probability = reading.of("probability");
  let below = new Float64Array(reading.steps);
  return followedBands(reading, label).map((band) => {
    const low = below;
    const high = low.map((value, step) => {
      const row = probability.row(step);
      return band.labels.reduce((sum, one) => sum + row[one], value);
    });
    below = high;
    return { ...band, low, high };
  });
}

// The same for the columns that can be seen.
export function columnBands(place, layers) {
  return layers.map((layer) => ({
    ...layer,
    low: columnMeans(place, layer.low),
    high: columnMeans(place, layer.high),
  }));
}

// Where a band is so open that its name fits inside, in columns and pixels: {name, at, y}, or null.
// y(value) is the height of a value, width(name) says how wide a name is.
export function insideName({ label, low, high }, { y, width, column, least }) {
  const name = short(label, LONGEST_BAND);
  const found = openPlace(high.map(y), low.map(y), Math.ceil(width(name) / column), least);
  return found && { name, ...found };
}

// Heights of the names beside the last column: as near to their bands as they can be.
export function besideHeights(layers, at, { y, gap, top, bottom }) {
  return apart(
    layers.map(({ low, high }) => y((low[at] + high[at]) / 2)),
    gap,
    top,
    bottom,
  );
}
