// What colours the words of the transcript: how they changed the prediction, the mean of a gate, or one
// unit's values.

import { clamp, signed, signedPoints } from "../model/format.js";
import { encoder } from "../model/scales.js";
import { changeTint, css, mixed } from "./ramps.js";

export const PREDICTION = "prediction";

/** @typedef {Pick<View, "tint" | "unit">} TintView */

/**
 * Choices of what to tint by, as [name, label].
 * @param {TraceView} trace
 * @param {Pick<View, "label" | "unit">} view
 * @returns {[string, string][]}
 */
export function tintChoices({ labels, quantities }, { label, unit }) {
  const toward = labels.length > 2 ? `change of ${labels[label]}` : "prediction change";
  const whose = unit === null ? "mean" : `unit ${unit}`;
  return [
    [PREDICTION, toward],
    ...quantities.map(({ name, label }) => /** @type {[string, string]} */ ([name, `${label}, ${whose}`])),
  ];
}

/**
 * For each word its ground, a pale one as long as it is not read, and the number beside it.
 * @param {TraceView} trace
 * @param {PredictionPath} path
 * @param {TintView} view
 * @param {Palette} palette
 */
export function wordTints(trace, path, { tint, unit }, palette) {
  const { pale, numbered } = trace.tints;
  if (tint === PREDICTION || !trace.has(tint)) {
    return Array.from(path.change, (change, step) => ({
      ground: changeTint(change, trace.tints, palette),
      pale: changeTint(change, trace.tints, palette, pale),
      number: Math.abs(path.points[step]) >= numbered ? signedPoints(path.points[step]) : "",
    }));
  }
  const paint = painterOf(trace, tint, palette);
  return Array.from({ length: trace.steps }, (_, step) => {
    const value = tintValue(trace.of(tint).row(step), unit, tint);
    return { ground: paint(value), pale: paint(value, pale), number: "" };
  });
}

/** Of the unit, or the mean of all. @param {Float32Array} row @param {number | null} unit @param {string} tint */
function tintValue(row, unit, tint) {
  if (unit !== null && unit < row.length) return row[unit];
  /** @param {number} value */
  const size = (value) => (tint.endsWith("gate") ? value : Math.abs(value));
  return row.reduce((sum, value) => sum + size(value), 0) / row.length;
}

/** @param {TraceView} trace @param {string} tint @param {Palette} palette
 * @returns {(value: number, strength?: number) => string} */
function painterOf(trace, tint, palette) {
  const { gate, color, scale } = trace.quantities.find(({ name }) => name === tint);
  const { ground } = trace.tints;
  /** @param {string} end @param {number} share */
  const ofPage = (end, share) => css(mixed(palette.page, end, share));
  if (gate) return (value, strength = 1) => ofPage(palette[color], strength * ground * clamp(value, 0, 1));
  const encoded = encoder(scale);
  /** @param {number} value */
  const end = (value) => (value < 0 ? palette.full_negative : palette.full_positive);
  return (value, strength = 1) => ofPage(end(value), strength * Math.min(1, Math.abs(encoded(value))));
}

/**
 * The legend: [ground, label] from one end of the scale to the other.
 * @param {TraceView} trace
 * @param {TintView} view
 * @param {Palette} palette
 * @returns {[ground: string, label: string][]}
 */
export function tintLegend(trace, { tint, unit }, palette) {
  if (tint === PREDICTION || !trace.has(tint)) {
    const { full } = trace.tints;
    return [-1, -1 / 2, -1 / 6, 0, 1 / 6, 1 / 2, 1].map((share) => [
      changeTint(share * full, trace.tints, palette),
      signed(share * full * 100, 0) + (share === 1 ? " pts" : ""),
    ]);
  }
  const { gate, scale } = trace.quantities.find(({ name }) => name === tint);
  const bothSides = !gate && unit !== null;
  const [, , end] = scale.ticks;
  const stops = (bothSides ? [-1, -0.5, 0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1]).map((share) => share * end);
  const paint = painterOf(trace, tint, palette);
  return stops.map((stop) => [paint(stop), bothSides ? signed(stop, 1) : String(stop)]);
}
