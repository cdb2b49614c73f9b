// The map of a quantity on the timeline, and the values of one unit above it.

import { clamp, MINUS } from "../model/format.js";
import { memo } from "../model/memo.js";
import { barsOf, fillBars } from "./bars.js";
import { columnRanges, mapRows, unitY } from "./layout.js";
import { mapPicture, mapScale } from "./map_picture.js";

const LEGEND = 58; // pixels across
const LEGEND_NEEDS = 66; // pixels of height that name and legend take together

/** @param {TimelineScene} scene */
export function drawMap(scene) {
  const { surface, layout, order } = scene;
  mapPicture(scene).draw(surface.context, layout, order.length);
  scene.coverUnread(layout.map);
  drawMapName(scene);
  if (layout.bars && scene.unit !== null) {
    drawUnitBars(scene);
    drawUnitRow(scene);
  }
}

/** @param {TimelineScene} scene */
function drawMapName(scene) {
  const { surface, layout, quantity, palette, scale } = scene;
  if (layout.phone) return;
  const size = scene.size(13);
  const x = layout.left - (layout.bars ? 13 : 7) * scale;
  /** @type {TextStyle} */
  const style = { size, align: "right", most: x };
  surface.text(x, layout.map.top + size, quantity.label, { ...style, weight: 650, fill: palette.ink });
  if (layout.bars && !layout.rows) return;
  surface.text(x, layout.map.top + 2.25 * size, unitCount(scene), { ...style, fill: palette.muted });
  const room = layout.map.bottom - layout.map.top;
  if (!layout.bars && room >= LEGEND_NEEDS * scale) drawMapLegend(scene, layout.left - 7 * scale);
}

/** How many units there are, and how many of them can be seen. @param {TimelineScene} scene */
function unitCount({ layout, order }) {
  const { from, to } = mapRows(layout, order.length);
  const seen = Math.round(to - from);
  return seen < order.length ? `${seen} of ${order.length} units` : `${order.length} units`;
}

/** A ramp with its ends, right-aligned at x. @param {TimelineScene} scene @param {number} x */
function drawMapLegend(scene, x) {
  const { surface, layout, quantity, palette, scale } = scene;
  const ends = mapScale(quantity, palette);
  const width = LEGEND * scale;
  const size = scene.size(12);
  const y = layout.map.bottom - 2 * size;
  surface.rows([x - width, y, width, 8 * scale], legendColors(ends, Math.round(width)), { down: false });
  const style = { size, fill: palette.muted };
  surface.text(x - width, y + 8 * scale + size, legendEnd(ends.low), style);
  surface.text(x, y + 8 * scale + size, (ends.low ? "+" : "") + ends.high, { ...style, align: "right" });
}

/** @param {number} value */
function legendEnd(value) {
  return value < 0 ? MINUS + Math.abs(value) : String(value);
}

/** @param {MapScale} scale @param {number} count */
function legendColors({ ramp, shade, low, high }, count) {
  const colors = new Uint8ClampedArray(4 * count);
  for (let at = 0; at < count; at += 1) {
    const value = low + ((high - low) * at) / (count - 1);
    colors.set([...ramp.parts[ramp.place(shade(value))], 255], 4 * at);
  }
  return colors;
}

/** The values of the unit: a gate from 0 up, what has a sign from the middle. @param {TimelineScene} scene */
function drawUnitBars(scene) {
  const { surface, layout, quantity, palette, scale } = scene;
  const { top, bottom } = layout.bars;
  const height = bottom - top;
  /** @param {number} value */
  const y = (value) => (quantity.gate ? bottom - value * height : top + ((1 - value) * height) / 2);
  surface.box([layout.left, y(0), layout.right - layout.left, 1], { fill: palette.rule });
  fillBars(
    scene,
    barsOf(scene, columnRanges(layout, unitShades(scene)), 0),
    ({ far }) => [y(0), y(far)],
    (up) => palette[quantity.gate ? quantity.color : up ? "positive" : "negative"],
  );
  if (layout.phone) return;
  const size = scene.size(13);
  const most = layout.left - 7 * scale;
  const style = { size, weight: 650, fill: palette.ink, most };
  surface.text(most, (top + bottom) / 2 + 0.3 * size, `unit ${scene.unit}`, { ...style, align: "right" });
}

/** The values of the unit as they are coloured in the map. @param {TimelineScene} scene */
function unitShades({ trace, quantity, unit, palette }) {
  const { shade, ends } = mapScale(quantity, palette);
  return memo(trace, "unit", `${quantity.name} ${unit}`, () => {
    const values = trace.of(quantity.name).column(unit);
    return values.map((value) => clamp(shade(value), ...ends));
  });
}

/** Where in the map the unit is, if it can be seen. @param {TimelineScene} scene */
function drawUnitRow(scene) {
  const { surface, layout, order, palette, scale } = scene;
  const y = unitY(layout, scene.unit, order);
  if (y < layout.map.top || y > layout.map.bottom) return;
  const [point, back] = [layout.left - 1, layout.left - 9 * scale];
  surface.shape(
    [
      [point, y],
      [back, y - 5 * scale],
      [back, y + 5 * scale],
    ],
    { fill: palette.ink },
  );
  const row = { stroke: palette.ink, width: 1, opacity: 0.8 };
  surface.box([layout.left, y - 1.5, layout.right - layout.left, 3], row);
}
