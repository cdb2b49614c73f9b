// Numbers that stand together agree: a chance is rounded once, and the rest is computed from that.

import assert from "node:assert/strict";
import { test } from "node:test";

import { wordTints } from "../../lstm_viz/components/player/js/draw/word_tints.js";
import { wordSentence } from "../../lstm_viz/components/player/js/model/describe.js";
import {
  displayPercent,
  displayPercents,
  formatPercent,
  percentText,
  roundToTenth,
  signedPoints,
} from "../../lstm_viz/components/player/js/model/format.js";
import { Matrix } from "../../lstm_viz/components/player/js/model/matrix.js";
import { TraceView } from "../../lstm_viz/components/player/js/model/trace_view.js";
import { rankedLabels } from "../../lstm_viz/components/player/js/model/votes.js";
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

function traceOf(rows) {
  const labels = rows[0].length;
  const trace = madeUp({ steps: rows.length, labels });
  trace.arrays.set("probability", new Matrix(rows.length, labels, Float32Array.from(rows.flat())));
  return new TraceView({ ...trace }, trace.arrays);
}

test("known values", () => {
  // 27.6 and 28.9: 28 and 29, one point, though they are 1.3 apart; 28.4 and 28.6: 28 and 29, one point.
  const path = traceOf([
    [0.724, 0.276],
    [0.711, 0.289],
    [0.716, 0.284],
    [0.714, 0.286],
  ]).path(1);
  assert.deepEqual(path.percent, [28, 29, 28, 29]);
  assert.deepEqual(path.points, [-22, 1, -1, 1]);
  // 98.4 beside 1.6: 98 and 2; 97.5 and 2.5 add up to 100.
  assert.deepEqual(
    [
      [0.984, 0.016],
      [0.975, 0.025],
      [0.5, 0.5],
    ].map(displayPercents),
    [
      [98, 2],
      [97, 3],
      [50, 50],
    ],
  );
  assert.deepEqual([0.9997, 0.9928, 0.0072, 0.985, 0, 1, 1e-9].map(formatPercent), [
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
    const trace = traceOf([
      [1 - before, before],
      [1 - now, now],
    ]);
    for (const label of [0, 1]) {
      const path = trace.path(label);
      const [was, is] = path.percent.map(percentText);
      assert.equal(number(signedPoints(path.points[1])), roundToTenth(is - was), `${before} ${now}`);
      const said = wordSentence(trace, path, 1);
      const [, share, change] = said.match(/, ([\d.]+) percent .*?, ([+−]?[\d.]+) points?/);
      assert.deepEqual([share, number(change)], [is, roundToTenth(is - was)], said);
      const other = trace.path(1 - label).percent[1];
      assert.equal(roundToTenth(number(is) + other), 100);
      const tinted = wordTints(trace, path, { tint: "prediction", unit: null }, PALETTE)[1].number;
      if (tinted) assert.equal(number(tinted), roundToTenth(is - was));
    }
  }
});

test("of several labels: each chance is shown alike wherever it stands", () => {
  const next = chance(5);
  for (let round = 0; round < 2_000; round += 1) {
    const row = Array.from({ length: 8 }, () => next() ** 4);
    const sum = row.reduce((a, b) => a + b);
    const trace = traceOf([row.map((value) => value / sum), row.map((value) => value / sum).reverse()]);
    for (let label = 0; label < 8; label += 1) {
      const path = trace.path(label);
      assert.equal(roundToTenth(path.percent[0] + path.points[1]), path.percent[1]);
    }
    for (const [name, shown] of rankedLabels(trace, 1)) {
      const label = trace.labels.indexOf(name);
      assert.equal(shown, trace.path(label).percent[1]);
    }
    const said = [...wordSentence(trace, trace.path(0), 1).matchAll(/([\d.]+) percent label (\d)/g)];
    for (const [, share, label] of said) assert.equal(share, percentText(trace.percents(1)[label]));
  }
});

test("a probability is written within half a point, half up, and never as certain", () => {
  for (const [share] of pairs(10_000)) {
    const shown = displayPercent(share);
    assert.ok(Math.abs(shown - 100 * share) <= 0.5001 || shown === 0.1 || shown === 99.9, String(share));
    if (share > 0 && share < 1) assert.ok(shown > 0 && shown < 100);
  }
});
