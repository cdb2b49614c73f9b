// A quantity as a map: units down, words across. Its pixels are costly and are drawn once.

import { gateRamp, signedRamp } from "../draw/ramps.js";
import { remembered } from "../model/memo.js";
import { encoder } from "../model/scales.js";
import { mapRows } from "./layout.js";

// What the colours of a quantity mean: a ramp, what it is given of a value, the ends of that, and the
// ends of the legend.
export function mapScale({ gate, color, scale }, palette) {
  const ramp = gate ? gateRamp(palette, color) : signedRamp(palette);
  const [low, , high] = scale.ticks;
  return { ramp, shade: encoder(scale), ends: [scale.low, scale.high], low, high };
}

// Red, green, blue, opacity of ``size`` words to a column and so many rows. What shares a pixel is
// averaged, never skipped. A map has half a million values, hence plain loops.
export function mapPixels(matrix, order, scale, rows, size) {
  const columns = Math.ceil(matrix.rows / size);
  const ends = Array.from({ length: rows + 1 }, (_, row) => Math.floor((row * order.length) / rows));
  const data = new Uint8ClampedArray(4 * columns * rows);
  for (let column = 0; column < columns; column += 1) {
    const words = [column * size, Math.min(matrix.rows, (column + 1) * size)];
    for (let row = 0; row < rows; row += 1) {
      const units = [ends[row], Math.max(ends[row] + 1, ends[row + 1])];
      putMeanColor(data, 4 * (row * columns + column), matrix, order, scale, words, units);
    }
  }
  return { columns, rows, data };
}

// The mean colour of some words and some places in the order, written to ``data`` from ``at`` on.
function putMeanColor(data, at, matrix, order, { ramp, shade }, [firstWord, lastWord], [firstPlace, lastPlace]) {
  let [red, green, blue] = [0, 0, 0];
  for (let word = firstWord; word < lastWord; word += 1) {
    for (let place = firstPlace; place < lastPlace; place += 1) {
      const color = ramp.parts[ramp.place(shade(matrix.data[word * matrix.columns + order[place]]))];
      red += color[0];
      green += color[1];
      blue += color[2];
    }
  }
  const count = (lastWord - firstWord) * (lastPlace - firstPlace);
  data[at] = red / count;
  data[at + 1] = green / count;
  data[at + 2] = blue / count;
  data[at + 3] = 255;
}

// The map of a whole reading, as an image with a pixel to a column and row. It does not depend on
// where the view is, only on how many words share a column.
export class MapPicture {
  constructor(reading, quantity, order, scale, rows, size) {
    const pixels = mapPixels(reading.of(quantity.name), order, scale, rows, size);
    this.size = size;
    this.image = new OffscreenCanvas(pixels.columns, pixels.rows);
    this.image.getContext("2d").putImageData(new ImageData(pixels.data, pixels.columns, pixels.rows), 0, 0);
  }

  // Only what can be seen, on whole words, cut at the ends of both axes. ``units`` is how many there are.
  draw(context, place, units) {
    const { from, to, left, right, column, map } = place;
    const rows = mapRows(place, units);
    const first = Math.floor(from / this.size);
    const count = Math.ceil(to / this.size) - first;
    const wide = this.size * column;
    context.save();
    context.beginPath();
    context.rect(left, map.top, right - left, map.bottom - map.top);
    context.clip();
    context.imageSmoothingEnabled = false;
    const x = left + (first * this.size - from) * column;
    const y = map.top - rows.from * rows.high;
    context.drawImage(this.image, first, 0, count, this.image.height, x, y, count * wide, units * rows.high);
    context.restore();
  }
}

// The picture of a reading, made anew only when the quantity, the order, the theme, the rows or the
// number of words in a column change.
export function mapPicture(reading, quantity, order, orderName, palette, rows, size) {
  const key = [quantity.name, orderName, palette.name, rows, size].join();
  const make = () => new MapPicture(reading, quantity, order, mapScale(quantity, palette), rows, size);
  return remembered(reading, "map", key, make);
}
