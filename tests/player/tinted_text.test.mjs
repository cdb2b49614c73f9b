// The tints behind a text that is being typed: each word that was read keeps its own.

import assert from "node:assert/strict";
import test from "node:test";

import { tintedPieces } from "../../lstm_viz/components/player/js/panels/tinted_text.js";

const TRACE = {
  words: [
    ["", "A"],
    [" ", "dull"],
    [" ", "film"],
    ["", "."],
  ],
  tail: "\n",
};
const GROUNDS = ["a", "b", "c", "d"];

const grounds = (typed, trace = TRACE) =>
  tintedPieces(typed, trace, GROUNDS)
    .filter(([, ground]) => ground)
    .map((piece) => piece.join(" "));
const whole = (typed, trace = TRACE) =>
  tintedPieces(typed, trace, GROUNDS)
    .map(([text]) => text)
    .join("");

const CASES = {
  "what was read": ["A dull film.\n", ["A a", "dull b", "film c", ". d"]],
  "more at the end": ["A dull film.\n Never", ["A a", "dull b", "film c", ". d"]],
  "a word in the middle": ["A very dull film.\n", ["A a", "dull b", "film c", ". d"]],
  "another word in the middle": ["A great film.\n", ["A a", "film c", ". d"]],
  "something before": ["Not A dull film.\n", ["A a", "dull b", "film c", ". d"]],
  "less at the end": ["A dull fi", ["A a", "dull b"]],
  "less in the middle": ["A film.\n", ["A a", "film c", ". d"]],
  "nothing of it": ["Oh", []],
  nothing: ["", []],
  twice: ["A dull film.\nA dull film.\n", ["A a", "dull b", "film c", ". d"]],
};

for (const [name, [typed, expected]] of Object.entries(CASES)) {
  test(`tints of ${name}`, () => {
    assert.deepEqual(grounds(typed), expected);
    assert.equal(whole(typed), typed);
  });
}

test("the same word again and again is counted once each", () => {
  const trace = {
    words: [
      ["", "no"],
      [" ", "no"],
      [" ", "no"],
    ],
    tail: "",
  };
  for (const typed of ["no", "no no", "no no no", "no no no no", "no nono no", "nono"]) {
    assert.equal(whole(typed, trace), typed);
    assert.ok(grounds(typed, trace).length <= typed.match(/no/g).length);
  }
});
