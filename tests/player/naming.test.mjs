import assert from "node:assert/strict";
import test from "node:test";

import {
  besideNumber,
  likeliest,
  nameOf,
  saidUnreadable,
  sentence,
  timelineSlider,
  unitSentence,
} from "../../lstm_viz/components/player/js/model/describe.js";
import { Matrix } from "../../lstm_viz/components/player/js/model/decode.js";
import { madeUp } from "./made_up.mjs";

function readingOf(rows, others = {}) {
  const reading = madeUp({ steps: rows.length, labels: rows[0].length, ...others });
  reading.arrays.set("probability", new Matrix(rows.length, rows[0].length, Float32Array.from(rows.flat())));
  return reading;
}

test("what can be seen is its own name", () => {
  assert.equal(nameOf("stale"), "stale");
  assert.equal(nameOf("比"), "比");
  assert.equal(nameOf("<b>"), "<b>");
});

test("what cannot be seen is named by its code", () => {
  assert.equal(nameOf("\u200b"), "U+200B");
  assert.equal(nameOf("\n"), "U+000A");
  assert.equal(nameOf("\u202e\u00a0"), "U+202E U+00A0");
  assert.equal(nameOf("\u{e0001}"), "U+E0001");
});

test("a name leaves the number beside it alone, whatever its direction", () => {
  assert.equal(besideNumber("stale"), "stale");
  assert.equal(besideNumber("שלום"), "\u2068שלום\u2069");
  assert.equal(besideNumber("\u2069\u202eevil\u2068"), "evil");
  assert.equal(besideNumber("\u202eعربي"), "\u2068عربي\u2069");
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
  const reading = readingOf(rows, { words, labels: 2 });
  reading.labels = ["negative", "positive"];
  assert.equal(sentence(reading, reading.course(1), 2), "stale, word 3 of 3, 12 percent positive, −38 points");
  assert.equal(sentence(reading, reading.course(0), 2), "stale, word 3 of 3, 88 percent negative, +38 points");
});

test("a single point, an unknown word, a word that cannot be seen", () => {
  const words = [
    ["", "a", true],
    [" ", "\u200b", false],
  ];
  const reading = readingOf(
    [
      [0.5, 0.5],
      [0.49, 0.51],
    ],
    { words },
  );
  const said = sentence(reading, reading.course(1), 1);
  assert.equal(said, "U+200B, word 2 of 2, 51 percent label 1, +1 point, not in the vocabulary");
});

test("many labels: the two likeliest, and what the word did for the followed one", () => {
  const rows = [
    [0.1, 0.2, 0.1, 0.1, 0.1, 0.4],
    [0.05, 0.15, 0.1, 0.3, 0.2, 0.2],
  ];
  const reading = readingOf(rows, {
    words: [
      ["", "a", true],
      [" ", "b", true],
    ],
  });
  const said = sentence(reading, reading.course(4), 1);
  assert.equal(said, "b, word 2 of 2, 30 percent label 3, then 20 percent label 4, +10 points for label 4");
});

test("the likeliest first, the first of equals before the other", () => {
  const reading = readingOf([[0.25, 0.125, 0.25, 0.25, 0.0625, 0.0625]]);
  assert.deepEqual(likeliest(reading, 0, 4), [
    [0, 0.25],
    [2, 0.25],
    [3, 0.25],
    [1, 0.125],
  ]);
});

test("the slider counts words from 1", () => {
  const reading = madeUp({ steps: 12 });
  const course = reading.course(1);
  const said = timelineSlider(reading, course, 11);
  assert.equal(said.role, "slider");
  assert.deepEqual([said["aria-valuemin"], said["aria-valuenow"], said["aria-valuemax"]], ["1", "12", "12"]);
  assert.equal(said["aria-valuetext"], sentence(reading, course, 11));
});

test("one unit: its number, its vote and what it remembers; of all, how many there are", () => {
  const reading = madeUp({ steps: 2, units: 3 });
  reading.arrays.set("cell_state", new Matrix(2, 3, Float32Array.of(0, 0, 0, 1, -0.5, 2)));
  reading.arrays.set("hidden_state", new Matrix(2, 3, Float32Array.of(0, 0, 0, 0.5, -0.25, 0.75)));
  const course = reading.course(1);
  assert.equal(unitSentence(reading, course, 1, 1), "unit 1 of 3, Cell state −0.50");
  reading.arrays.set("weight", new Matrix(2, 3, Float32Array.of(0, 0, 0, 0, -0.56, 1)));
  assert.equal(unitSentence(reading, course, 1, 1), "unit 1 of 3, vote +0.14, Cell state −0.50");
  assert.equal(unitSentence(reading, course, 1, null), "all 3 units");
});

test("a text that the model cannot read has no verdict, also aloud", () => {
  const words = [
    ["", "房间", false],
    [" ", "a", true],
    [" ", "很", false],
  ];
  const reading = readingOf(
    [
      [0.5, 0.5],
      [0.1, 0.9],
      [0.1, 0.9],
    ],
    { words, readable: false, known: [1, 4] },
  );
  assert.equal(sentence(reading, reading.course(1), 1), "a, word 2 of 3, no verdict");
  assert.equal(saidUnreadable(reading), "It knows only 1 of these 4 words.");
  const [alone, none] = [{ known: [0, 1] }, { known: [0, 2] }];
  assert.equal(saidUnreadable(alone), "It does not know this word.");
  assert.equal(saidUnreadable(none), "It knows none of these words.");
});
