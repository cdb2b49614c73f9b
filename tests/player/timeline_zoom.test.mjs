import assert from "node:assert/strict";
import test from "node:test";

import { following, panned, unzoomed, zoomed } from "../../lstm_viz/components/player/js/model/zoom.js";
import { chance } from "./made_up.mjs";

const near = (one, other) => assert.ok(Math.abs(one - other) < 1e-6, `${one} is not ${other}`);

function* walks(seed) {
  const next = chance(seed);
  for (const steps of [1, 2, 4, 5, 46, 1000]) {
    let view = unzoomed(steps);
    for (let turn = 0; turn < 300; turn += 1) {
      const before = view;
      if (next() < 0.5) view = zoomed(view, steps, next() * steps, 2 ** (4 * next() - 2));
      else view = panned(view, steps, (next() - 0.5) * steps);
      yield { steps, before, view };
    }
  }
}

test("a view stays inside the text and never shows fewer than four words", () => {
  for (const { steps, view } of walks(1)) {
    assert.ok(view.from >= 0 && view.to <= steps);
    assert.ok(view.to - view.from >= Math.min(4, steps) - 1e-9);
  }
});

test("factor 2 shows half as many words and keeps the word under the pointer", () => {
  const view = zoomed({ from: 20, to: 60 }, 100, 30, 2);
  assert.deepEqual(view, { from: 25, to: 45 });
  assert.deepEqual(zoomed(view, 100, 30, 0.5), { from: 20, to: 60 });
});

test("what stands under the pointer keeps its place where the ends allow it", () => {
  const next = chance(5);
  for (let turn = 0; turn < 300; turn += 1) {
    const before = { from: 400 + 50 * next(), to: 500 + 50 * next() };
    const around = before.from + next() * (before.to - before.from);
    const after = zoomed(before, 1000, around, 0.5 + next());
    near((around - after.from) / (after.to - after.from), (around - before.from) / (before.to - before.from));
  }
});

test("at the ends a view is moved, not squeezed", () => {
  assert.deepEqual(zoomed({ from: 0, to: 20 }, 100, 2, 0.5), { from: 0, to: 40 });
  assert.deepEqual(zoomed({ from: 80, to: 100 }, 100, 99, 0.5), { from: 60, to: 100 });
  assert.deepEqual(zoomed({ from: 10, to: 20 }, 100, 15, 1 / 1000), { from: 0, to: 100 });
});

test("panning keeps the number of words", () => {
  assert.deepEqual(panned({ from: 10, to: 20 }, 100, 7), { from: 17, to: 27 });
  assert.deepEqual(panned({ from: 10, to: 20 }, 100, -70), { from: 0, to: 10 });
  assert.deepEqual(panned({ from: 10, to: 20 }, 100, 900), { from: 90, to: 100 });
});

test("the playhead stays inside, and the view stands still while it is", () => {
  const next = chance(9);
  for (const { steps, view } of walks(2)) {
    const position = next() * (steps - 1);
    const after = following(view, steps, position);
    assert.ok(after.from <= position + 1e-9 && after.to >= position + 1 - 1e-9);
    assert.ok(after.from >= 0 && after.to <= steps);
    near(after.to - after.from, view.to - view.from);
    if (view.from <= position && position + 1 <= view.to) assert.deepEqual(after, view);
    assert.deepEqual(following(after, steps, position), after);
  }
});

test("a view turns like a page: most of it lies ahead", () => {
  assert.deepEqual(following({ from: 0, to: 16 }, 100, 20), { from: 18, to: 34 });
  assert.deepEqual(following({ from: 40, to: 56 }, 100, 30), { from: 17, to: 33 });
});
