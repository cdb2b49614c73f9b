// Bars from a middle line: of the prediction from 50 %, of one unit from 0.

import { UNREAD } from "./scene.js";

const WIDE_COLUMN = 12; // pixels; from here on a gap parts two columns

/** @typedef {{from: number, to: number, low: number, high: number}} Range of the values in a column */
/** @typedef {{up: boolean, near: number, far: number}} Side */
/** @typedef {Side & {x: number, width: number, read: boolean}} Bar */

/**
 * A bar on either side of the middle, if there is any: ``far`` is its end, ``near`` the end of what
 * it stands for. The two differ where several words share a column, from the least of them to the
 * greatest.
 * @param {Pick<Range, "low" | "high">} range
 * @param {number} middle
 * @returns {Side[]}
 */
function barSides({ low, high }, middle) {
  const up = { up: true, near: Math.max(low, middle), far: high };
  const down = { up: false, near: Math.min(high, middle), far: low };
  return [...(high >= middle ? [up] : []), ...(low < middle ? [down] : [])];
}

/**
 * Bars for columns; those to come only where they may be seen.
 * @param {TimelineScene} scene
 * @param {Range[]} ranges
 * @param {number} middle
 * @returns {Bar[]}
 */
export function barsOf(scene, ranges, middle) {
  const gap = scene.layout.column > WIDE_COLUMN ? 1 : 0;
  return ranges
    .map((range) => ({ ...range, read: columnRead(scene, range) }))
    .filter(({ read }) => read || !scene.theme.presenting)
    .flatMap((range) => {
      const x = scene.edge(range.from);
      const width = Math.max(0, scene.edge(range.to) - x - gap);
      return barSides(range, middle).map((side) => ({ ...side, x, width, read: range.read }));
    });
}

/** @param {TimelineScene} scene @param {Span} column */
function columnRead(scene, { from, to }) {
  return scene.reads(scene.trace.backward ? to - 1 : from);
}

/**
 * All bars of one look at once.
 * @param {TimelineScene} scene
 * @param {Bar[]} bars
 * @param {(bar: Bar) => [number, number]} ends heights of both ends of a bar
 * @param {(up: boolean) => string} fill
 */
export function fillBars(scene, bars, ends, fill) {
  for (const read of [true, false]) {
    for (const up of [true, false]) {
      const boxes = bars.filter((bar) => bar.read === read && bar.up === up).map((bar) => barBox(bar, ends(bar)));
      if (boxes.length) scene.surface.boxes(boxes, { fill: fill(up), opacity: read ? 1 : UNREAD });
    }
  }
}

/** @param {Bar} bar @param {[number, number]} ends @returns {Box} */
function barBox({ x, width }, [one, other]) {
  return [x, Math.min(one, other), width, Math.abs(one - other)];
}
