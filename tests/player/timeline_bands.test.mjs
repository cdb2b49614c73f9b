import assert from "node:assert/strict";
import test from "node:test";

import {
  besideHeights,
  columnBands,
  followedBands,
  insideName,
  stackedBands,
} from "../../lstm_viz/components/player/js/timeline/bands.js";
import { timelineLayout } from "../../lstm_viz/components/player/js/timeline/layout.js";
import { DESK, madeUp } from "./made_up.mjs";

const TEN = madeUp({ steps: 30, labels: 10, seed: 4 });
const near = (one, other) => assert.ok(Math.abs(one - other) < 1e-6, `${one} is not ${other}`);

test("the followed label lies lowest, whichever it is", () => {
  for (let label = 0; label < 10; label += 1) {
    const [lowest] = stackedBands(TEN, label);
    assert.deepEqual(lowest.labels, [label]);
    lowest.high.forEach((value, step) => {
      assert.equal(lowest.low[step], 0);
      near(value, TEN.of("probability").row(step)[label]);
    });
  }
});

test("bands lie on each other, hold each label once and add up to 1", () => {
  for (let label = 0; label < 10; label += 1) {
    const layers = stackedBands(TEN, label);
    layers.forEach(({ low }, k) => k && assert.deepEqual(low, layers[k - 1].high));
    layers.at(-1).high.forEach((value) => near(value, 1));
    const labels = layers.flatMap((layer) => layer.labels).toSorted((one, other) => one - other);
    assert.deepEqual(labels, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  }
});

test("a label without a band of its own gets one, and the others are counted anew", () => {
  const bands = followedBands(TEN, 7);
  assert.deepEqual(
    bands.map(({ label }) => label),
    ["label 7", "label 3", "label 1", "label 4", "label 0", "label 2", "4 others"],
  );
});

test("one that is left of the others is called by its name", () => {
  const seven = madeUp({ steps: 3, labels: 7 });
  assert.deepEqual(followedBands(seven, 6).at(-1).label, "label 5");
});

test("a band keeps its colour whichever is followed", () => {
  const colors = (label) => new Map(followedBands(TEN, label).map((band) => [band.label, band.color]));
  for (const [name, color] of colors(3)) {
    for (const label of [0, 1, 2, 4, 7]) assert.equal(colors(label).get(name) ?? color, color);
  }
});

test("columns of several words hold their means", () => {
  const place = timelineLayout({ width: 140, height: 206, steps: 30, theme: { ...DESK, phone: true }, banded: false });
  const narrow = { ...place, size: 2 };
  const layers = stackedBands(TEN, 3);
  const means = columnBands(narrow, layers);
  means.forEach(({ high }, k) => {
    assert.equal(high.length, 15);
    high.forEach((value, column) => near(value, (layers[k].high[2 * column] + layers[k].high[2 * column + 1]) / 2));
  });
});

test("a name stands inside a band where it is most open, or nowhere", () => {
  const room = { y: (value) => 100 * (1 - value), width: () => 20, column: 10, least: 18 };
  const band = { label: "sports", low: [0, 0, 0, 0], high: [0.1, 0.5, 0.6, 0.1] };
  assert.deepEqual(insideName(band, room), { name: "sports", at: 2, y: 75 });
  assert.equal(insideName({ ...band, high: [0.1, 0.1, 0.6, 0.1] }, room), null);
});

test("names beside the last column never touch", () => {
  const layers = stackedBands(TEN, 3);
  const room = { y: (value) => 100 * (1 - value), gap: 15, top: 5, bottom: 195 };
  for (let at = 0; at < 30; at += 1) {
    const heights = besideHeights(layers, at, room).toSorted((one, other) => one - other);
    heights.forEach((height, k) => k && assert.ok(height - heights[k - 1] >= 15 - 1e-9));
    assert.ok(heights[0] >= 5 && heights.at(-1) <= 195);
  }
});
