import assert from "node:assert/strict";
import test from "node:test";

import { timelineLayout } from "../../lstm_viz/components/player/js/timeline/layout.js";
import { wordNames } from "../../lstm_viz/components/player/js/timeline/names.js";
import { chance, DESK, madeUp, measured } from "./made_up.mjs";

const measure = (text) => measured(text, 14);

function names(trace, { width = 1302, theme = DESK, zoom = null, current = 0, path = null } = {}) {
  const place = timelineLayout({ width, height: 206, steps: trace.steps, theme, zoom });
  const asked = { current, turning: trace.turningPoint, reads: (step) => step <= current, measure, pad: 5 };
  return { place, named: wordNames(trace, path ?? trace.path(1), place, asked) };
}

// A path that moves by so many points at each word.
function changedBy(...points) {
  return { label: 1, prior: 0.5, change: Float32Array.from(points, (value) => value / 100), points };
}

function* many() {
  const next = chance(21);
  for (const steps of [1, 3, 12, 46, 200, 1000]) {
    const trace = madeUp({ steps, seed: steps });
    for (const width of [180, 362, 1302, 1840]) {
      for (const phone of [true, false]) {
        const current = Math.floor(next() * steps);
        const span = Math.min(steps, 4 + next() * steps);
        const from = next() * (steps - span);
        yield names(trace, { width, theme: { ...DESK, phone }, current });
        yield names(trace, { width, theme: { ...DESK, phone }, current, zoom: { from, to: from + span } });
      }
    }
  }
}

test("no name touches another, and none leaves the axis", () => {
  for (const { place, named } of many()) {
    const edges = named.map(({ centre, width }) => [centre - width / 2, centre + width / 2]);
    edges.sort((one, other) => one[0] - other[0]);
    edges.forEach(([left, right], k) => {
      assert.ok(left >= place.left - 1e-6 && right <= place.right + 1e-6);
      if (k) assert.ok(left >= edges[k - 1][1] - 1e-6);
    });
  }
});

test("every word is named in its own column where all fit", () => {
  const trace = madeUp({ steps: 6 });
  const { place, named } = names(trace, { current: 3 });
  assert.deepEqual(
    named.map(({ step }) => step),
    [0, 1, 2, 3, 4, 5],
  );
  named.forEach(({ step, centre, width }) => {
    assert.ok(Math.abs(centre - (place.left + (step + 0.5) * place.column)) < 1e-6);
    assert.ok(width <= place.column);
  });
  assert.deepEqual(
    named.map(({ read }) => read),
    [true, true, true, true, false, false],
  );
});

test("numbers stand beside what changes it by six points, and beside the current word", () => {
  const trace = madeUp({ steps: 5, words: ["a", "b", "c", "d", "e"].map((text) => [" ", text, true]) });
  const { named } = names(trace, { current: 3, path: changedBy(12, 5, -6, 2, -40) });
  assert.deepEqual(
    named.map(({ text }) => text),
    ["a +12", "b", "c −6", "d +2", "e"],
  );
});

test("the current word first, then the strongest that were read and are free", () => {
  const words = Array.from({ length: 40 }, (_, step) => [" ", `word${step}`, true]);
  const trace = madeUp({ steps: 40, words });
  const change = new Array(40).fill(0);
  Object.assign(change, { 3: 20, 4: -30, 20: 5, 24: 6, 30: 2, 38: 50 });
  const { named } = names(trace, { current: 30, path: changedBy(...change) });
  assert.deepEqual(
    named.map(({ text }) => text),
    ["word30 +2", "word4 −30", "word24 +6"],
  );
  assert.deepEqual(
    named.map(({ current }) => current),
    [true, false, false],
  );
});

test("the current word is named wherever it is in view, also if it changes nothing", () => {
  for (const current of [0, 17, 39]) {
    const { named } = names(madeUp({ steps: 40 }), { current, width: 362, path: changedBy(...new Array(40).fill(0)) });
    assert.deepEqual(
      named.map(({ step }) => step),
      [current],
    );
  }
});

test("the turning point is marked", () => {
  const trace = madeUp({ steps: 6 });
  const { named } = names(trace, { current: 5 });
  assert.deepEqual(
    named.filter(({ turning }) => turning).map(({ step }) => step),
    [trace.turningPoint],
  );
});

test("while presenting no word to come is named", () => {
  const { named } = names(madeUp({ steps: 6 }), { current: 2, theme: { ...DESK, presenting: true } });
  assert.deepEqual(
    named.map(({ step }) => step),
    [0, 1, 2],
  );
});

test("a name is shortened, and what cannot be seen has one", () => {
  const words = [
    ["", "x".repeat(500), true],
    ["", "\u202e", true],
  ];
  const { named } = names(madeUp({ steps: 2, words }), { path: changedBy(0, 0) });
  assert.deepEqual(
    named.map(({ text }) => text),
    [`${"x".repeat(15)}…`, "U+202E"],
  );
});
