// What is looked at: as a text is opened, after a change, and after a server that was away.

import assert from "node:assert/strict";
import { test } from "node:test";

import { decode } from "../../lstm_viz/components/player/js/model/decode.js";
import { Store } from "../../lstm_viz/components/player/js/store.js";
import { example } from "./packed.mjs";

function traceOf(id, options = {}, facts = {}) {
  return Object.assign(decode(example(options)), { id, ...facts });
}

function opened(trace) {
  const store = new Store();
  store.show(trace, false);
  return store;
}

test("a text is opened at its word, its unit and its map", () => {
  const { view, path } = opened(traceOf("a", {}, { step: 3, unit: 2, map: "forget_gate", order: "index" }));
  assert.deepEqual([view.position, view.unit, view.depth, view.quantity], [3, 2, 1, "forget_gate"]);
  assert.deepEqual([view.order, view.from, view.to, view.label, path.label], ["index", 0, 5, 1, 1]);
});

test("what there is not is another", () => {
  const { view } = opened(traceOf("a", { kind: "GRU" }, { step: 77, map: "cell_state", order: "weight" }));
  assert.deepEqual([view.position, view.quantity, view.order], [4, "hidden_state", "similarity"]);
});

test("the same text again leaves the reader there; another opens anew", () => {
  const store = opened(traceOf("a"));
  store.change({ position: 4, quantity: "candidate" });
  assert.deepEqual(store.show(traceOf("a"), false), { fresh: false, kept: false });
  assert.deepEqual([store.view.position, store.view.quantity], [4, "candidate"]);
  assert.deepEqual(store.show(traceOf("b"), false), { fresh: true, kept: false });
  assert.deepEqual([store.view.position, store.view.quantity], [0, "cell_state"]);
});

test("after a server that was away, the same text is looked at as before", () => {
  const store = opened(traceOf("a"));
  store.change({ position: 4, unit: 1, order: "index" });
  assert.deepEqual(store.show(traceOf("b"), true), { fresh: true, kept: true });
  assert.deepEqual([store.view.position, store.view.unit, store.view.order], [4, 1, "index"]);
  store.change({ position: 4 });
  assert.deepEqual(store.show(traceOf("c", { steps: 6 }), true), { fresh: true, kept: false });
  assert.equal(store.view.position, 0);
});

test("a label that is followed is followed in the next text too", () => {
  const labels = ["negative", "positive"];
  const store = opened(traceOf("a", { labels }));
  assert.equal(store.change({ label: 0 }), "all");
  assert.deepEqual([store.path.label, store.followed], [0, "negative"]);
  store.show(traceOf("b", { labels: ["bad", "negative"] }), false);
  assert.deepEqual([store.view.label, store.path.label], [1, 1]);
  store.show(traceOf("c", { labels: ["bad", "good"] }), false);
  assert.equal(store.view.label, 1);
});

test("what the panels show makes all dirty, the rest the pictures alone", () => {
  const store = opened(traceOf("a"));
  for (const changes of [{ unit: 1 }, { order: "index" }, { quantity: "candidate" }, { tint: "candidate" }]) {
    assert.equal(store.change(changes), "all");
  }
  for (const changes of [{ from: 1, to: 3 }, { rows: null }, { speed: 5 }, { loop: true }, { position: 2 }]) {
    assert.equal(store.change(changes), "pictures");
  }
});

test("the server hears of what is not usual", () => {
  const store = opened(traceOf("a"));
  assert.deepEqual(store.place(3, null), { id: "a", step: 3, unit: null, order: "", map: "" });
  store.change({ order: "index", quantity: "candidate" });
  assert.deepEqual(store.place(1, 2), { id: "a", step: 1, unit: 2, order: "index", map: "candidate" });
});
