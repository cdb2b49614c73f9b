// Which links take the place of the last one in the history?

import assert from "node:assert/strict";
import { test } from "node:test";
import { pictureName } from "../../lstm_viz/components/player/js/panels/download.js";
import { replaces } from "../../lstm_viz/components/window/window.js";

const at = (link) => new URL(link, "http://here");
const taken = (from, to, typed = false) => replaces(at(from), at(to), typed);

test("a word, a unit, a layer and a view take the place of the last", () => {
  const from = "/?model=a&text=So+good&word=1";
  for (const more of ["&word=2", "&unit=5", "&layer=1-forward", "&order=stored&map=forget_gate", ""]) {
    assert.ok(taken(from, `/?model=a&text=So+good${more}`), more);
  }
  assert.ok(taken("/?model=a&text=So%20good", "/?model=a&text=So+good"));
});

test("a page, a model and a text are entries of their own", () => {
  const from = "/?model=a&text=x&word=1";
  const others = [
    "/?model=b&text=x",
    "/?model=a&text=y",
    "/?model=a&review=x",
    "/?model=a&packed=x",
    "/?model=a",
    "/gates?model=a&text=x",
    "/gates",
  ];
  for (const to of others) assert.ok(!taken(from, to), to);
  assert.ok(!taken("/?model=a&text=", "/?model=a"));
});

test("the link of a page that was opened without one belongs to it", () => {
  assert.ok(taken("/gates", "/gates?model=a&text=x"));
  assert.ok(!taken("/", "/gates?model=a&text=x"));
});

test("what is typed live takes the place of what was typed before, on one page", () => {
  assert.ok(taken("/?model=a&text=x", "/?model=a&text=xy", true));
  assert.ok(!taken("/?model=a&text=x", "/gates?model=a&text=xy", true));
});

test("a picture is called after text and word", () => {
  const words = [
    ["", "Film!", true],
    ["", "../x", true],
    ["", "房间", true],
    ["", "\u202e👍", true],
  ];
  const names = words.map((_, step) => pictureName({ file: "lstm-viz-so", words }, step));
  assert.deepEqual(names, [
    "lstm-viz-so-cell-word-1-film",
    "lstm-viz-so-cell-word-2-x",
    "lstm-viz-so-cell-word-3-房间",
    "lstm-viz-so-cell-word-4",
  ]);
});
