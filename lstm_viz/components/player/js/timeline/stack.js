// The prediction of many labels as stacked bands, named where there is room.

import { formatPercent, percentText, shorten } from "../model/format.js";
import { memo } from "../model/memo.js";
import { besideHeights, columnBands, insideName, stackedBands } from "./bands.js";
import { columnsX, probabilityY, wordColumns } from "./layout.js";

/** @typedef {import("./bands.js").ColumnBand} ColumnBand */

const FOLLOWED = 2; // pixels of the line along the followed band
const BAND_COLORS = 5; // of the palette
const PARTED = 5; // pixels of a column from which on a line parts two bands
const LONGEST_BESIDE = 14; // Latin letters of a name beside its band
const LONGEST_ON_PHONE = 8;

/** Of many labels: one band each. The followed one lies lowest, and a line is drawn along it.
 * @param {TimelineScene} scene */
export function drawBands(scene) {
  const { surface, layout, palette, scale } = scene;
  const bands = seenBands(scene);
  const columns = drawnColumns(scene);
  if (columns.from >= columns.to) return;
  const parted = layout.column * layout.size >= PARTED ? { stroke: palette.page, width: 1 } : {};
  bandOutlines(scene, bands, columns).forEach((outline, index) => {
    surface.shape(outline, { fill: bandFill(bands[index], palette), ...parted });
  });
  surface.shape(bandSteps(scene, bands[0].high, columns), { stroke: palette.ink, width: FOLLOWED * scale });
  drawInsideNames(scene, bands, columns);
  const { top, bottom } = layout.curve;
  if (!layout.presenting) scene.coverUnread({ top: top - FOLLOWED * scale, bottom });
  drawBesideNames(scene, bands, columns.to - 1);
}

/** What a picture of the bands depends on, the colours apart. @param {TimelineScene} scene @param {Span} columns */
function bandsKey({ path, layout, theme }, columns) {
  const { from, to, size, left, right, curve } = layout;
  const place = [from, to, size, left, right, curve.top, curve.bottom, theme.ratio];
  return [path.label, ...place, columns.from, columns.to].join();
}

/** Found once for each view: walking from word to word draws it again. @param {TimelineScene} scene */
function seenBands({ trace, layout, path: { label } }) {
  const stacked = memo(trace, "stacked", label, () => stackedBands(trace, label));
  const key = [label, layout.from, layout.to, layout.size].join();
  return memo(trace, "bands", key, () => columnBands(layout, stacked));
}

/** From which to which column bands are drawn: all, or what was read. @param {TimelineScene} scene @returns {Span} */
function drawnColumns(scene) {
  const { trace, current } = scene;
  const columns = wordColumns(scene.layout);
  const before = columns.filter(({ from, to }) => (trace.backward ? to <= current : from <= current)).length;
  if (!scene.theme.presenting) return { from: 0, to: columns.length };
  return trace.backward ? { from: before, to: columns.length } : { from: 0, to: before };
}

/** @param {{rest: boolean, color: number}} band @param {Palette} palette */
function bandFill({ rest, color }, palette) {
  return rest ? palette.panel : palette[`class_${(color % BAND_COLORS) + 1}`];
}

/** @param {TimelineScene} scene @param {number[]} values @param {Span} columns @returns {Point[]} */
function bandSteps(scene, values, { from, to }) {
  return wordColumns(scene.layout)
    .slice(from, to)
    .flatMap((column, index) => {
      const y = probabilityY(scene.layout, values[from + index]);
      return /** @type {Point[]} */ ([
        [scene.edge(column.from), y],
        [scene.edge(column.to), y],
      ]);
    });
}

/** @param {TimelineScene} scene @param {ColumnBand[]} bands @param {Span} columns */
function bandOutlines(scene, bands, columns) {
  /** @param {ColumnBand} band */
  const outline = ({ low, high }) => [...bandSteps(scene, high, columns), ...bandSteps(scene, low, columns).reverse()];
  return memo(scene.trace, "outlines", bandsKey(scene, columns), () => bands.map(outline));
}

/** @param {TimelineScene} scene @param {ColumnBand[]} bands @param {Span} columns */
function drawInsideNames(scene, bands, columns) {
  const { surface, layout, palette } = scene;
  /** @type {TextStyle} */
  const style = { size: scene.size(13), weight: 650, fill: palette.ink, align: "center" };
  for (const found of insideNames(scene, bands, columns, style)) {
    surface.text(columnsX(layout, found.at), found.y + 0.35 * style.size, found.name, style);
  }
}

/** @param {TimelineScene} scene @param {ColumnBand[]} bands @param {Span} columns @param {TextStyle} style */
function insideNames(scene, bands, columns, style) {
  const { trace, layout, surface } = scene;
  const { from, to } = columns;
  const room = {
    y: (/** @type {number} */ value) => probabilityY(layout, value),
    width: (/** @type {string} */ name) => surface.measured(name, style.size, style.weight) + style.size,
    column: layout.column * layout.size,
    least: 1.4 * style.size,
  };
  return memo(trace, "inside", bandsKey(scene, columns) + style.size, () => {
    const found = bands
      .map(({ label, low, high }) => insideName({ label, low: low.slice(from, to), high: high.slice(from, to) }, room))
      .filter(Boolean);
    return found.map((name) => ({ ...name, at: name.at + from }));
  });
}

/** In percent, after the last word of a column: what the prediction panel says of that word is the same.
 * @param {TimelineScene} scene @param {ColumnBand} band @param {number} at */
function shareBeside({ trace, layout }, { labels }, at) {
  const step = wordColumns(layout)[at].to - 1;
  if (labels.length === 1) return percentText(trace.percents(step)[labels[0]]);
  const row = trace.of("probability").row(step);
  return formatPercent(labels.reduce((sum, label) => sum + row[label], 0));
}

/** @param {TimelineScene} scene @param {ColumnBand[]} bands @param {number} at column */
function drawBesideNames(scene, bands, at) {
  const { surface, layout, palette, scale } = scene;
  const size = scene.size(13);
  const room = {
    y: (/** @type {number} */ value) => probabilityY(layout, value),
    gap: 1.2 * size,
    top: layout.curve.top + size / 2,
    bottom: layout.map.bottom - size / 2,
  };
  const longest = layout.phone ? LONGEST_ON_PHONE : LONGEST_BESIDE;
  const mark = 0.75 * size;
  const x = layout.right + 8 * scale;
  const start = x + mark + 6 * scale;
  besideHeights(bands, at, room).forEach((height, index) => {
    const band = bands[index];
    const swatch = { fill: bandFill(band, palette), stroke: palette.muted, radius: 2 };
    surface.box([x, height - mark / 2, mark, mark], swatch);
    const style = index ? { fill: palette.muted } : { weight: 650, fill: palette.ink };
    const text = `${shorten(band.label, longest)} ${shareBeside(scene, band, at)} %`;
    const most = layout.width - x - mark - 6 * scale;
    surface.text(start, height + 0.35 * size, text, { size, ...style, most });
  });
}
