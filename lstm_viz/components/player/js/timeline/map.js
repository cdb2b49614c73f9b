// The map of a quantity on the timeline, and the values of one unit above it.

import { mapPicture, mapScale } from "./map_picture.js";
import { MINUS, clamp } from "../model/format.js";
import { remembered } from "../model/memo.js";
import { barsOf, fillBars } from "./bars.js";
import { columnRanges, mapRows, unitY } from "./layout.js";

const LEGEND = 58; // pixels across
const LEGEND_NEEDS = 66; // pixels of height that name and legend take together

export function drawMap(scene) {
  const { surface, reading, view, place, quantity, order, palette } = scene;
  const picture = mapPicture(reading, quantity, order, view.order, palette, pictureRows(scene), place.size);
  picture.draw(surface.context, place, order.length);
  scene.coverUnread(place.map);
  drawMapName(scene);
  if (place.bars && scene.unit !== null) drawOneUnit(scene);
}

// Units share a row of pixels where there are more of them; a view of some of them shows each.
function pictureRows({ place, order, look }) {
  const pixels = Math.round((place.map.bottom - place.map.top) * look.ratio);
  return place.rows ? order.length : Math.max(1, Math.min(order.length, pixels));
}

function drawMapName(scene) {
  const { surface, place, quantity, order, palette, k } = scene;
  if (place.phone) return;
  const size = scene.size(13);
  const x = place.left - (place.bars ? 13 : 7) * k;
  const style = { size, align: "right", most: x };
  surface.text(x, place.map.top + size, quantity.label, { ...style, weight: 650, fill: palette.ink });
  if (place.bars && !place.rows) return;
  surface.text(x, place.map.top + 2.25 * size, unitsShown(scene), { ...style, fill: palette.muted });
  if (!place.bars && place.map.bottom - place.map.top >= LEGEND_NEEDS * k) drawMapLegend(scene, place.left - 7 * k);
}

// How many units there are, and how many of them can be seen.
function unitsShown({ place, order }) {
  const { from, to } = mapRows(place, order.length);
  const seen = Math.round(to - from);
  return seen < order.length ? `${seen} of ${order.length} units` : `${order.length} units`;
}

// A ramp with its ends, right-aligned at x.
function drawMapLegend(scene, x) {
  const { surface, place, quantity, palette, k } = scene;
  const scale = mapScale(quantity, palette);
  const width = LEGEND * k;
  const size = scene.size(12);
  const y = place.map.bottom - 2 * size;
  surface.rows(x - width, y, width, 8 * k, legendColors(scale, Math.round(width)), { down: false });
  const style = { size, fill: palette.muted };
  surface.text(x - width, y + 8 * k + size, legendEnd(scale.low), style);
  surface.text(x, y + 8 * k + size, (scale.low ? "+" : "") + scale.high, { ...style, align: "right" });
}

function legendEnd(value) {
  return value < 0 ? MINUS + Math.abs(value) : String(value);
}

export function legendColors({ ramp, shade, low, high }, count) {
  const colors = new Uint8ClampedArray(4 * count);
  for (let at = 0; at < count; at += 1) {
    const value = low + ((high - low) * at) / (count - 1);
    colors.set([...ramp.parts[ramp.place(shade(value))], 255], 4 * at);
  }
  return colors;
}

function drawOneUnit(scene) {
  drawUnitBars(scene);
  drawUnitRow(scene);
}

// Its values: a gate from 0 up, what has a sign from the middle.
function drawUnitBars(scene) {
  const { surface, place, quantity, palette, k } = scene;
  const { top, bottom } = place.bars;
  const height = bottom - top;
  const y = (value) => (quantity.gate ? bottom - value * height : top + ((1 - value) * height) / 2);
  surface.box(place.left, y(0), place.right - place.left, 1, { fill: palette.rule });
  const fill = (up) => palette[quantity.gate ? quantity.color : up ? "positive" : "negative"];
  fillBars(scene, barsOf(scene, columnRanges(place, unitShades(scene)), 0), ({ far }) => [y(0), y(far)], fill);
  if (place.phone) return;
  const size = scene.size(13);
  const style = { size, weight: 650, fill: palette.ink, align: "right", most: place.left - 7 * k };
  surface.text(place.left - 7 * k, (top + bottom) / 2 + 0.3 * size, `unit ${scene.unit}`, style);
}

// Its values as they are coloured in the map.
function unitShades({ reading, quantity, unit, palette }) {
  const { shade, ends } = mapScale(quantity, palette);
  return remembered(reading, "unit", `${quantity.name} ${unit}`, () => {
    return reading
      .of(quantity.name)
      .column(unit)
      .map((value) => clamp(shade(value), ...ends));
  });
}

// Where in the map it is, if it can be seen.
function drawUnitRow(scene) {
  const { surface, place, order, palette, k } = scene;
  const y = unitY(place, scene.unit, order);
  if (y < place.map.top || y > place.map.bottom) return;
  const [point, back] = [place.left - 1, place.left - 9 * k];
  surface.shape(
    [
      [point, y],
      [back, y - 5 * k],
      [back, y + 5 * k],
    ],
    { fill: palette.ink },
  );
  const row = { stroke: palette.ink, width: 1, opacity: 0.8 };
  surface.box(place.left, y - 1.5, place.right - place.left, 3, row);
}
