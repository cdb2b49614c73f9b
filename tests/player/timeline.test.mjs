// The whole timeline, drawn on a surface that writes down what it is asked for.

import assert from "node:assert/strict";
import test from "node:test";

import { Matrix } from "../../lstm_viz/components/player/js/model/matrix.js";
import { columnX, probabilityY, timelineLayout, unitY } from "../../lstm_viz/components/player/js/timeline/layout.js";
import { drawTimeline } from "../../lstm_viz/components/player/js/timeline/timeline.js";
import { DESK, madeUp, measured, PALETTE, viewOf } from "./made_up.mjs";

let painted = 0; // maps whose pixels were drawn
globalThis.ImageData = class {};
globalThis.OffscreenCanvas = class {
  constructor(width, height) {
    Object.assign(this, { width, height });
  }

  getContext() {
    return { putImageData: () => (painted += 1) };
  }
};

class Notes {
  constructor() {
    Object.assign(this, { texts: [], shown: [], images: [] });
    const nothing = () => {};
    const drawImage = (...asked) => this.images.push(asked);
    this.context = { save: nothing, restore: nothing, beginPath: nothing, rect: nothing, clip: nothing, drawImage };
  }

  measured(text, size) {
    return measured(text, size);
  }

  box([x, y, width, height], style) {
    this.shown.push({ ...style, x, y, width, height });
  }

  boxes(list, style) {
    for (const box of list) this.box(box, style);
  }

  shape(points, style) {
    const [xs, ys] = [0, 1].map((k) => points.map((point) => point[k]));
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    this.box([x, y, Math.max(...xs) - x, Math.max(...ys) - y], { ...style, points });
  }

  rows() {}

  still(_owner, key, _ratio, draw) {
    this.keys = [...(this.keys ?? []), key];
    draw(this);
  }

  text(x, y, text, style) {
    this.texts.push({ x, y, text, ...style });
  }

  says(text) {
    return this.texts.find((found) => found.text === text);
  }
}

function drawn(trace, view = {}, { theme = DESK, width = 1302, height = 206, zoom = null, rows = null } = {}) {
  const whole = viewOf(trace, view);
  const banded = trace.bands.length > 0;
  const place = timelineLayout({ width, height, steps: trace.steps, theme, zoom, rows, one: whole.one, banded });
  const notes = new Notes();
  drawTimeline({ surface: notes, trace, view: whole, layout: place, theme });
  return { notes, place };
}

const TINTS = [PALETTE.full_negative, PALETTE.full_positive];
const bodies = (notes) => notes.shown.filter(({ fill }) => TINTS.includes(fill) && fill);

test("between two words curve and map are the same picture; after anything else another", () => {
  const trace = madeUp({ steps: 30 });
  const key = (view, others) => drawn(trace, { position: 3, ...view }, others).notes.keys[0];
  assert.equal(key({ position: 3.4 }), key());
  const others = [
    key({ position: 4 }),
    key({ unit: 5, one: true }),
    key({ quantity: "forget_gate" }),
    key({ order: "index" }),
    key({ label: 0 }),
    key({}, { width: 1000 }),
    key({}, { zoom: { from: 2, to: 20 } }),
    key({}, { rows: { from: 0, to: 4 } }),
    key({}, { theme: { ...DESK, presenting: true } }),
    key({}, { theme: { ...DESK, palette: { ...PALETTE, name: "dark" } } }),
  ];
  assert.equal(new Set([key(), ...others]).size, others.length + 1);
});

test("a bar for each word, from 50 % to its probability, in the colour of its side", () => {
  const trace = madeUp({ steps: 30 });
  const { notes, place } = drawn(trace, { position: 29 });
  const { probability } = trace.path(1);
  const bars = bodies(notes)
    .filter(({ y }) => y < place.axis.top)
    .toSorted((one, other) => one.x - other.x);
  assert.equal(bars.length, 30);
  bars.forEach((bar, step) => {
    const whole = place.curve.bottom - place.curve.top;
    assert.ok(Math.abs(bar.height - Math.abs(probability[step] - 0.5) * whole) < 1e-6);
    assert.equal(bar.fill, probability[step] >= 0.5 ? PALETTE.full_positive : PALETTE.full_negative);
    assert.ok(Math.abs(bar.x - columnX(place, step)) <= 0.5);
  });
});

test("the prediction is a line of two pixels, at its height", () => {
  const trace = madeUp({ steps: 30 });
  const { notes, place } = drawn(trace, { position: 29 });
  const { probability } = trace.path(1);
  const lines = notes.shown.filter(
    ({ y, fill }) => [PALETTE.positive, PALETTE.negative].includes(fill) && y < place.axis.top,
  );
  assert.equal(lines.length, 30);
  lines
    .toSorted((one, other) => one.x - other.x)
    .forEach(({ y, height }, step) => {
      assert.ok(Math.abs(height - 2) < 1e-6);
      assert.ok(Math.abs(y + 1 - probabilityY(place, probability[step])) < 1e-6);
    });
});

test("where words share a column, the line goes from the least to the greatest of them", () => {
  const trace = madeUp({ steps: 1000, units: 4 });
  const { notes, place } = drawn(trace, { position: 999 });
  const { probability } = trace.path(1);
  const lines = notes.shown.filter(
    ({ y, fill }) => [PALETTE.positive, PALETTE.negative].includes(fill) && y < place.axis.top,
  );
  for (let word = 0; word < 1000; word += 1) {
    const y = probabilityY(place, probability[word]);
    const x = columnX(place, word) + place.column / 2;
    assert.ok(
      lines.some((line) => {
        return line.x <= x + 1 && line.x + line.width >= x - 1 && line.y <= y && line.y + line.height >= y;
      }),
    );
  }
});

test("what was not read is pale at the desk", () => {
  const { notes, place } = drawn(madeUp({ steps: 30 }), { position: 10 });
  for (const { x, opacity, y } of bodies(notes)) {
    if (y < place.axis.top) assert.equal(opacity === 1, x < columnX(place, 11) - 1);
  }
});

test("while presenting it is hidden, and the room is told so", () => {
  const trace = madeUp({ steps: 30 });
  const theme = { ...DESK, presenting: true, scale: 1.5 };
  const { notes, place } = drawn(trace, { position: 10 }, { theme, width: 1840, height: 319 });
  const edge = columnX(place, 11);
  for (const { x, width, fill } of bodies(notes)) assert.ok(x + width <= edge + 1, fill);
  const cover = notes.shown.find(({ fill, y }) => fill === PALETTE.page && y === place.map.top);
  assert.ok(cover.opacity === 1 && Math.abs(cover.x - edge) <= 0.5 && cover.x + cover.width === place.right);
  assert.ok(notes.says("not read yet").x > edge);
  assert.ok(!drawn(trace, { position: 29 }, { theme }).notes.says("not read yet"));
  for (const { text, size } of notes.texts) assert.ok(size >= 18, text);
});

test("a second direction has what was not read on its left", () => {
  const trace = madeUp({ steps: 30, layer: [0, "backward"] });
  const { notes, place } = drawn(trace, { position: 10 });
  for (const { x, opacity, y } of bodies(notes)) {
    if (y < place.axis.top) assert.equal(opacity === 1, x > columnX(place, 10) - 1);
  }
  const cover = notes.shown.find(({ fill, y }) => fill === PALETTE.page && y === place.map.top);
  assert.equal(cover.x, place.left);
  // Columns of two words: that of words 500 and 501 holds one that was read.
  const long = madeUp({ steps: 1000, layer: [0, "backward"] });
  const many = drawn(long, { position: 501 });
  const first = Math.min(
    ...bodies(many.notes)
      .filter(({ opacity, y }) => opacity === 1 && y < 92)
      .map(({ x }) => x),
  );
  assert.ok(Math.abs(first - columnX(many.place, 500)) <= 0.5);
});

test("a prediction that is made anew for each word says so where there is room", () => {
  const note = "if the text ended here";
  const layers = [
    [0, "forward"],
    [0, "backward"],
  ];
  const rows = Float32Array.from({ length: 60 }, (_, k) => (k % 2 ? 0.9 : 0.1));
  const both = madeUp({ steps: 30, layers });
  const one = madeUp({ steps: 30 });
  for (const trace of [both, one]) trace.arrays.set("probability", new Matrix(30, 2, rows));
  const { notes, place } = drawn(both);
  assert.ok(notes.says(note).y > probabilityY(place, 0.5) && notes.says(note).y < place.curve.bottom);
  assert.ok(!drawn(one).notes.says(note));
});

test("the playhead is the outlined column, a line where columns are narrow", () => {
  const wide = drawn(madeUp({ steps: 30 }), { position: 10.25 });
  const column = wide.notes.shown.find(({ stroke, height }) => stroke === PALETTE.ink && height > 150);
  assert.ok(Math.abs(column.x - columnX(wide.place, 10.25)) < 1e-9);
  assert.ok(Math.abs(column.width - wide.place.column) < 1e-9);
  const narrow = drawn(madeUp({ steps: 300 }), { position: 10 });
  const line = narrow.notes.shown.find(({ fill, height }) => fill === PALETTE.ink && height > 150);
  assert.ok(Math.abs(line.x + line.width / 2 - columnX(narrow.place, 10.5)) < 1e-9);
});

test("out of view there is neither playhead nor lens", () => {
  const { notes } = drawn(madeUp({ steps: 300 }), { position: 10 }, { zoom: { from: 100, to: 150 } });
  assert.ok(!notes.shown.some(({ stroke, fill, height }) => [stroke, fill].includes(PALETTE.ink) && height > 150));
  assert.ok(!notes.shown.some(({ fill }) => fill === PALETTE.panel));
});

test("the lens leads from the whole width to the current column; a phone has none", () => {
  const { notes, place } = drawn(madeUp({ steps: 30 }), { position: 10 });
  const lens = notes.shown.find(({ fill }) => fill === PALETTE.panel);
  assert.deepEqual(lens.points, [
    [0, 0],
    [1302, 0],
    [columnX(place, 11), place.lens.bottom],
    [columnX(place, 10), place.lens.bottom],
  ]);
  const phone = drawn(madeUp({ steps: 30 }), { position: 10 }, { theme: { ...DESK, phone: true }, width: 362 });
  assert.ok(!phone.notes.shown.some(({ fill }) => fill === PALETTE.panel));
});

test("the black label is the current word, the turning point is outlined", () => {
  const trace = madeUp({ steps: 6, units: 4 });
  for (let position = 0; position < 6; position += 1) {
    const { notes, place } = drawn(trace, { position });
    const black = notes.texts.filter(({ fill }) => fill === PALETTE.page);
    assert.equal(black.length, 1);
    assert.ok(black[0].text.startsWith(trace.words[position][1]));
    const outlined = notes.shown.filter(({ stroke, radius }) => stroke === PALETTE.ink && radius);
    assert.equal(outlined.length, trace.turningPoint < position ? 1 : 0);
    for (const { x, width } of outlined) {
      assert.ok(Math.abs(x + width / 2 - columnX(place, trace.turningPoint + 0.5)) < 1e-6);
    }
  }
});

test("the map is drawn once while the playhead moves, anew for quantity, order, theme, size", () => {
  const trace = madeUp({ steps: 60, units: 128 });
  const count = (...asked) => {
    const before = painted;
    drawn(trace, ...asked);
    return painted - before;
  };
  assert.equal(count({ position: 0 }), 1);
  for (let position = 0; position < 20; position += 0.5) assert.equal(count({ position }), 0);
  assert.equal(count({}, { zoom: { from: 3.5, to: 30 } }), 0);
  assert.equal(count({ quantity: "forget_gate" }), 1);
  assert.equal(count({ quantity: "forget_gate", order: "index" }), 1);
  assert.equal(count({}), 1);
  assert.equal(count({}, { theme: { ...DESK, palette: { ...PALETTE, name: "other" } } }), 1);
  assert.equal(count({}), 1);
  assert.equal(count({}, { height: 170 }), 1);
  assert.equal(count({}), 1);
});

test("the map is drawn anew where words begin to share columns", () => {
  const trace = madeUp({ steps: 1000, units: 4 });
  const before = painted;
  drawn(trace);
  drawn(trace, {}, { zoom: { from: 0, to: 300 } });
  drawn(trace, {}, { zoom: { from: 10, to: 200 } });
  assert.equal(painted - before, 2);
});

test("the part of the map in view is drawn where its words are", () => {
  const trace = madeUp({ steps: 60 });
  const { notes, place } = drawn(trace, {}, { zoom: { from: 3.5, to: 30.25 } });
  const [[, first, , count, , x, y, width, height]] = notes.images;
  assert.deepEqual([first, count], [3, 28]);
  assert.ok(Math.abs(x - columnX(place, 3)) < 1e-9 && Math.abs(width - 28 * place.column) < 1e-6);
  assert.deepEqual([y, height], [place.map.top, place.map.bottom - place.map.top]);
});

test("of the rows in view each is drawn where its unit is", () => {
  const trace = madeUp({ steps: 30, units: 512 });
  const order = trace.orders.similarity;
  const { notes, place } = drawn(trace, { unit: order[110], one: true }, { rows: { from: 100, to: 164 } });
  const [[image, , first, , count, , y, , height]] = notes.images;
  assert.deepEqual([first, count, image.height], [0, 512, 512]);
  const high = (place.map.bottom - place.map.top) / 64;
  assert.ok(Math.abs(y + 110.5 * high - unitY(place, order[110], order)) < 1e-6);
  assert.ok(Math.abs(height - 512 * high) < 1e-6);
  const { notes: whole } = drawn(trace);
  assert.ok(whole.says("512 units"));
  assert.ok(drawn(trace, {}, { rows: { from: 100, to: 164 } }).notes.says("64 of 512 units"));
});

test("the pointer of a unit that is out of view is not drawn", () => {
  const trace = madeUp({ steps: 30, units: 512 });
  const order = trace.orders.similarity;
  const pointers = (row) => {
    const { notes } = drawn(trace, { unit: order[row], one: true }, { rows: { from: 100, to: 164 } });
    return notes.shown.filter(({ points }) => points?.length === 3).length;
  };
  assert.deepEqual([99, 100, 163, 164].map(pointers), [0, 1, 1, 0]);
});

test("one unit: its values as bars, a pointer at its row", () => {
  const trace = madeUp({ steps: 30, units: 8 });
  for (const order of ["similarity", "index"]) {
    const { notes, place } = drawn(trace, { position: 29, unit: 5, one: true, order });
    assert.ok(notes.says("unit 5"));
    const pointer = notes.shown.find(({ points }) => points?.length === 3);
    assert.equal(pointer.points[0][1], unitY(place, 5, trace.orders[order]));
    const bars = notes.shown.filter(({ y, height, fill }) => {
      return (
        [PALETTE.positive, PALETTE.negative].includes(fill) && y >= place.bars.top && y + height <= place.bars.bottom
      );
    });
    const values = trace.of("tanh_cell_state").column(5);
    const half = (place.bars.bottom - place.bars.top) / 2;
    assert.equal(bars.length, 30);
    bars
      .toSorted((one, other) => one.x - other.x)
      .forEach((bar, step) => {
        assert.ok(Math.abs(bar.height - Math.abs(values[step]) * half) < 1e-5);
        assert.equal(bar.fill, values[step] < 0 ? PALETTE.negative : PALETTE.positive);
      });
  }
});

test("a gate's bars stand on the ground, in its hue", () => {
  const trace = madeUp({ steps: 30 });
  const { notes, place } = drawn(trace, { position: 29, unit: 2, one: true, quantity: "forget_gate" });
  const bars = notes.shown.filter(({ fill }) => fill === PALETTE.forget);
  assert.equal(bars.length, 30);
  const whole = place.bars.bottom - place.bars.top;
  const values = trace.of("forget_gate").column(2);
  bars.forEach((bar) => assert.ok(Math.abs(bar.y + bar.height - place.bars.bottom) < 1e-6));
  const heights = bars.toSorted((one, other) => one.x - other.x).map(({ height }) => height / whole);
  heights.forEach((height, step) => assert.ok(Math.abs(height - values[step]) < 1e-5));
});

test("the gutter names quantity, count of units and ends of the ramp", () => {
  const { notes } = drawn(madeUp({ steps: 30, units: 8 }));
  for (const text of ["Cell state", "8 units", "−2", "+2", "100 % label 1", "50 %", "0 %"])
    assert.ok(notes.says(text), text);
  const gate = drawn(madeUp({ steps: 30 }), { quantity: "forget_gate" }).notes;
  assert.ok(gate.says("Forget gate") && gate.texts.some(({ text, align }) => text === "1" && align === "right"));
});

test("many labels: bands by name beside the last word, the followed one stressed and lowest", () => {
  const trace = madeUp({ steps: 30, labels: 10 });
  for (const label of [0, 3, 8]) {
    const { notes, place } = drawn(trace, { position: 29, label });
    const beside = notes.texts.filter(({ x }) => x > place.right);
    const stressed = beside.filter(({ weight }) => weight === 650);
    assert.equal(stressed.length, 1);
    assert.ok(stressed[0].text.startsWith(`label ${label} `));
    assert.ok(beside.every(({ y }) => y <= stressed[0].y));
    const line = notes.shown.find(({ stroke, points }) => stroke === PALETTE.ink && points?.length === 60);
    trace
      .of("probability")
      .column(label)
      .forEach((value, step) => {
        assert.ok(Math.abs(line.points[2 * step][1] - probabilityY(place, value)) < 1e-6);
      });
  }
});

test("while presenting the names say what is thought now, not at the end", () => {
  const trace = madeUp({ steps: 30, labels: 10 });
  const theme = { ...DESK, presenting: true, scale: 1.5 };
  const { notes, place } = drawn(trace, { position: 4, label: 0 }, { theme, width: 1840, height: 319 });
  const bands = notes.shown.filter(({ points, y }) => points && y >= place.curve.top && y < place.axis.top);
  for (const { x, width } of bands) assert.ok(x + width <= columnX(place, 5) + 1);
  const share = Math.round(trace.of("probability").row(4)[0] * 100);
  assert.ok(notes.texts.some(({ text }) => text === `label 0 ${share} %`));
});

test("whatever a link asks for, there is a picture", () => {
  const trace = madeUp({ steps: 5 });
  for (const view of [
    { quantity: "__proto__" },
    { order: "weight" },
    { label: 99 },
    { label: -1 },
    { unit: 5000, one: true },
    { position: -3 },
    { position: 1e9 },
  ]) {
    const { texts, shown } = drawn(trace, view).notes;
    assert.ok(texts.some(({ text }) => text === "Cell state"));
    assert.ok(texts.every(({ text }) => !/undefined|NaN/.test(text)));
    assert.ok(shown.every(({ x, y, width, height }) => [x, y, width, height].every(Number.isFinite)));
  }
  for (const steps of [1, 2]) assert.ok(drawn(madeUp({ steps })).notes.says("Cell state"));
});

test("no text is smaller than 12 pixels", () => {
  for (const theme of [DESK, { ...DESK, phone: true }, { ...DESK, scale: 0.8 }]) {
    for (const labels of [2, 10]) {
      for (const { size, text } of drawn(madeUp({ labels }), {}, { theme }).notes.texts) assert.ok(size >= 12, text);
    }
  }
});
