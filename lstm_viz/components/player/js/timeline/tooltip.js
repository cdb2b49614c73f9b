// What lies under the pointer, as numbers and in words.

import { likeliest, nameOf } from "../model/describe.js";
import { plain, signed } from "../model/format.js";
import { inBars, inCurve, inMap, unitAt, wordAt } from "./layout.js";
import { currentWord, followedCourse, lookedAt, mappedOrder, mappedQuantity, wasRead } from "../model/view.js";

const DIGITS = 5;

// The word at a point and, over the map, the unit; null for the unit elsewhere.
export function pointedAt(reading, view, place, x, y) {
  const order = mappedOrder(reading, view);
  return { step: wordAt(place, x), unit: inMap(place, x, y) ? unitAt(place, y, order) : null };
}

// Lines of text for a point; none where nothing may be told.
export function told(reading, view, place, x, y) {
  const { step, unit } = pointedAt(reading, view, place, x, y);
  if (place.presenting && !wasRead(reading, currentWord(reading, view), step)) return [];
  if (unit !== null) return toldUnit(reading, view, step, unit);
  const one = lookedAt(reading, view);
  if (one !== null && inBars(place, x, y)) return toldUnit(reading, view, step, one);
  return inCurve(place, x, y) ? toldChance(reading, view, step) : [];
}

function toldUnit(reading, view, step, unit) {
  const { name, label } = mappedQuantity(reading, view);
  const value = reading.of(name).row(step)[unit];
  return [`unit ${unit} · “${nameOf(reading.words[step][1])}”`, `${label} ${plain(value, DIGITS)}`];
}

function toldChance(reading, view, step) {
  const course = followedCourse(reading, view);
  const name = (label) => reading.labels[label];
  const said = ([label, share]) => `P(${name(label)}) ${share.toFixed(DIGITS)}`;
  const first = `“${nameOf(reading.words[step][1])}” · word ${step + 1} of ${reading.steps}`;
  const own = `${said([course.label, course.probability[step]])}, ${movedInFull(course, step)} points`;
  if (reading.labels.length === 2) return [first, own];
  const others = likeliest(reading, step, 2).filter(([label]) => label !== course.label);
  return [first, own, ...others.map(said)];
}

// The difference of two chances that are written with all their digits.
function movedInFull({ probability, before }, step) {
  const [now, last] = [probability[step], step ? probability[step - 1] : before].map((share) => share.toFixed(DIGITS));
  return signed(100 * (now - last), DIGITS - 2);
}
