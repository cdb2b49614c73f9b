// What is to be shown, checked against the trace: any part of a view may come from a link.

import { clamp } from "./format.js";
import { memo } from "./memo.js";

/** The word that is being read: the nearer one while the playhead is between two.
 * @param {TraceView} trace @param {Pick<View, "position">} view */
export function currentWord(trace, view) {
  return clamp(Math.round(view.position), 0, trace.steps - 1);
}

/** What was read up to the current word; a second direction comes from the right.
 * @param {TraceView} trace @param {number} current @param {number} step */
export function wasRead(trace, current, step) {
  return !trace.precedes(current, step);
}

/** @param {TraceView} trace @param {Pick<View, "label">} view */
export function followedLabel(trace, view) {
  return trace.labels[view.label] === undefined ? trace.label : view.label;
}

/** @param {TraceView} trace @param {Pick<View, "label">} view */
export function followedPath(trace, view) {
  const label = followedLabel(trace, view);
  return memo(trace, "path", label, () => trace.path(label));
}

/** The word that changed a probability most; the first of equals. @param {Pick<PredictionPath, "change">} path */
function turningPoint({ change }) {
  return change.reduce((best, value, step) => (Math.abs(value) > Math.abs(change[best]) ? step : best), 0);
}

/** The same of the followed label; that of the trace itself is sent.
 * @param {TraceView} trace @param {PredictionPath} path */
export function turningWord(trace, path) {
  if (path.label === trace.label) return trace.turningPoint;
  return memo(trace, "turning", path.label, () => turningPoint(path));
}

/** The quantity of the map. @param {TraceView} trace @param {Pick<View, "quantity">} view */
export function mappedQuantity(trace, view) {
  /** @param {string} name */
  const named = (name) => trace.quantities.find((quantity) => quantity.name === name);
  return named(view.quantity) ?? named(trace.memory);
}

/**
 * The units in an order. A projection puts out other units than it remembers: those stand by index.
 * @param {TraceView} trace
 * @param {string} name of the order
 * @param {number} count of the units
 */
export function unitOrder(trace, name, count) {
  const order = trace.orders[name] ?? trace.orders.similarity ?? trace.orders.index;
  if (order.length === count) return order;
  return memo(trace, "by index", count, () => Array.from({ length: count }, (_, unit) => unit));
}

/** The units of the map from top to bottom. @param {TraceView} trace @param {Pick<View, "quantity" | "order">} view */
export function mappedOrder(trace, view) {
  return unitOrder(trace, view.order, trace.of(mappedQuantity(trace, view).name).columns);
}

/** The rows of the map that can be seen; null for all of them.
 * @param {{rows?: Span | null}} view @param {number} count */
export function seenRows({ rows }, count) {
  return rows && rows.to <= count && rows.to - rows.from < count ? rows : null;
}

/** The one unit that is looked at; null for all together.
 * @param {TraceView} trace @param {Pick<TimelineView, "quantity" | "unit" | "one">} view */
export function chosenUnit(trace, view) {
  const { columns } = trace.of(mappedQuantity(trace, view).name);
  const there = columns === trace.units && view.unit < columns; // what a projection puts out is none
  return view.one && view.unit !== null && there ? view.unit : null;
}
