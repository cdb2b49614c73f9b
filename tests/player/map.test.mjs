import assert from "node:assert/strict";
import test from "node:test";

import { averagedRows, gateRamp, signedRamp } from "../../lstm_viz/components/player/js/draw/ramps.js";
import { Matrix } from "../../lstm_viz/components/player/js/model/matrix.js";
import { mappedQuantity } from "../../lstm_viz/components/player/js/model/view.js";
import { mapPixels, mapScale } from "../../lstm_viz/components/player/js/timeline/map_picture.js";
import { madeUp, PALETTE, viewOf } from "./made_up.mjs";

const TRACE = madeUp({ steps: 9, units: 24, seed: 6 });
const ORDER = TRACE.orders.similarity;
const pixel = ({ columns, data }, column, row) => [
  ...data.subarray(4 * (row * columns + column), 4 * (row * columns + column) + 4),
];
const scaleOf = (name) => mapScale(mappedQuantity(TRACE, viewOf(TRACE, { quantity: name })), PALETTE);

test("words go across, units down in their order", () => {
  const scale = scaleOf("forget_gate");
  const found = mapPixels(TRACE.of("forget_gate"), { order: ORDER, scale, rows: 24, size: 1 });
  assert.deepEqual([found.columns, found.rows], [9, 24]);
  const ramp = gateRamp(PALETTE, "forget");
  for (let word = 0; word < 9; word += 1) {
    for (let row = 0; row < 24; row += 1) {
      const value = TRACE.of("forget_gate").row(word)[ORDER[row]];
      assert.deepEqual(pixel(found, word, row), [...ramp.parts[ramp.place(value)], 255]);
    }
  }
});

test("another order is another map", () => {
  const [matrix, scale] = [TRACE.of("candidate"), scaleOf("candidate")];
  const one = mapPixels(matrix, { order: ORDER, scale, rows: 24, size: 1 });
  const other = mapPixels(matrix, { order: TRACE.orders.index, scale, rows: 24, size: 1 });
  assert.notDeepEqual(one.data, other.data);
});

test("fewer rows than units are averaged as in the belts of the stage", () => {
  const ramp = signedRamp(PALETTE);
  for (const rows of [1, 5, 7, 12, 24]) {
    const found = mapPixels(TRACE.of("cell_state"), { order: ORDER, scale: scaleOf("cell_state"), rows, size: 1 });
    for (let word = 0; word < 9; word += 1) {
      const belt = averagedRows(TRACE.of("tanh_cell_state").row(word), ORDER, ramp, rows);
      for (let row = 0; row < rows; row += 1) {
        assert.deepEqual(pixel(found, word, row), [...belt.subarray(4 * row, 4 * row + 4)]);
      }
    }
  }
});

test("words that share a column are averaged, the last ones too where they are fewer", () => {
  const values = Float32Array.from([0, 1, 1, 1, 0]);
  const scale = { ramp: gateRamp(PALETTE, "input"), shade: (value) => value };
  const found = mapPixels(new Matrix(5, 1, values), { order: [0], scale, rows: 1, size: 2 });
  assert.equal(found.columns, 3);
  const [empty, full] = [scale.ramp.parts[0], scale.ramp.parts[255]];
  const half = empty.map((part, k) => (part + full[k]) / 2);
  pixel(found, 0, 0)
    .slice(0, 3)
    .forEach((part, k) => assert.ok(Math.abs(part - half[k]) <= 0.5));
  assert.deepEqual(pixel(found, 1, 0).slice(0, 3), full);
  assert.deepEqual(pixel(found, 2, 0).slice(0, 3), empty);
});

test("scales are fixed: gates from 0 to 1, states from -1 to 1, the cell state to its limit", () => {
  const ends = (name) => [scaleOf(name).low, scaleOf(name).high];
  assert.deepEqual(ends("forget_gate"), [0, 1]);
  assert.deepEqual(ends("candidate"), [-1, 1]);
  assert.deepEqual(ends("hidden_state"), [-1, 1]);
  assert.deepEqual(ends("cell_state"), [-2, 2]);
  assert.equal(scaleOf("cell_state").shade(0.5), Math.tanh(0.5));
  assert.deepEqual(scaleOf("cell_state").ends, [-1, 1]);
  assert.equal(scaleOf("forget_gate").ramp, gateRamp(PALETTE, "forget"));
  assert.equal(scaleOf("output_gate").ramp, gateRamp(PALETTE, "output"));
});
