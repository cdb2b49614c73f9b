// The memory of an LSTM is drawn through tanh wherever it stands; every other state as it is.

import assert from "node:assert/strict";
import { test } from "node:test";

import { averagedRows, signedRamp } from "../../lstm_viz/components/player/js/draw/ramps.js";
import { wordTints } from "../../lstm_viz/components/player/js/draw/word_tints.js";
import { decode } from "../../lstm_viz/components/player/js/model/decode.js";
import { encoder, scaleOf } from "../../lstm_viz/components/player/js/model/scales.js";
import { mapPixels, mapScale } from "../../lstm_viz/components/player/js/timeline/map_picture.js";
import { example, PALETTE } from "./packed.mjs";

const BEYOND = [-7, -2, -0.5, 0, 0.5, 2, 7];
const drawn = (kind, name) => BEYOND.map(encoder(scaleOf(decode(example({ kind })), name)));

test("what adds up to a memory has its scale", () => {
  for (const name of ["cell_state", "memory_before", "kept", "written"]) {
    assert.deepEqual(drawn("LSTM", name), BEYOND.map(Math.tanh), name);
  }
  for (const name of ["hidden_state", "tanh_cell_state", "hidden_before", "candidate", "forget_gate"]) {
    assert.deepEqual(drawn("LSTM", name), BEYOND, name);
  }
  for (const kind of ["GRU", "RNN"]) {
    for (const name of ["hidden_state", "memory_before", "kept", "written"])
      assert.deepEqual(drawn(kind, name), BEYOND);
  }
});

test("map, belt and word of a cell state beyond its limit have the colour of its tanh", () => {
  const trace = decode(example({ steps: 1, units: BEYOND.length }));
  trace.of("cell_state").data.set(BEYOND);
  const quantity = trace.quantities.find(({ name }) => name === "cell_state");
  const order = [...BEYOND.keys()];
  const ramp = signedRamp(PALETTE);
  const colors = BEYOND.flatMap((value) => [...ramp.parts[ramp.place(Math.tanh(value))], 255]);
  const belt = averagedRows(BEYOND.map(encoder(scaleOf(trace, "cell_state"))), order, ramp, order.length);
  assert.deepEqual([...belt], colors);
  assert.deepEqual(
    [
      ...mapPixels(trace.of("cell_state"), { order, scale: mapScale(quantity, PALETTE), rows: order.length, size: 1 })
        .data,
    ],
    colors,
  );
  const grounds = order.map((unit) => wordTints(trace, trace.path(1), { tint: "cell_state", unit }, PALETTE)[0].ground);
  assert.equal(new Set(grounds.slice(4)).size, 3); // 0.5, 2 and 7 are told apart
});
