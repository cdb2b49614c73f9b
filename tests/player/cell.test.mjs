// The cell in a place of any size: nothing is drawn with a size below nothing, which a canvas refuses.

import assert from "node:assert/strict";
import test from "node:test";

import { drawCell } from "../../lstm_viz/components/player/js/cell/diagram.js";
import { cellLayout } from "../../lstm_viz/components/player/js/cell/layout.js";
import { decode } from "../../lstm_viz/components/player/js/model/decode.js";
import { Frame } from "../../lstm_viz/components/player/js/model/frame.js";
import { measured } from "./made_up.mjs";
import { example, PALETTE } from "./packed.mjs";

const SIZES = [0, 1, 40, 160, 187, 200, 320, 390, 700, 1400];

// A canvas that takes what a canvas takes, and counts the parts that have no size at all.
class Strict {
  constructor() {
    this.radii = [];
    this.told = [];
  }

  #finite(...values) {
    for (const value of values) assert.ok(Number.isFinite(value), `${value} is no number of pixels`);
  }

  #size(...values) {
    this.#finite(...values);
    for (const value of values) assert.ok(value >= 0, `a size of ${value}`);
  }

  shape(points, { width = 1 }) {
    this.#finite(...points.flat());
    this.#size(width);
  }

  box([x, y, width, height], { radius = 0 }) {
    this.#finite(x, y);
    this.#size(width, height, radius);
  }

  dot(x, y, radius) {
    this.#finite(x, y);
    this.#size(radius);
  }

  dots(places, radius) {
    this.#finite(...places.flat());
    this.#size(radius);
    this.radii.push(radius);
  }

  rows(box, colors) {
    this.box(box, {});
    assert.ok(colors.length > 0);
  }

  measured(text, size) {
    return measured(text, size);
  }

  text(x, y, said, { most = 0 }) {
    this.#finite(x, y);
    this.#size(most);
    this.told.push(said);
  }
}

function drawn(kind, width, height, { phone = false, scale = 1, unit = null, units = 40 } = {}) {
  const trace = decode(example({ kind, units }));
  const theme = { palette: PALETTE, scale, phone, ratio: 1 };
  const surface = new Strict();
  const view = { unit, depth: unit === null ? 0 : 1, order: "index" };
  drawCell({ surface, frame: new Frame(trace, 1.3), layout: cellLayout(kind, width, height, theme), view, theme });
  return surface;
}

for (const kind of ["LSTM", "GRU", "RNN"]) {
  for (const phone of [false, true]) {
    test(`a ${kind} ${phone ? "down a phone" : "across a page"} of any size`, () => {
      for (const width of SIZES) {
        for (const height of SIZES) {
          for (const scale of phone ? [1] : [1, 1.25, 2]) {
            for (const unit of [null, 3]) drawn(kind, width, height, { phone, scale, unit });
          }
        }
      }
    });
  }

  test(`a ${kind} of many units, drawn as bars, in a place of any size`, () => {
    for (const size of SIZES) drawn(kind, size, size, { units: 300, phone: size < 860 });
  });
}

test("in a column of 160 pixels dots have the size that they have where the picture just fits", () => {
  const narrow = drawn("LSTM", 160, 590, { phone: true });
  const least = drawn("LSTM", 330, 590, { phone: true });
  assert.deepEqual(narrow.radii, least.radii);
  assert.ok(narrow.radii.every((radius) => radius > 0.5));
  assert.ok(narrow.told.some((said) => said.startsWith("forget")));
});
