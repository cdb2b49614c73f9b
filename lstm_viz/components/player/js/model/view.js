// What the timeline is to show, checked against the reading: a view is {position, unit, one, order,
// quantity, label, from, to, rows}, and any of it may come from a link.

import { clamp } from "./format.js";
import { remembered } from "./memo.js";

// The word that is being read: the nearer one while the playhead is between two.
export function currentWord(reading, view) {
  return clamp(Math.round(view.position), 0, reading.steps - 1);
}

// What was read up to the current word; a second direction comes from the right.
export function wasRead(reading, current, step) {
  return !reading.precedes(current, step);
}

export function followedLabel(reading, view) {
  return reading.labels[view.label] === undefined ? reading.label : view.label;
}

export function followedCourse(reading, view) {
  const label = followedLabel(reading, view);
  return remembered(reading, "course", label, () => reading.course(label));
}

// The word that moved the followed label most; the first of equals.
export function turningWord(reading, course) {
  if (course.label === reading.label) return reading.turningPoint;
  return remembered(reading, "turning", course.label, () => {
    const sizes = course.moved.map(Math.abs);
    return sizes.indexOf(Math.max(...sizes));
  });
}

// The quantity of the map.
export function mappedQuantity(reading, view) {
  const named = (name) => reading.quantities.find((quantity) => quantity.name === name);
  return named(view.quantity) ?? named(reading.memory);
}

// The units from top to bottom. A projection puts out other units than it remembers: those stand
// by index.
export function mappedOrder(reading, view) {
  const count = reading.of(mappedQuantity(reading, view).name).columns;
  const order = reading.orders[view.order] ?? reading.orders.similarity ?? reading.orders.index;
  if (order.length === count) return order;
  return remembered(reading, "by index", count, () => Array.from({ length: count }, (_, unit) => unit));
}

// The rows of the map that can be seen; null for all of them.
export function seenRows({ rows }, count) {
  return rows && rows.to <= count && rows.to - rows.from < count ? rows : null;
}

// The one unit that is looked at; null for all together.
export function lookedAt(reading, view) {
  const { columns } = reading.of(mappedQuantity(reading, view).name);
  const there = columns === reading.units && view.unit < columns; // what a projection puts out is none
  return view.one && view.unit !== null && there ? view.unit : null;
}
