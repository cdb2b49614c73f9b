import assert from "node:assert/strict";
import test from "node:test";

import {
  columnMeans,
  columnRanges,
  columnsX,
  columnX,
  inBars,
  inCurve,
  inMap,
  mapRows,
  probabilityY,
  rowAt,
  timelineLayout,
  unitAt,
  unitY,
  wordAt,
  wordColumns,
} from "../../lstm_viz/components/player/js/timeline/layout.js";
import { chance, DESK } from "./made_up.mjs";

const PHONE = { ...DESK, phone: true };
const layout = (others) => timelineLayout({ width: 1302, height: 206, steps: 46, theme: DESK, ...others });

// Layouts of many sizes, and views of them.
function* many() {
  const next = chance(7);
  for (const steps of [1, 2, 5, 46, 300, 999, 1000, 1090]) {
    for (const width of [362, 1302, 1840, 3840]) {
      for (const [theme, height] of [
        [DESK, 206],
        [PHONE, 214],
        [{ ...DESK, scale: 1.5, presenting: true }, 319],
      ]) {
        const span = Math.min(steps, 4 + next() * steps);
        const from = next() * (steps - span);
        yield layout({ steps, width, height, theme });
        yield layout({ steps, width, height, theme, one: true });
        yield layout({ steps, width, height, theme, zoom: { from, to: from + span }, banded: next() < 0.5 });
      }
    }
  }
}

test("a desk: lens 16, curve 40 % of the rest, axis 22, the map what is left", () => {
  const place = layout();
  assert.deepEqual(place.lens, { top: 0, bottom: 16 });
  assert.deepEqual(place.curve, { top: 21, bottom: 92 });
  assert.deepEqual(place.axis, { top: 96, bottom: 118 });
  assert.deepEqual(place.map, { top: 122, bottom: 204 });
  assert.equal(place.bars, null);
  assert.deepEqual([place.left, place.right], [96, 1302]);
});

test("a phone has no lens and a narrow gutter", () => {
  const place = timelineLayout({ width: 362, height: 214, steps: 46, theme: PHONE });
  assert.equal(place.lens.bottom, 0);
  assert.equal(place.left, 34);
  assert.equal(place.curve.bottom, Math.round(214 * 0.4));
});

test("a room: gutters and axis grow", () => {
  const place = timelineLayout({ width: 1840, height: 319, steps: 46, theme: { ...DESK, scale: 1.5 } });
  assert.equal(place.lens.bottom, 24);
  assert.equal(place.left, 144);
  assert.equal(place.axis.bottom - place.axis.top, 33);
});

test("the bars of one unit take 42 % of the map", () => {
  const [all, one] = [layout(), layout({ one: true })];
  const whole = all.map.bottom - all.map.top;
  assert.equal(one.bars.top, all.map.top);
  assert.equal(one.bars.bottom - one.bars.top, Math.round(whole * 0.42));
  assert.ok(one.map.top > one.bars.bottom);
  assert.equal(one.map.bottom, all.map.bottom);
});

test("bands leave room for names on the right", () => {
  assert.ok(layout({ banded: true }).right < layout().right - 100);
});

test("storeys stand one below the other, inside the picture", () => {
  for (const { lens, curve, axis, bars, map, height } of many()) {
    const edges = [lens, curve, axis, ...(bars ? [bars] : []), map].flatMap(({ top, bottom }) => [top, bottom]);
    assert.deepEqual(
      edges,
      edges.toSorted((one, other) => one - other),
    );
    assert.ok(map.bottom > map.top && map.bottom <= height);
  }
});

test("every word that can be seen has its column, and the way back leads to it", () => {
  for (const place of many()) {
    for (let word = Math.floor(place.from); word < place.to; word += 1) {
      const left = Math.max(place.left, columnX(place, word));
      const right = Math.min(place.right, columnX(place, word + 1));
      for (const share of [0, 0.5, 0.99]) {
        assert.equal(wordAt(place, left + share * (right - left)), word);
      }
    }
  }
});

test("columns fill the axis from end to end, all of one width", () => {
  for (const place of many()) {
    assert.ok(Math.abs(columnX(place, place.from) - place.left) < 1e-9);
    assert.ok(Math.abs(columnX(place, place.to) - place.right) < 1e-6);
    assert.ok(Math.abs(columnX(place, place.from + 1) - place.left - place.column) < 1e-6);
  }
});

test("outside of the axis stand the first and the last word that can be seen", () => {
  const place = layout({ zoom: { from: 10.5, to: 20.25 } });
  assert.equal(wordAt(place, -100), 10);
  assert.equal(wordAt(place, 5000), 20);
  assert.equal(wordAt(layout(), 5000), 45);
});

test("words share a column only where it would be narrower than 2 pixels, or from 1,000 words", () => {
  for (const place of many()) {
    assert.equal(place.size > 1, place.column < 2 || place.to - place.from >= 1000);
    assert.ok(place.size * place.column >= 2 - 1e-9);
  }
});

test("the columns hold every word that can be seen, once, wherever the view is", () => {
  for (const place of many()) {
    const columns = wordColumns(place);
    columns.forEach(({ from, to }, k) => {
      assert.equal(from % place.size, 0);
      assert.ok(to > from && to <= place.steps);
      if (k) assert.equal(from, columns[k - 1].to);
    });
    assert.ok(columns[0].from <= place.from && columns.at(-1).to >= Math.min(place.steps, place.to));
  }
});

test("a column counted in the view is where its first word is", () => {
  for (const place of many()) {
    wordColumns(place).forEach(({ from }, k) => {
      assert.ok(Math.abs(columnsX(place, k) - columnX(place, from)) < 1e-6);
    });
  }
});

test("least and greatest of a column contain every value in it, and are values in it", () => {
  const next = chance(3);
  const values = Float32Array.from({ length: 1090 }, next);
  for (const place of many()) {
    for (const { from, to, low, high } of columnRanges(place, values)) {
      const inside = [...values.subarray(from, to)];
      assert.ok(inside.every((value) => low <= value && value <= high));
      assert.ok(inside.includes(low) && inside.includes(high));
    }
  }
});

test("the mean of a column by hand", () => {
  const place = { ...layout({ steps: 5 }), size: 2, steps: 5, from: 0, to: 5 };
  assert.deepEqual(columnMeans(place, [1, 3, 5, 9, 4]), [2, 7, 4]);
});

test("rows of the map lead to the units in their order, and back", () => {
  const order = [5, 2, 7, 0, 1, 3, 6, 4];
  const place = layout();
  order.forEach((unit, row) => {
    const y = unitY(place, unit, order);
    assert.equal(unitAt(place, y, order), unit);
    assert.ok(Math.abs(y - (122 + ((row + 0.5) * 82) / 8)) < 1e-9);
  });
  assert.equal(unitAt(place, 0, order), 5);
  assert.equal(unitAt(place, 1000, order), 4);
});

test("of some rows, each is higher, and leads to the same units", () => {
  const order = [5, 2, 7, 0, 1, 3, 6, 4];
  const place = layout({ rows: { from: 2.5, to: 6.5 } });
  const { map } = place;
  assert.equal(mapRows(place, 8).high, (map.bottom - map.top) / 4);
  for (const unit of [7, 0, 1, 3]) {
    const y = unitY(place, unit, order);
    assert.equal(unitAt(place, y, order), unit);
    assert.ok(Math.abs(rowAt(place, y, 8) - (order.indexOf(unit) + 0.5)) < 1e-9);
  }
  assert.equal(unitAt(place, map.top, order), 7);
  assert.equal(unitAt(place, map.bottom, order), 6);
  assert.ok(unitY(place, 5, order) < map.top && unitY(place, 4, order) > map.bottom);
});

test("a point lies in one storey at most", () => {
  for (const place of many()) {
    for (let y = 0; y < place.height; y += 3) {
      const x = (place.left + place.right) / 2;
      const inside = [inMap(place, x, y), inBars(place, x, y), inCurve(place, x, y)].filter(Boolean);
      assert.ok(inside.length <= 1);
      assert.ok(!inMap(place, place.left - 1, y) && !inMap(place, place.right, y));
    }
    assert.ok(inMap(place, place.left, place.map.top) && !inMap(place, place.left, place.map.bottom));
  }
});

test("probabilities stand between the ends of the curve", () => {
  const place = layout();
  assert.deepEqual(
    [1, 0.5, 0].map((value) => probabilityY(place, value)),
    [21, 56.5, 92],
  );
});
