// How numbers and names are percentText, placed and cut. No page is needed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { isDark } from "../../lstm_viz/components/player/js/draw/ramps.js";
import { sentenceStarts } from "../../lstm_viz/components/player/js/model/describe.js";
import {
  breadth,
  clamp,
  formatPercent,
  mayBreakBefore,
  plain,
  shorten,
  signed,
  signedPoints,
  sizeInPoints,
} from "../../lstm_viz/components/player/js/model/format.js";
import { apart, fittingNames, openPlace } from "../../lstm_viz/components/player/js/timeline/placement.js";

test("a sign is a true sign, and nothing has none", () => {
  assert.equal(signed(0.123, 2), "+0.12");
  assert.equal(signed(-0.126, 2), "−0.13");
  assert.equal(signed(-0.001, 2), "0.00");
  assert.equal(plain(0.5, 1), "0.5");
  assert.equal(plain(-0.5, 1), "−0.5");
});

test("only certainty is 0 or 100 percent", () => {
  const said = [0.5, 0.9996, 0.992, 0.0001, 1, 0].map(formatPercent);
  assert.deepEqual(said, ["50", "99.9", "99.2", "0.1", "100", "0"]);
  assert.deepEqual([-38, 0, 1.2].map(signedPoints), ["−38", "0", "+1.2"]);
  assert.deepEqual([-38, 1, -1, 0.4].map(sizeInPoints), ["38 points", "1 point", "1 point", "0.4 points"]);
});

test("a value is kept inside its ends", () => {
  assert.deepEqual([clamp(9, 0, 5), clamp(-1, 0, 5), clamp(3, 0, 5)], [5, 0, 3]);
});

test("the strongest words are named, and none touches another", () => {
  const [change, widths, centres] = [
    [0.1, -0.5, 0.2, 0.01],
    [40, 40, 40, 40],
    [0, 10, 200, 300],
  ];
  assert.deepEqual(fittingNames(change, widths, centres), [1, 2, 3]);
});

test("names at the end keep apart and inside", () => {
  assert.deepEqual(apart([10, 12, 50], 16, 0, 100), [10, 26, 50]);
  assert.deepEqual(apart([95, 98], 16, 0, 100), [84, 100]);
});

test("signs of Chinese count double", () => {
  assert.deepEqual(["abc", "房产 4 %", "，"].map(breadth), [3, 8, 2]);
  const cut = [
    ["politics", 8],
    ["politics", 7],
    ["财经房产", 7],
  ].map(([text, most]) => shorten(text, most));
  assert.deepEqual(cut, ["politics", "politi…", "财经房…"]);
});

test("a line may end before a Chinese word", () => {
  assert.deepEqual(["房产", "，", "film"].map(mayBreakBefore), [true, false, false]);
});

test("a name stands where its band has most room", () => {
  assert.deepEqual(openPlace([0, 10, 40], [50, 50, 50], 2, 18), { at: 1, y: 30 });
  assert.equal(openPlace([0, 40, 40], [50, 50, 50], 2, 18), null);
  assert.equal(openPlace([0], [50], 2, 18), null);
});

test("dark and light grounds are told apart", () => {
  assert.deepEqual(["#0E1117", "rgb(255, 255, 255)"].map(isDark), [true, false]);
});

test("a sentence starts after its end marks", () => {
  assert.deepEqual(
    sentenceStarts([
      ["", "Hi"],
      ["", "!"],
      ["", "No"],
      ["", "..."],
    ]),
    [0, 2],
  );
});
