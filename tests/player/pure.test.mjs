// The player's pure parts: what is decoded, coloured, placed and said. No page is needed.

import assert from "node:assert/strict";
import { test } from "node:test";

import { BINS, dotPlot, squeezedLevels } from "../../lstm_viz/components/player/js/cell/dot_plot.js";
import { cellLayout } from "../../lstm_viz/components/player/js/cell/layout.js";
import {
  averagedRows,
  changeTint,
  gateRamp,
  isDark,
  signedRamp,
} from "../../lstm_viz/components/player/js/draw/ramps.js";
import { tintLegend, wordTints } from "../../lstm_viz/components/player/js/draw/word_tints.js";
import { decode } from "../../lstm_viz/components/player/js/model/decode.js";
import { playingPosition, steppingPosition } from "../../lstm_viz/components/player/js/model/easing.js";
import { equation, plainText, squashOf, unitEquation } from "../../lstm_viz/components/player/js/model/equations.js";
import { Frame } from "../../lstm_viz/components/player/js/model/frame.js";
import { keyAction } from "../../lstm_viz/components/player/js/model/keymap.js";
import { changedVotes, probabilityWithout, voteTotals } from "../../lstm_viz/components/player/js/model/votes.js";
import { example, numbers, PALETTE } from "./packed.mjs";

const near = (a, b, within = 1e-6) => assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

test("every value comes back, gates within their rounding", () => {
  const trace = decode(example());
  const sent = numbers(15, 0, 1, "forget_gate".length);
  trace.of("forget_gate").data.forEach((value, k) => near(value, sent[k], 1 / 131070 + 1e-7));
  const states = numbers(15, -2, 2, 7).map(Math.fround);
  assert.deepEqual([...trace.of("cell_state").data], states);
  assert.deepEqual([trace.steps, trace.units], [5, 3]);
  near(trace.of("cell_state").row(2)[1], states[7], 0);
  near(trace.of("cell_state").column(1)[2], states[7], 0);
});

test("kept, written and output follow from the gates of an LSTM", () => {
  const trace = decode(example());
  for (let step = 0; step < 5; step += 1) {
    const of = (name) => trace.of(name).row(step);
    const before = step ? trace.of("cell_state").row(step - 1) : trace.of("initial_cell_state").row(0);
    for (let unit = 0; unit < 3; unit += 1) {
      near(of("memory_before")[unit], before[unit]);
      near(of("kept")[unit], of("forget_gate")[unit] * before[unit]);
      near(of("written")[unit], of("input_gate")[unit] * of("candidate")[unit]);
      near(of("hidden_state")[unit], of("output_gate")[unit] * Math.tanh(of("cell_state")[unit]));
    }
  }
});

test("a GRU keeps z of the old and writes 1 − z of the candidate", () => {
  const trace = decode(example({ kind: "GRU" }));
  const of = (name) => trace.of(name).row(1);
  near(of("kept")[0], of("update_gate")[0] * trace.of("hidden_state").row(0)[0]);
  near(of("written")[0], (1 - of("update_gate")[0]) * of("candidate")[0]);
});

test("by index units stand as they are numbered", () => {
  assert.deepEqual(decode(example({ units: 4 })).orders.index, [0, 1, 2, 3]);
});

test("a layer that reads from the end has the word on the right before it", () => {
  const trace = decode(example({ backward: true }));
  near(trace.of("memory_before").row(1)[2], trace.of("cell_state").row(2)[2]);
  near(trace.of("memory_before").row(4)[2], trace.of("initial_cell_state").row(0)[2]);
});

test("a path adds up from what was before the first word", () => {
  const { prior, change, probability } = decode(example()).path(1);
  let sum = prior;
  change.forEach((value, step) => {
    sum += value;
    near(sum, probability[step]);
  });
});

test("the votes and the bias are the whole score", () => {
  const trace = decode(example());
  const { against, inFavour, bias, total } = voteTotals(trace, 1, 3);
  const votes = trace.votes(1, 3);
  near(
    against + inFavour,
    votes.reduce((sum, vote) => sum + vote, 0),
  );
  near(total, against + inFavour + bias);
  near(probabilityWithout(trace, 1, 3, 2), sigmoid(total - votes[2]));
  assert.ok(against <= 0 && inFavour >= 0);
});

test("the changes of the votes are found, the largest first", () => {
  const trace = decode(example());
  const found = changedVotes(trace, 1, 2, 3);
  const weight = trace.of("weight").row(1);
  for (const [unit, change] of found) {
    near(change, weight[unit] * (trace.of("hidden_state").row(2)[unit] - trace.of("hidden_state").row(1)[unit]));
  }
  assert.ok(Math.abs(found[0][1]) >= Math.abs(found[1][1]));
});

test("the changes of all votes add up to the change of the log-odds", () => {
  const trace = decode(example());
  const changes = changedVotes(trace, 1, 2, trace.units).map(([, change]) => change);
  near(
    changes.reduce((sum, change) => sum + change, 0),
    voteTotals(trace, 1, 2).total - voteTotals(trace, 1, 1).total,
  );
});

test("behind a projection no unit has a vote of its own, and no equation says so", () => {
  const trace = decode(example({ outputs: 2 }));
  assert.deepEqual([trace.units, trace.projected, decode(example()).projected], [3, true, false]);
  assert.deepEqual(changedVotes(trace, 1, 2, 3), []);
  const { against, inFavour, total } = voteTotals(trace, 1, 3);
  near(
    against + inFavour,
    trace.votes(1, 3).reduce((sum, vote) => sum + vote, 0),
  );
  assert.ok(Number.isFinite(total));
  for (const unit of [0, 2]) {
    const said = plainText(unitEquation(new Frame(trace, 1), unit));
    assert.ok(!said.includes("NaN") && !said.includes("h ="), said);
    assert.ok(said.includes("  ·  projected: "), said);
  }
  assert.ok(plainText(equation("LSTM", "tanh", true)).endsWith("h = o × tanh c, projected"));
});

test("between two words everything is on the way, and still adds up", () => {
  const trace = decode(example());
  const frame = new Frame(trace, 1.25);
  const of = (name) => frame.of(name)[1];
  near(of("cell_state"), 0.75 * trace.of("cell_state").row(1)[1] + 0.25 * trace.of("cell_state").row(2)[1]);
  near(frame.of("kept")[1], 0.75 * trace.of("kept").row(1)[1] + 0.25 * trace.of("kept").row(2)[1]);
  assert.equal(frame.word, 1);
  assert.equal(new Frame(trace, 1.75).word, 2);
  assert.equal(new Frame(trace, 4).next, 4);
});

test("means are of values, or of sizes of what has a sign", () => {
  const frame = new Frame(decode(example()), 2);
  const row = [...frame.of("candidate")];
  near(frame.mean("candidate", true), row.reduce((sum, value) => sum + Math.abs(value), 0) / 3);
  near(frame.mean("candidate", false), row.reduce((sum, value) => sum + value, 0) / 3);
});

test("every unit is a dot in its bin, none on another", () => {
  const values = numbers(200, 0, 1, 11);
  const { across, level, bin, counts } = dotPlot(values, 0, 1);
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    200,
  );
  values.forEach((value, unit) => {
    assert.equal(bin[unit], Math.floor(value * BINS));
    assert.ok(Math.abs(across[unit] - value) < 1 / BINS);
  });
  assert.equal(new Set(values.map((_, unit) => `${across[unit]} ${level[unit]}`)).size, 200);
  assert.deepEqual(dotPlot([0, 1, 7, -7], 0, 1).counts.filter(Boolean), [2, 2]);
});

test("a bin too tall is squeezed into its box", () => {
  const found = dotPlot(new Array(40).fill(0.5), 0, 1);
  assert.ok(Math.max(...squeezedLevels(found, 5)) <= 4 + 1e-5);
  assert.deepEqual([...squeezedLevels(found, 100)], [...found.level]);
});

test("ramps begin at the panel and end at their hue", () => {
  const gate = gateRamp(PALETTE, "forget");
  assert.equal(gate.color(0), "rgb(246,247,249)");
  assert.equal(gate.color(1), "rgb(160,69,142)");
  assert.equal(gate.color(3), gate.color(1));
  const state = signedRamp(PALETTE);
  assert.equal(state.color(-1), "rgb(179,64,27)");
  assert.equal(state.color(1), "rgb(36,80,192)");
});

test("rows are averaged, never skipped", () => {
  const ramp = gateRamp({ ...PALETTE, name: "test", panel: "#000000", forget: "#ffffff" }, "forget");
  const rows = averagedRows([0, 1, 1, 1], [0, 1, 2, 3], ramp, 2);
  assert.deepEqual([...rows], [128, 128, 128, 255, 255, 255, 255, 255]);
  const turned = averagedRows([0, 1, 1, 1], [3, 2, 1, 0], ramp, 2);
  assert.deepEqual([...turned], [255, 255, 255, 255, 128, 128, 128, 255]);
  assert.equal(averagedRows([0, 1], [0, 1], ramp, 6).length, 24);
});

test("a word is tinted by how it changed the prediction, on a fixed scale", () => {
  const limits = { least: 0.03, full: 0.3 };
  assert.equal(changeTint(0.02, limits, PALETTE), "transparent");
  assert.equal(changeTint(0.9, limits, PALETTE), "rgb(163,197,247)");
  assert.equal(changeTint(-0.3, limits, PALETTE), "rgb(243,174,147)");
  assert.ok(isDark("#0E1117") && !isDark("rgb(255, 255, 255)"));
});

function contrast(first, second) {
  const bright = (color) => {
    const parts = color.startsWith("#")
      ? [1, 3, 5].map((k) => parseInt(color.slice(k, k + 2), 16))
      : color.match(/\d+/g);
    const [r, g, b] = [...parts].map((part) => ((part / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const [low, high] = [bright(first), bright(second)].sort((a, b) => a - b);
  return high / low;
}

test("a word can be read on its ground, before it is read and after", () => {
  const trace = decode(example({ steps: 60 }));
  const path = trace.path(1);
  for (const { name } of [{ name: "prediction" }, ...trace.quantities]) {
    for (const { ground, pale } of wordTints(
      trace,
      path,
      { tint: name, unit: name === "prediction" ? null : 1 },
      PALETTE,
    )) {
      if (ground === "transparent") continue;
      assert.ok(contrast(ground, PALETTE.ink) > 4.5, `${name} ${ground}`);
      assert.ok(contrast(pale, PALETTE.muted) > 4.5, `${name} ${pale}`);
    }
  }
});

test("words can be tinted by a gate's mean or by one unit", () => {
  const trace = decode(example());
  const path = trace.path(1);
  const byMean = wordTints(trace, path, { tint: "forget_gate", unit: null }, PALETTE);
  const byUnit = wordTints(trace, path, { tint: "forget_gate", unit: 2 }, PALETTE);
  assert.notDeepEqual(byMean, byUnit);
  assert.equal(wordTints(trace, path, { tint: "prediction", unit: null }, PALETTE).length, 5);
  assert.deepEqual(
    tintLegend(trace, { tint: "cell_state", unit: 1 }, PALETTE).map(([, label]) => label),
    ["−2.0", "−1.0", "0.0", "+1.0", "+2.0"],
  );
});

test("playing rests on a word, then moves to the next", () => {
  assert.deepEqual(playingPosition(2, 0, 2, 9), { position: 2, ended: false });
  assert.deepEqual(playingPosition(2, 240, 2, 9), { position: 2, ended: false });
  near(playingPosition(2, 375, 2, 9).position, 2.5);
  assert.equal(playingPosition(2, 500, 2, 9).position, 3);
  assert.deepEqual(playingPosition(2, 60_000, 2, 9), { position: 9, ended: true });
  near(playingPosition(9, 375, 2, 2).position, 8.5); // to the left
  assert.deepEqual(playingPosition(9, 60_000, 2, 2), { position: 2, ended: true });
  assert.deepEqual(playingPosition(4, 0, 2, 4), { position: 4, ended: true });
  assert.deepEqual(steppingPosition(3, 4, 240), { position: 4, ended: true });
  assert.ok(steppingPosition(3, 4, 60).position > 3.25);
});

test("nothing moves before its beginning, which a frame may show", () => {
  assert.deepEqual(playingPosition(0, -4, 3, 10), { position: 0, ended: false });
  assert.deepEqual(steppingPosition(0, 1, -4), { position: 0, ended: false });
});

test("the sum of one unit has the numbers of that unit", () => {
  const trace = decode(example());
  const of = (name) => trace.of(name).row(1)[2].toFixed(2).replace("-", "−");
  const said = plainText(unitEquation(new Frame(trace, 1), 2));
  assert.equal(
    said,
    `kept ${of("forget_gate")} × ${of("memory_before")} + written ${of("input_gate")} × ${of("candidate")} = ` +
      `${of("kept")} + ${of("written")} = c ${of("cell_state")}  ·  h = ${of("output_gate")} × tanh ${of("cell_state")} = ${of("hidden_state")}`,
  );
  assert.ok(plainText(unitEquation(new Frame(decode(example({ kind: "GRU" })), 1), 0)).startsWith("kept "));
  assert.equal(plainText(equation("RNN", "relu")), "h = relu(W × word + U × h before + b)");
  assert.equal(squashOf(decode(example({ kind: "RNN" }))), "tanh");
});

test("keys act, but not where one is at home", () => {
  assert.deepEqual(keyAction({ key: " " }, "BODY"), ["play"]);
  assert.deepEqual(keyAction({ key: "U" }, "DIV"), ["depth"]);
  assert.equal(keyAction({ key: " " }, "BUTTON"), null);
  assert.deepEqual(keyAction({ key: "ArrowRight" }, "BUTTON"), ["on"]);
  assert.equal(keyAction({ key: "ArrowRight" }, "SELECT"), null);
  assert.equal(keyAction({ key: "r", ctrlKey: true }, "BODY"), null);
});

for (const kind of ["LSTM", "GRU", "RNN"]) {
  for (const [width, height, scale, phone] of [
    [1000, 290, 1, false],
    [700, 260, 1, false],
    [1480, 560, 1.5, false],
    [362, 590, 1, true],
  ]) {
    test(`every part of ${kind} stands inside ${width} × ${height}`, () => {
      const layout = cellLayout(kind, width, height, { scale, phone });
      const boxes = [...layout.belts, ...layout.slots, ...layout.gates].map(({ box }) => box);
      for (const [x, y, w, h] of [...boxes, layout.word, layout.legend]) {
        assert.ok(w > 0 && h > 0, `${[x, y, w, h]}`);
        assert.ok(x >= -3 && y >= 0 && x + w <= width + 3 && y + h <= height + 3, `${[x, y, w, h]}`);
      }
      const apart = (a, b) => a[0] + a[2] <= b[0] || b[0] + b[2] <= a[0] || a[1] + a[3] <= b[1] || b[1] + b[3] <= a[1];
      layout.gates.forEach(({ box }, k1) =>
        layout.gates.slice(k1 + 1).forEach((other) => assert.ok(apart(box, other.box))),
      );
    });
  }
}
