// What an action changes: the state goes in, changes come out, and nothing else happens.

import assert from "node:assert/strict";
import { test } from "node:test";

import { changesOf } from "../../lstm_viz/components/player/js/actions.js";
import { decode } from "../../lstm_viz/components/player/js/model/decode.js";
import { changedVotes } from "../../lstm_viz/components/player/js/model/votes.js";
import { example } from "./packed.mjs";

const TRACE = decode(example({ steps: 9, units: 5 }));
TRACE.words[3] = ["", ".", true];
const ORDER = TRACE.orders.similarity;

function stateOf(others = {}) {
  const path = TRACE.path(1);
  const view = { unit: null, order: "similarity", ...others.view };
  const at = { step: 2, target: 2, unit: view.unit, turning: 6, lastUnit: null, playing: false, presenting: false };
  return { trace: TRACE, path, ...at, ...others, view };
}

const changes = (action, others, value) => changesOf(stateOf(others), action, value);

test("words: one on or back from where a movement leads, or at once to an end", () => {
  assert.deepEqual(changes("on", { target: 5 }), { step: 6 });
  assert.deepEqual(changes("back", { target: 5 }), { step: 4 });
  assert.deepEqual(changes("first"), { step: 0, jump: true });
  assert.deepEqual(changes("last"), { step: 8, jump: true });
});

test("sentences: the next one or the end; this one or the beginning", () => {
  assert.deepEqual(changes("sentence", { target: 2 }, 1), { step: 4, jump: true });
  assert.deepEqual(changes("sentence", { target: 4 }, 1), { step: 8, jump: true });
  assert.deepEqual(changes("sentence", { target: 6 }, -1), { step: 4, jump: true });
  assert.deepEqual(changes("sentence", { target: 4 }, -1), { step: 0, jump: true });
  assert.deepEqual(changes("sentence", { target: 0 }, -1), { step: 0, jump: true });
});

test("playing to the end, or to rest; to the turning point, or back to it", () => {
  assert.deepEqual(changes("play"), { play: 8 });
  assert.deepEqual(changes("play", { playing: true }), { rest: true });
  assert.deepEqual(changes("turning", { target: 2 }), { play: 6 });
  assert.deepEqual(changes("turning", { target: 6 }), { step: 6, jump: true });
});

test("units: the neighbours in the order, from the last to the first", () => {
  ORDER.forEach((unit, place) => {
    assert.deepEqual(changes("unit", { view: { unit } }, 1), { unit: ORDER[(place + 1) % 5] });
    assert.deepEqual(changes("unit", { view: { unit } }, -1), { unit: ORDER[(place + 4) % 5] });
  });
});

test("one unit: the last that was looked at, or whose vote the word changed most", () => {
  const [[voter]] = changedVotes(TRACE, 1, 2, 1);
  for (const action of ["one", "unit", "depth"]) {
    assert.deepEqual(changes(action, { lastUnit: 4 }, 1), { unit: 4 });
    assert.deepEqual(changes(action, {}, 1), { unit: voter });
  }
  assert.deepEqual(changes("all", { view: { unit: 3 } }), { unit: null });
  assert.deepEqual(changes("depth", { view: { unit: 3 } }), { unit: null });
});

test("a number that is no unit puts the unit back", () => {
  assert.deepEqual(changes("number", {}, 4), { unit: 4 });
  for (const wrong of [5, -1, 1.5, NaN]) assert.deepEqual(changes("number", {}, wrong), { reset: true });
});

test("views and what only the server has", () => {
  assert.deepEqual(changes("map", {}, "candidate"), { view: { quantity: "candidate" } });
  assert.deepEqual(changes("order", {}, "index"), { view: { order: "index" } });
  assert.deepEqual(changes("followed", {}, "0"), { view: { label: 0 } });
  assert.deepEqual(changes("speed", {}, "10"), { view: { speed: 10 } });
  assert.deepEqual(changes("loop", {}, true), { view: { loop: true } });
  assert.deepEqual(changes("tint", {}, "forget_gate"), { view: { tint: "forget_gate" } });
  assert.deepEqual(changes("layer", {}, "2-forward"), { request: { layer: "2-forward" } });
  assert.deepEqual(changes("present", { presenting: true }), { present: false });
  assert.deepEqual(changes("zoom", {}, 1.5), { zoom: 1.5 });
  assert.deepEqual(changes("rows", {}, 0.5), { rows: 0.5 });
  assert.deepEqual([changes("svg"), changes("png")], [{ picture: "svg" }, { picture: "png" }]);
});

test("the state stays as it is", () => {
  const state = stateOf({ view: { unit: 3 } });
  const before = JSON.stringify({ ...state, trace: null });
  for (const action of ["play", "on", "unit", "depth", "map", "all"]) changesOf(state, action, 1);
  assert.equal(JSON.stringify({ ...state, trace: null }), before);
});
