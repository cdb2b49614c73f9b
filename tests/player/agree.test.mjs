// Numbers that stand together agree: a chance is rounded once, and the rest is computed from that.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Matrix, Reading } from "../../lstm_viz/components/player/js/model/decode.js";
import { sentence } from "../../lstm_viz/components/player/js/model/describe.js";
import {
  percent,
  shownChance,
  shownChances,
  signedPoints,
  tenths,
  written,
} from "../../lstm_viz/components/player/js/model/format.js";
import { ranked } from "../../lstm_viz/components/player/js/model/equations.js";
import { tints } from "../../lstm_viz/components/player/js/draw/word_tints.js";
import { chance, madeUp, PALETTE } from "./made_up.mjs";

const MINUS = /−/g;
const number = (text) => Number(text.replace(MINUS, "-"));

// Pairs of chances: anywhere, close to each other, close to an end, and close to where rounding turns.
function pairs(count) {
  const next = chance(11);
  return Array.from({ length: count }, (_, k) => {
    const first = [next(), next() ** 6, 1 - next() ** 6, (Math.floor(100 * next()) + 0.5) / 100][k % 4];
    const near = first + (next() - 0.5) * 10 ** -(1 + Math.floor(4 * next()));
    return [first, k % 3 ? Math.min(1, Math.max(0, near)) : next()].map(Math.fround);
  });
}

function readingOf(rows) {
  const labels = rows[0].length;
  const reading = madeUp({ steps: rows.length, labels });
  reading.arrays.set("probability", new Matrix(rows.length, labels, Float32Array.from(rows.flat())));
  return new Reading({ ...reading }, reading.arrays);
}

test("known values", () => {
  // 27.6 and 28.9: 28 and 29, one point, though they are 1.3 apart; 28.4 and 28.6: 28 and 29, one point.
  const course = readingOf([
    [0.724, 0.276],
    [0.711, 0.289],
    [0.716, 0.284],
    [0.714, 0.286],
  ]).course(1);
  assert.deepEqual(course.shown, [28, 29, 28, 29]);
  assert.deepEqual(course.points, [-22, 1, -1, 1]);
  // 98.4 beside 1.6: 98 and 2; 97.5 and 2.5 add up to 100.
  assert.deepEqual(
    [
      [0.984, 0.016],
      [0.975, 0.025],
      [0.5, 0.5],
    ].map(shownChances),
    [
      [98, 2],
      [97, 3],
      [50, 50],
    ],
  );
  assert.deepEqual([0.9997, 0.9928, 0.0072, 0.985, 0, 1, 1e-9].map(percent), [
    "99.9",
    "99.3",
    "0.7",
    "99",
    "0",
    "100",
    "0.1",
  ]);
});

test("of two labels: was, is and points agree, also read aloud, and both sides make 100", () => {
  for (const [before, now] of pairs(20_000)) {
    const reading = readingOf([
      [1 - before, before],
      [1 - now, now],
    ]);
    for (const label of [0, 1]) {
      const course = reading.course(label);
      const [was, is] = course.shown.map(written);
      assert.equal(number(signedPoints(course.points[1])), tenths(is - was), `${before} ${now}`);
      const said = sentence(reading, course, 1);
      const [, share, moved] = said.match(/, ([\d.]+) percent .*?, ([+−]?[\d.]+) points?/);
      assert.deepEqual([share, number(moved)], [is, tenths(is - was)], said);
      const other = reading.course(1 - label).shown[1];
      assert.equal(tenths(number(is) + other), 100);
      const tinted = tints(reading, course, "verdict", null, PALETTE)[1].number;
      if (tinted) assert.equal(number(tinted), tenths(is - was));
    }
  }
});

test("of several labels: each chance is shown alike wherever it stands", () => {
  const next = chance(5);
  for (let round = 0; round < 2_000; round += 1) {
    const row = Array.from({ length: 8 }, () => next() ** 4);
    const sum = row.reduce((a, b) => a + b);
    const reading = readingOf([row.map((value) => value / sum), row.map((value) => value / sum).reverse()]);
    for (let label = 0; label < 8; label += 1) {
      const course = reading.course(label);
      assert.equal(tenths(course.shown[0] + course.points[1]), course.shown[1]);
    }
    for (const [name, shown] of ranked(reading, 1)) {
      const label = reading.labels.indexOf(name);
      assert.equal(shown, reading.course(label).shown[1]);
    }
    const said = [...sentence(reading, reading.course(0), 1).matchAll(/([\d.]+) percent label (\d)/g)];
    for (const [, share, label] of said) assert.equal(share, written(reading.shown(1)[label]));
  }
});

test("a chance is shown within half a point, half up, and never as certain", () => {
  for (const [share] of pairs(10_000)) {
    const shown = shownChance(share);
    assert.ok(Math.abs(shown - 100 * share) <= 0.5001 || shown === 0.1 || shown === 99.9, String(share));
    if (share > 0 && share < 1) assert.ok(shown > 0 && shown < 100);
  }
});
