import assert from "node:assert/strict";
import test from "node:test";

import {
  isolatedName,
  likeliest,
  unitSentence,
  unreadableText,
  visibleName,
  wordSentence,
} from "../../lstm_viz/components/player/js/model/describe.js";
import { Matrix } from "../../lstm_viz/components/player/js/model/matrix.js";
import { madeUp } from "./made_up.mjs";

function traceOf(rows, others = {}) {
  const trace = madeUp({ steps: rows.length, labels: rows[0].length, ...others });
  trace.arrays.set("probability", new Matrix(rows.length, rows[0].length, Float32Array.from(rows.flat())));
  return trace;
}

test("what can be seen is its own name", () => {
  assert.equal(visibleName("stale"), "stale");
  assert.equal(visibleName("比"), "比");
  assert.equal(visibleName("<b>"), "<b>");
});

test("what cannot be seen is named by its code", () => {
  assert.equal(visibleName("\u200b"), "U+200B");
  assert.equal(visibleName("\n"), "U+000A");
  assert.equal(visibleName("\u202e\u00a0"), "U+202E U+00A0");
  assert.equal(visibleName("\u{e0001}"), "U+E0001");
});

test("a name leaves the number beside it alone, whatever its direction", () => {
  assert.equal(isolatedName("stale"), "stale");
  assert.equal(isolatedName("שלום"), "\u2068שלום\u2069");
  assert.equal(isolatedName("\u2069\u202eevil\u2068"), "evil");
  assert.equal(isolatedName("\u202eعربي"), "\u2068عربي\u2069");
});

test("two labels: word, place, percent and signed points", () => {
  const words = [
    ["", "the", true],
    [" ", "jokes", true],
    [" ", "stale", true],
  ];
  const rows = [
    [0.5, 0.5],
    [0.5, 0.5],
    [0.88, 0.12],
  ];
  const trace = traceOf(rows, { words, labels: 2 });
  trace.labels = ["negative", "positive"];
  assert.equal(wordSentence(trace, trace.path(1), 2), "stale, word 3 of 3, 12 percent positive, −38 points");
  assert.equal(wordSentence(trace, trace.path(0), 2), "stale, word 3 of 3, 88 percent negative, +38 points");
});

test("a single point, an unknown word, a word that cannot be seen", () => {
  const words = [
    ["", "a", true],
    [" ", "\u200b", false],
  ];
  const trace = traceOf(
    [
      [0.5, 0.5],
      [0.49, 0.51],
    ],
    { words },
  );
  const said = wordSentence(trace, trace.path(1), 1);
  assert.equal(said, "U+200B, word 2 of 2, 51 percent label 1, +1 point, not in the vocabulary");
});

test("many labels: the two likeliest, and what the word did for the followed one", () => {
  const rows = [
    [0.1, 0.2, 0.1, 0.1, 0.1, 0.4],
    [0.05, 0.15, 0.1, 0.3, 0.2, 0.2],
  ];
  const trace = traceOf(rows, {
    words: [
      ["", "a", true],
      [" ", "b", true],
    ],
  });
  const said = wordSentence(trace, trace.path(4), 1);
  assert.equal(said, "b, word 2 of 2, 30 percent label 3, then 20 percent label 4, +10 points for label 4");
});

test("the likeliest first, the first of equals before the other", () => {
  const trace = traceOf([[0.25, 0.125, 0.25, 0.25, 0.0625, 0.0625]]);
  assert.deepEqual(likeliest(trace, 0, 4), [
    [0, 0.25],
    [2, 0.25],
    [3, 0.25],
    [1, 0.125],
  ]);
});

test("one unit: its number, its vote and what it remembers; of all, how many there are", () => {
  const trace = madeUp({ steps: 2, units: 3 });
  trace.arrays.set("cell_state", new Matrix(2, 3, Float32Array.of(0, 0, 0, 1, -0.5, 2)));
  trace.arrays.set("hidden_state", new Matrix(2, 3, Float32Array.of(0, 0, 0, 0.5, -0.25, 0.75)));
  const path = trace.path(1);
  assert.equal(unitSentence(trace, path, 1, 1), "unit 1 of 3, Cell state −0.50");
  trace.arrays.set("weight", new Matrix(2, 3, Float32Array.of(0, 0, 0, 0, -0.56, 1)));
  assert.equal(unitSentence(trace, path, 1, 1), "unit 1 of 3, vote +0.14, Cell state −0.50");
  assert.equal(unitSentence(trace, path, 1, null), "all 3 units");
});

test("a text that the model cannot read has no prediction, also aloud", () => {
  const words = [
    ["", "房间", false],
    [" ", "a", true],
    [" ", "很", false],
  ];
  const trace = traceOf(
    [
      [0.5, 0.5],
      [0.1, 0.9],
      [0.1, 0.9],
    ],
    { words, readable: false, known: [1, 4] },
  );
  assert.equal(wordSentence(trace, trace.path(1), 1), "a, word 2 of 3, no prediction");
  assert.equal(unreadableText(trace), "It knows only 1 of these 4 words.");
  const [alone, none] = [{ known: [0, 1] }, { known: [0, 2] }];
  assert.equal(unreadableText(alone), "It does not know this word.");
  assert.equal(unreadableText(none), "It knows none of these words.");
});
