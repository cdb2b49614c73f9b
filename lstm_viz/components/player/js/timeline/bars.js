// Bars from a middle line: of the prediction from 50 %, of one unit from 0.

import { UNREAD } from "./scene.js";

const WIDE_COLUMN = 12; // pixels; from here on a gap parts two columns

// A bar on either side of the middle, if there is any: ``far`` is its end, ``near`` the end of what
// it stands for. The two differ where several words share a column, from the least of them to the
// greatest.
export function barSides({ low, high }, middle) {
  const up = { up: true, near: Math.max(low, middle), far: high };
  const down = { up: false, near: Math.min(high, middle), far: low };
  return [...(high >= middle ? [up] : []), ...(low < middle ? [down] : [])];
}

// Bars for columns {from, to, low, high}; those to come only where they may be seen.
export function barsOf(scene, ranges, middle) {
  const gap = scene.place.column > WIDE_COLUMN ? 1 : 0;
  const shown = ranges.map((range) => ({ ...range, read: columnRead(scene, range) }));
  return shown
    .filter(({ read }) => read || !scene.look.presenting)
    .flatMap((range) => {
      const x = scene.edge(range.from);
      const width = Math.max(0, scene.edge(range.to) - x - gap);
      return barSides(range, middle).map((side) => ({ ...side, x, width, read: range.read }));
    });
}

function columnRead(scene, { from, to }) {
  return scene.reads(scene.reading.backward ? to - 1 : from);
}

// All bars of one look at once; heights(bar) gives two ends, fill(up) a colour.
export function fillBars(scene, bars, heights, fill) {
  for (const read of [true, false]) {
    for (const up of [true, false]) {
      const boxes = bars.filter((bar) => bar.read === read && bar.up === up).map((bar) => barBox(bar, heights(bar)));
      if (boxes.length) scene.surface.boxes(boxes, { fill: fill(up), opacity: read ? 1 : UNREAD });
    }
  }
}

function barBox({ x, width }, [one, other]) {
  return [x, Math.min(one, other), width, Math.abs(one - other)];
}
