import assert from "node:assert/strict";
import test from "node:test";

import { Matrix } from "../../lstm_viz/components/player/js/model/matrix.js";
import { columnX, timelineLayout, unitY } from "../../lstm_viz/components/player/js/timeline/layout.js";
import { pointedAt, tooltipLines } from "../../lstm_viz/components/player/js/timeline/tooltip.js";
import { DESK, madeUp, viewOf } from "./made_up.mjs";

const TRACE = madeUp({ steps: 20, units: 8 });
const ORDER = TRACE.orders.similarity;
const layout = (others = {}) => timelineLayout({ width: 1302, height: 206, steps: 20, theme: DESK, ...others });
const middle = (place, word) => columnX(place, word + 0.5);

test("over the map: the unit in the present order, the word, the value to five digits", () => {
  const place = layout();
  for (const order of ["similarity", "index"]) {
    const units = TRACE.orders[order];
    for (let unit = 0; unit < 8; unit += 1) {
      const lines = tooltipLines(
        { trace: TRACE, view: viewOf(TRACE, { order }), layout: place },
        middle(place, 7),
        unitY(place, unit, units),
      );
      const value = TRACE.of("cell_state").row(7)[unit];
      const sign = value < 0 ? "−" : "";
      assert.deepEqual(lines, [
        `unit ${unit} · “${TRACE.words[7][1]}”`,
        `Cell state ${sign}${Math.abs(value).toFixed(5)}`,
      ]);
    }
  }
});

test("a known value: 0.52130", () => {
  const trace = madeUp({
    steps: 2,
    units: 1,
    words: [
      ["", "so", true],
      [" ", "stale", true],
    ],
  });
  trace.arrays.set("cell_state", new Matrix(2, 1, Float32Array.of(0, 0.5213)));
  const place = layout({ steps: 2 });
  const lines = tooltipLines({ trace, view: viewOf(trace), layout: place }, middle(place, 1), place.map.top);
  assert.deepEqual(lines, ["unit 0 · “stale”", "Cell state 0.52130"]);
});

test("over the curve: the word and its probability", () => {
  const place = layout();
  const [first, second] = tooltipLines(
    { trace: TRACE, view: viewOf(TRACE), layout: place },
    middle(place, 4),
    place.curve.top + 1,
  );
  assert.equal(first, `“${TRACE.words[4][1]}” · word 5 of 20`);
  assert.ok(second.startsWith(`P(label 1) ${TRACE.path(1).probability[4].toFixed(5)}, `));
});

test("of many labels the two likeliest as well", () => {
  const ten = madeUp({ steps: 20, labels: 10 });
  const place = layout({ banded: true });
  const lines = tooltipLines({ trace: ten, view: viewOf(ten), layout: place }, middle(place, 4), place.curve.top + 1);
  const likely = Math.max(...ten.of("probability").row(4));
  assert.ok(lines[1].startsWith("P(label 0) "));
  assert.ok(lines.some((line) => line.endsWith(` ${likely.toFixed(5)}`) || line.includes(` ${likely.toFixed(5)},`)));
});

test("over the bars: the unit that is looked at", () => {
  const place = layout({ one: true });
  const view = viewOf(TRACE, { one: true, unit: 5 });
  assert.equal(
    tooltipLines({ trace: TRACE, view, layout: place }, middle(place, 3), place.bars.top + 1)[0],
    `unit 5 · “${TRACE.words[3][1]}”`,
  );
});

test("nothing beside the columns or over the names; nothing of what is hidden", () => {
  const place = layout();
  const view = viewOf(TRACE, { position: 4 });
  assert.deepEqual(tooltipLines({ trace: TRACE, view, layout: place }, 10, place.map.top + 5), []);
  assert.deepEqual(tooltipLines({ trace: TRACE, view, layout: place }, middle(place, 3), place.axis.top + 5), []);
  const room = layout({ theme: { ...DESK, presenting: true } });
  assert.deepEqual(tooltipLines({ trace: TRACE, view, layout: room }, middle(room, 5), room.map.top + 5), []);
  assert.equal(tooltipLines({ trace: TRACE, view, layout: room }, middle(room, 4), room.map.top + 5).length, 2);
});

test("a click on the map means word and unit, elsewhere the word alone", () => {
  const place = layout();
  const view = viewOf(TRACE);
  const at = (y) => pointedAt({ trace: TRACE, view, layout: place }, middle(place, 9), y);
  assert.deepEqual(at(place.map.top + 1), { step: 9, unit: ORDER[0] });
  assert.deepEqual(at(place.map.bottom - 1), { step: 9, unit: ORDER.at(-1) });
  assert.deepEqual(at(place.axis.top), { step: 9, unit: null });
});
