// What lies under the pointer, as numbers and in words.

import { likeliest, visibleName } from "../model/describe.js";
import { plain, signed } from "../model/format.js";
import { chosenUnit, currentWord, followedPath, mappedOrder, mappedQuantity, wasRead } from "../model/view.js";
import { inBars, inCurve, inMap, unitAt, wordAt } from "./layout.js";

/** @typedef {{trace: TraceView, view: TimelineView, layout: TimelineLayout}} TimelineParts */

const DIGITS = 5;

/** The word at a point and, over the map, the unit; null for the unit elsewhere.
 * @param {TimelineParts} parts @param {number} x @param {number} y */
export function pointedAt({ trace, view, layout }, x, y) {
  const unit = inMap(layout, x, y) ? unitAt(layout, y, mappedOrder(trace, view)) : null;
  return { step: wordAt(layout, x), unit };
}

/** Lines of text for a point; none over words that are still hidden. @param {TimelineParts} parts @param {number} x @param {number} y */
export function tooltipLines(parts, x, y) {
  const { trace, view, layout } = parts;
  const { step, unit } = pointedAt(parts, x, y);
  if (layout.presenting && !wasRead(trace, currentWord(trace, view), step)) return [];
  if (unit !== null) return unitLines(parts, step, unit);
  const one = chosenUnit(trace, view);
  if (one !== null && inBars(layout, x, y)) return unitLines(parts, step, one);
  return inCurve(layout, x, y) ? probabilityLines(parts, step) : [];
}

/** @param {TimelineParts} parts @param {number} step @param {number} unit */
function unitLines({ trace, view }, step, unit) {
  const { name, label } = mappedQuantity(trace, view);
  const value = trace.of(name).row(step)[unit];
  return [`unit ${unit} · “${visibleName(trace.words[step][1])}”`, `${label} ${plain(value, DIGITS)}`];
}

/** @param {TimelineParts} parts @param {number} step */
function probabilityLines({ trace, view }, step) {
  const path = followedPath(trace, view);
  /** @param {[label: number, share: number]} probability */
  const line = ([label, share]) => `P(${trace.labels[label]}) ${share.toFixed(DIGITS)}`;
  const first = `“${visibleName(trace.words[step][1])}” · word ${step + 1} of ${trace.steps}`;
  const own = `${line([path.label, path.probability[step]])}, ${fullChange(path, step)} points`;
  if (trace.labels.length === 2) return [first, own];
  const others = likeliest(trace, step, 2).filter(([label]) => label !== path.label);
  return [first, own, ...others.map(line)];
}

/** The difference of two probabilities that are written with all their digits.
 * @param {PredictionPath} path @param {number} step */
function fullChange({ probability, prior }, step) {
  const shares = [probability[step], step ? probability[step - 1] : prior];
  const [now, last] = shares.map((share) => Number(share.toFixed(DIGITS)));
  return signed(100 * (now - last), DIGITS - 2);
}
