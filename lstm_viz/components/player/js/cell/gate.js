// One gate at one moment: a dot per unit, and the mean.

import { signedRamp } from "../draw/ramps.js";
import { plain } from "../model/format.js";
import { BINS, dotPlot, PER_ROW, squeezedLevels } from "./dot_plot.js";

/** @typedef {import("./dot_plot.js").DotPlot} DotPlot */
/**
 * Where the dots stand inside the box of a gate, and in which colour.
 * @typedef {{left: number, right: number, top: number, ground: number, low: number, color: string, pitch: number}} Plot
 */

const WIDEST = 7; // pixels from dot to dot
export const MOST_DOTS = 256; // units drawn one by one; of more, each bin is a bar of the same area

/** Returns where each dot stands, for the pointer. @param {CellScene} scene @param {Gate} gate @returns {Hit[]} */
export function drawGate(scene, { name, low, box }) {
  const { surface, frame, view, theme } = scene;
  const { palette, scale } = theme;
  const quantity = frame.trace.quantities.find((one) => one.name === name);
  const [x, y, width, height] = box;
  const color = palette[quantity.color];
  surface.box(box, { fill: palette.page, stroke: color, width: 1.6 * scale, radius: 9 * scale });
  /** @type {Plot} */
  const plot = {
    left: x + 13 * scale,
    right: x + width - 13 * scale,
    top: y + 28 * scale,
    ground: y + height - 19 * scale,
    low,
    color,
    pitch: Math.min((width - 26 * scale) / BINS / PER_ROW, WIDEST * scale),
  };
  drawAxis(scene, name, plot, y + height - 5 * scale);
  const hits = drawUnits(scene, name, plot);
  const value = view.unit === null ? frame.mean(name, low < 0) : frame.of(name)[view.unit];
  drawPointer(scene, value, plot);
  drawHeading(scene, quantity, value, box);
  return hits;
}

/** @param {CellScene} scene @param {Quantity} quantity @param {number} value @param {Box} box */
function drawHeading({ surface, theme: { palette, scale } }, { label, color }, value, [x, y, width]) {
  const number = plain(value, 2);
  const most = width - 22 * scale - surface.measured(number, 19 * scale, 680) - 6 * scale;
  const style = { size: 14.5 * scale, weight: 650, fill: palette[color], most };
  const fits = surface.measured(label, style.size, style.weight) <= most;
  const name = fits ? label : label.split(" ")[0]; // Forget, for want of room
  surface.text(x + 11 * scale, y + 18 * scale, name, style);
  const strong = { size: 19 * scale, weight: 680, fill: palette.ink };
  surface.text(x + width - 11 * scale, y + 19 * scale, number, { ...strong, align: "right" });
}

/** @param {CellScene} scene @param {string} name @param {Plot} plot @param {number} y */
function drawAxis({ surface, frame, view, theme: { palette, scale } }, name, { left, right, top, ground, low }, y) {
  const rule = { stroke: palette.rule, width: 1 };
  surface.shape(
    [
      [left, ground + 0.5],
      [right, ground + 0.5],
    ],
    rule,
  );
  const style = { size: 12.5 * scale, fill: palette.muted };
  if (low === 0) {
    surface.text(left, y, "0 shut", style);
    surface.text(right, y, "open 1", { ...style, align: "right" });
    return;
  }
  const middle = (left + right) / 2;
  surface.shape(
    [
      [middle, ground],
      [middle, top],
    ],
    rule,
  );
  const size = view.unit === null ? `0 · mean size ${plain(frame.mean(name, true), 2)}` : "0";
  surface.text(left, y, "−1", style);
  surface.text(middle, y, right - left < 130 * scale ? "0" : size, { ...style, align: "center" });
  surface.text(right, y, "+1", { ...style, align: "right" });
}

/** @param {CellScene} scene @param {string} name @param {Plot} plot @returns {Hit[]} */
function drawUnits(scene, name, plot) {
  const { surface, frame, view, theme } = scene;
  const matrix = frame.trace.of(name);
  const from = dotPlot(matrix.row(frame.step), plot.low, 1);
  const to = frame.share ? dotPlot(matrix.row(frame.next), plot.low, 1) : from;
  if (matrix.columns > MOST_DOTS) return drawBars(scene, from, to, plot);
  const radius = plot.pitch * 0.45;
  const fits = (plot.ground - plot.top - 2 * theme.scale) / plot.pitch;
  const [low, high] = [squeezedLevels(from, fits), squeezedLevels(to, fits)];
  const paint = painterOf(plot, frame.of(name), theme.palette);
  /** @param {number} a @param {number} b */
  const between = (a, b) => a + (b - a) * frame.share;
  /** @type {Map<string, Point[]>} */
  const colors = new Map();
  /** @type {Hit[]} */
  const hits = [];
  for (let unit = 0; unit < matrix.columns; unit += 1) {
    if (unit === view.unit) continue;
    const x = plot.left + (plot.right - plot.left) * between(from.across[unit], to.across[unit]);
    const y = plot.ground - radius - plot.pitch * between(low[unit], high[unit]);
    const fill = paint(unit);
    if (!colors.has(fill)) colors.set(fill, []);
    colors.get(fill).push([x, y]);
    hits.push([x, y, unit]);
  }
  const opacity = 0.9 - 0.6 * view.depth;
  for (const [fill, places] of colors) surface.dots(places, radius, { fill, opacity });
  return hits;
}

/** Signed values are coloured by their sign, strongly enough for a dot.
 * @param {Plot} plot @param {Float32Array} values @param {Palette} palette @returns {(unit: number) => string} */
function painterOf({ low, color }, values, palette) {
  if (low === 0) return () => color;
  return (unit) => dotColor(values[unit], palette);
}

/** @param {number} value @param {Palette} palette */
function dotColor(value, palette) {
  return signedRamp(palette).color(value * 0.6 + Math.sign(value) * 0.4);
}

/** @param {CellScene} scene @param {DotPlot} from @param {DotPlot} to @param {Plot} plot @returns {Hit[]} */
function drawBars({ surface, frame, theme: { palette, scale } }, from, to, plot) {
  const width = (plot.right - plot.left) / BINS;
  const counts = from.counts.map((count, bin) => count + (to.counts[bin] - count) * frame.share);
  const most = Math.max(...counts);
  // As high as their dots would be, if they fit.
  const high = Math.min(plot.pitch / PER_ROW, (plot.ground - plot.top - 2 * scale) / most);
  counts.forEach((count, bin) => {
    const value = plot.low + ((bin + 0.5) / BINS) * (1 - plot.low);
    const fill = plot.low < 0 ? dotColor(value, palette) : plot.color;
    surface.box([plot.left + bin * width + 0.5, plot.ground - count * high, width - 1, count * high], { fill });
  });
  return [];
}

/** @param {CellScene} scene @param {number} value @param {Plot} plot */
function drawPointer({ surface, view, theme: { palette, scale } }, value, { left, right, top, ground, low, color }) {
  const x = left + ((right - left) * (value - low)) / (1 - low);
  const line = { stroke: palette.ink, width: 1.5 * scale };
  if (view.unit !== null) {
    surface.shape(
      [
        [x, ground],
        [x, top],
      ],
      line,
    );
    const fill = low < 0 ? signedRamp(palette).color(Math.sign(value) || 1) : color;
    surface.dot(x, ground - 6 * scale, 6 * scale, { fill, stroke: palette.page, width: 1.5 * scale });
  } else if (low === 0) {
    surface.shape(
      [
        [x, ground],
        [x, top],
      ],
      line,
    );
    const tip = top - 3 * scale;
    surface.shape(
      [
        [x, top + 5 * scale],
        [x - 4.5 * scale, tip],
        [x + 4.5 * scale, tip],
      ],
      { fill: palette.ink },
    );
  }
}
