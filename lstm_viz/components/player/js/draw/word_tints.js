// What colours the words of the script: the verdict, the mean of a gate, or one unit's values.

import { css, mixedParts, tint } from "./ramps.js";
import { clamp, signed, signedPoints } from "../model/format.js";
import { encoder } from "../model/scales.js";

export const VERDICT = "verdict";

// Choices of what to tint by, as [name, label].
export function tintChoices(reading, label, unit) {
  const toward = reading.labels.length > 2 ? `moved ${reading.labels[label]} by` : "moved the verdict by";
  const whose = unit === null ? "mean" : `unit ${unit}`;
  return [[VERDICT, toward], ...reading.quantities.map(({ name, label: said }) => [name, `${said}, ${whose}`])];
}

// For each word its ground, a pale one as long as it is not read, and the number beside it.
export function tints(reading, course, by, unit, palette) {
  const { pale, numbered } = reading.tints;
  if (by === VERDICT || !reading.has(by)) {
    return Array.from(course.moved, (moved, step) => ({
      ground: tint(moved, reading.tints, palette),
      pale: tint(moved, reading.tints, palette, pale),
      number: Math.abs(course.points[step]) >= numbered ? signedPoints(course.points[step]) : "",
    }));
  }
  const paint = painterOf(reading, by, palette);
  return Array.from({ length: reading.steps }, (_, step) => {
    const value = valueAt(reading.of(by).row(step), unit, by);
    return { ground: paint(value), pale: paint(value, pale), number: "" };
  });
}

function valueAt(row, unit, by) {
  if (unit !== null && unit < row.length) return row[unit];
  const size = by.endsWith("gate") ? (value) => value : Math.abs;
  return row.reduce((sum, value) => sum + size(value), 0) / row.length;
}

function painterOf(reading, by, palette) {
  const quantity = reading.quantities.find(({ name }) => name === by);
  const mixed = (end, share) => css(mixedParts(palette.page, end, share));
  if (quantity.gate)
    return (value, strength = 1) =>
      mixed(palette[quantity.color], strength * reading.tints.ground * clamp(value, 0, 1));
  const seen = encoder(quantity.scale);
  const ends = (value) => (value < 0 ? palette.full_negative : palette.full_positive);
  return (value, strength = 1) => mixed(ends(value), strength * Math.min(1, Math.abs(seen(value))));
}

// The legend: [ground, label] from one end of the scale to the other.
export function legend(reading, by, unit, palette) {
  if (by === VERDICT || !reading.has(by)) {
    const { full } = reading.tints;
    return [-1, -1 / 2, -1 / 6, 0, 1 / 6, 1 / 2, 1].map((share) => [
      tint(share * full, reading.tints, palette),
      signed(share * full * 100, 0) + (share === 1 ? " pts" : ""),
    ]);
  }
  const quantity = reading.quantities.find(({ name }) => name === by);
  const signedly = !quantity.gate && unit !== null;
  const [, , end] = quantity.scale.ticks;
  const stops = (signedly ? [-1, -0.5, 0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1]).map((share) => share * end);
  const paint = painterOf(reading, by, palette);
  return stops.map((stop) => [paint(stop), signedly ? signed(stop, 1) : String(stop)]);
}
