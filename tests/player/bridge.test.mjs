// When the server hears of what is chosen and asked for, and when it does not.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Bridge } from "../../lstm_viz/components/player/js/bridge.js";

const REST = 400; // milliseconds

mock.timers.enable({ apis: ["setTimeout"] });
let heard = []; // by the server
let state;
let bridge;

beforeEach(() => {
  bridge?.leave();
  globalThis.document = new EventTarget();
  globalThis.window = new EventTarget();
  heard = [];
  state = { step: 1, playing: false, there: [] };
  const server = { chosen: (place) => heard.push(["chosen", place]), asked: (what) => heard.push(["asked", what]) };
  bridge = new Bridge(server, {
    place: () => state.step,
    playing: () => state.playing,
    heard: (there) => state.there.push(there),
  });
});

const server = (there) => document.dispatchEvent(new CustomEvent("lstm-viz-server", { detail: there }));

test("a place is reported once, after a rest, and as it is then", () => {
  bridge.report();
  mock.timers.tick(REST - 1);
  bridge.report();
  mock.timers.tick(REST - 1);
  assert.deepEqual(heard, []);
  state.step = 7;
  mock.timers.tick(1);
  assert.deepEqual(heard, [["chosen", 7]]);
});

test("never while it plays", () => {
  bridge.report();
  state.playing = true;
  mock.timers.tick(REST);
  assert.deepEqual(heard, []);
});

test("who asks says where he stands, and reports nothing beside it", () => {
  bridge.report();
  bridge.ask({ model: "other" });
  mock.timers.tick(REST);
  assert.deepEqual(heard, [["asked", { model: "other", place: 1 }]]);
});

test("nothing overtakes who goes to another page or back", () => {
  const link = Object.assign(new Event("pointerdown"), { composedPath: () => [{ localName: "a" }] });
  for (const leave of [() => document.dispatchEvent(link), () => window.dispatchEvent(new Event("popstate"))]) {
    bridge.report();
    leave();
    mock.timers.tick(REST);
  }
  assert.deepEqual(heard, []);
  const word = Object.assign(new Event("pointerdown"), { composedPath: () => [{ localName: "span" }] });
  bridge.report();
  document.dispatchEvent(word);
  mock.timers.tick(REST);
  assert.equal(heard.length, 1);
});

test("a server that was away hears again of what was asked, or of the place", () => {
  server(false);
  bridge.ask({ layer: "2-forward" });
  server(true);
  assert.deepEqual(heard, Array(2).fill(["asked", { layer: "2-forward", place: 1 }]));
  assert.ok(bridge.returned);
  server(false);
  server(true);
  mock.timers.tick(REST);
  assert.deepEqual(heard.slice(2), [["chosen", 1]]);
  assert.deepEqual(state.there, [false, true, false, true]);
});

test("a text is asked for again by the editor, not here", () => {
  server(false);
  bridge.ask({ text: "x", live: true });
  server(true);
  mock.timers.tick(REST);
  assert.deepEqual(
    heard.map(([what]) => what),
    ["asked", "chosen"],
  );
});

test("it leaves nothing behind", () => {
  bridge.report();
  bridge.leave();
  server(false);
  mock.timers.tick(REST);
  assert.deepEqual([heard, state.there], [[], []]);
});
