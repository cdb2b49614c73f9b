// A quantity as a map: units down, words across. Its pixels are costly and are drawn once.

import { gateRamp, signedRamp } from "../draw/ramps.js";
import { memo } from "../model/memo.js";
import { encoder } from "../model/scales.js";
import { mapRows } from "./layout.js";

/**
 * What the colours of a quantity mean: a ramp, what it is given of a value, the ends of that, and the ends
 * of the legend.
 * @param {Quantity} quantity
 * @param {Palette} palette
 * @returns {MapScale}
 */
export function mapScale({ gate, color, scale }, palette) {
  const ramp = gate ? gateRamp(palette, color) : signedRamp(palette);
  const [low, , high] = scale.ticks;
  return { ramp, shade: encoder(scale), ends: [scale.low, scale.high], low, high };
}

/**
 * @typedef {{order: number[], scale: Pick<MapScale, "ramp" | "shade">, rows: number, size: number}} MapOptions
 *   units from top to bottom; so many rows; ``size`` words to a column
 */

/**
 * Red, green, blue, opacity of each column and row. What shares a pixel is averaged, never skipped.
 * @param {Matrix} matrix
 * @param {MapOptions} options
 */
export function mapPixels(matrix, { order, scale, rows, size }) {
  const columns = Math.ceil(matrix.rows / size);
  const ends = Array.from({ length: rows + 1 }, (_, row) => Math.floor((row * order.length) / rows));
  const data = new Uint8ClampedArray(4 * columns * rows);
  const putMean = meanColors(matrix, order, scale, data);
  for (let column = 0; column < columns; column += 1) {
    const words = { from: column * size, to: Math.min(matrix.rows, (column + 1) * size) };
    for (let row = 0; row < rows; row += 1) {
      putMean(4 * (row * columns + column), words, ends[row], Math.max(ends[row] + 1, ends[row + 1]));
    }
  }
  return { columns, rows, data };
}

/**
 * Writes the mean colour of some words and some places in the order to ``data``. A map has half a million
 * values, hence plain loops.
 * @param {Matrix} matrix
 * @param {number[]} order
 * @param {Pick<MapScale, "ramp" | "shade">} scale
 * @param {Uint8ClampedArray} data
 */
function meanColors(matrix, order, { ramp, shade }, data) {
  /** @param {number} at @param {Span} words @param {number} first @param {number} end */
  return (at, words, first, end) => {
    let [red, green, blue] = [0, 0, 0];
    for (let word = words.from; word < words.to; word += 1) {
      for (let place = first; place < end; place += 1) {
        const color = ramp.parts[ramp.place(shade(matrix.data[word * matrix.columns + order[place]]))];
        red += color[0];
        green += color[1];
        blue += color[2];
      }
    }
    const count = (words.to - words.from) * (end - first);
    data[at] = red / count;
    data[at + 1] = green / count;
    data[at + 2] = blue / count;
    data[at + 3] = 255;
  };
}

/** The map of a whole trace, as an image with a pixel to a column and row. It does not depend on where
 * the view is, only on how many words share a column. */
export class MapPicture {
  /** @param {Matrix} matrix @param {MapOptions} options */
  constructor(matrix, options) {
    const pixels = mapPixels(matrix, options);
    this.size = options.size;
    this.image = new OffscreenCanvas(pixels.columns, pixels.rows);
    this.image.getContext("2d").putImageData(new ImageData(pixels.data, pixels.columns, pixels.rows), 0, 0);
  }

  /**
   * Only what can be seen, on whole words, cut at the ends of both axes.
   * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
   * @param {TimelineLayout} layout
   * @param {number} units how many there are
   */
  draw(context, layout, units) {
    const { from, to, left, right, column, map } = layout;
    const rows = mapRows(layout, units);
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

/**
 * Drawn again only when the quantity, the order, the theme, the rows or the number of words in a column
 * change.
 * @param {TimelineScene} scene
 */
export function mapPicture(scene) {
  const { trace, quantity, order, view, palette, layout } = scene;
  const { size } = layout;
  const rows = pictureRows(scene);
  const key = [quantity.name, view.order, palette.name, rows, size].join();
  return memo(trace, "map", key, () => {
    return new MapPicture(trace.of(quantity.name), { order, scale: mapScale(quantity, palette), rows, size });
  });
}

/** Units share a row of pixels where there are more of them; a view of some of them shows each.
 * @param {TimelineScene} scene */
function pictureRows({ layout, order, theme }) {
  const pixels = Math.round((layout.map.bottom - layout.map.top) * theme.ratio);
  return layout.rows ? order.length : Math.max(1, Math.min(order.length, pixels));
}
