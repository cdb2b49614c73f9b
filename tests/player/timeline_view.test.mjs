import assert from "node:assert/strict";
import test from "node:test";

import { Matrix } from "../../lstm_viz/components/player/js/model/matrix.js";
import {
  chosenUnit,
  currentWord,
  followedLabel,
  mappedOrder,
  mappedQuantity,
  seenRows,
  turningWord,
  wasRead,
} from "../../lstm_viz/components/player/js/model/view.js";
import { madeUp, viewOf } from "./made_up.mjs";

const TRACE = madeUp({ steps: 10, units: 8 });
const viewed = (others) => viewOf(TRACE, others);

test("the nearer word is the one that is being read", () => {
  const positions = [-4, 0, 3.4, 3.6, 8.9, 9, 77];
  const found = positions.map((position) => currentWord(TRACE, viewed({ position })));
  assert.deepEqual(found, [0, 0, 3, 4, 9, 9, 9]);
});

test("a second direction reads from the right", () => {
  const backward = madeUp({ layer: [0, "backward"] });
  assert.deepEqual(
    [2, 3, 4].map((step) => wasRead(TRACE, 3, step)),
    [true, true, false],
  );
  assert.deepEqual(
    [2, 3, 4].map((step) => wasRead(backward, 3, step)),
    [false, true, true],
  );
});

test("a label, quantity, order or unit that there is not is another", () => {
  assert.equal(followedLabel(TRACE, viewed({ label: 0 })), 0);
  assert.equal(followedLabel(TRACE, viewed({ label: 2 })), 1);
  assert.equal(mappedQuantity(TRACE, viewed({ quantity: "output_gate" })).name, "output_gate");
  assert.equal(mappedQuantity(TRACE, viewed({ quantity: "valueOf" })).name, "cell_state");
  assert.equal(mappedOrder(TRACE, viewed({ order: "index" })), TRACE.orders.index);
  assert.equal(mappedOrder(TRACE, viewed({ order: "weight" })), TRACE.orders.similarity);
  assert.equal(chosenUnit(TRACE, viewed({ one: true, unit: 7 })), 7);
  assert.equal(chosenUnit(TRACE, viewed({ one: true, unit: 8 })), null);
  assert.equal(chosenUnit(TRACE, viewed({ one: false, unit: 7 })), null);
});

test("rows that there are not are all of them", () => {
  const rows = { from: 2, to: 8 };
  assert.equal(seenRows({ rows }, 24), rows);
  for (const [view, count] of [
    [{ rows }, 7],
    [{ rows: { from: 0, to: 8 } }, 8],
    [{ rows: null }, 8],
    [{}, 8],
  ]) {
    assert.equal(seenRows(view, count), null);
  }
});

test("a projection's units stand by index", () => {
  const trace = madeUp({ steps: 10, units: 8 });
  trace.arrays.set("hidden_state", new Matrix(10, 3, new Float32Array(30)));
  assert.deepEqual(mappedOrder(trace, viewOf(trace, { quantity: "hidden_state" })), [0, 1, 2]);
  assert.equal(mappedOrder(trace, viewOf(trace)), trace.orders.similarity);
  assert.equal(chosenUnit(trace, viewOf(trace, { quantity: "hidden_state", one: true, unit: 5 })), null);
});

test("each label has its own turning point: the first of the largest changes", () => {
  const ten = madeUp({ steps: 40, labels: 10, seed: 8 });
  for (let label = 0; label < 10; label += 1) {
    const path = ten.path(label);
    const sizes = [...path.change].map(Math.abs);
    assert.equal(turningWord(ten, path), sizes.indexOf(Math.max(...sizes)));
  }
});
