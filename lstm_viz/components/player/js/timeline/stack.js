// The prediction of many labels as stacked bands, named where there is room.

import { percent, short, written } from "../model/format.js";
import { remembered } from "../model/memo.js";
import { besideHeights, columnBands, insideName, stackedBands } from "./bands.js";
import { chanceY, columnsX, wordColumns } from "./layout.js";

const FOLLOWED = 2; // pixels of the line along the followed band
const BAND_COLORS = 5; // of the palette
const PARTED = 5; // pixels of a column from which on a line parts two bands
const LONGEST_BESIDE = 14; // Latin letters of a name beside its band
const LONGEST_ON_PHONE = 8;

// Of many labels: one band each. The followed one lies lowest, and a line is drawn along it.
export function drawBands(scene) {
  const { surface, place, palette, k } = scene;
  const layers = seenLayers(scene);
  const shown = shownColumns(scene);
  if (shown.from >= shown.to) return;
  const parted = place.column * place.size >= PARTED ? { stroke: palette.page, width: 1 } : {};
  bandOutlines(scene, layers, shown).forEach((outline, index) => {
    surface.shape(outline, { fill: bandFill(layers[index], palette), ...parted });
  });
  surface.shape(bandSteps(scene, layers[0].high, shown), { stroke: palette.ink, width: FOLLOWED * k });
  drawInsideNames(scene, layers, shown);
  if (!place.presenting) scene.coverUnread({ top: place.curve.top - FOLLOWED * k, bottom: place.curve.bottom });
  drawBesideNames(scene, layers, shown.to - 1);
}

// What a picture of the bands depends on, the colours apart.
function bandsKey({ course, place, look }, shown) {
  const { from, to, size, left, right, curve } = place;
  return [course.label, from, to, size, left, right, curve.top, curve.bottom, look.ratio, shown.from, shown.to].join();
}

// Found once for each view: walking from word to word draws it again.
function seenLayers({ reading, place, course }) {
  const stacked = remembered(reading, "stacked", course.label, () => stackedBands(reading, course.label));
  const key = [course.label, place.from, place.to, place.size].join();
  return remembered(reading, "bands", key, () => columnBands(place, stacked));
}

// From which to which column bands are drawn: all, or what was read.
function shownColumns(scene) {
  const { reading, current } = scene;
  const columns = wordColumns(scene.place);
  const before = columns.filter(({ from, to }) => (reading.backward ? to <= current : from <= current)).length;
  if (!scene.look.presenting) return { from: 0, to: columns.length };
  return reading.backward ? { from: before, to: columns.length } : { from: 0, to: before };
}

function bandFill({ rest, color }, palette) {
  return rest ? palette.panel : palette[`class_${(color % BAND_COLORS) + 1}`];
}

function bandSteps(scene, values, { from, to }) {
  return wordColumns(scene.place)
    .slice(from, to)
    .flatMap((column, k) => {
      const y = chanceY(scene.place, values[from + k]);
      return [
        [scene.edge(column.from), y],
        [scene.edge(column.to), y],
      ];
    });
}

function bandOutlines(scene, layers, shown) {
  const outline = ({ low, high }) => [...bandSteps(scene, high, shown), ...bandSteps(scene, low, shown).reverse()];
  return remembered(scene.reading, "outlines", bandsKey(scene, shown), () => layers.map(outline));
}

function drawInsideNames(scene, layers, shown) {
  const { surface, place, palette } = scene;
  const style = { size: scene.size(13), weight: 650, fill: palette.ink, align: "center" };
  for (const found of insideNames(scene, layers, shown, style)) {
    surface.text(columnsX(place, found.at), found.y + 0.35 * style.size, found.name, style);
  }
}

function insideNames(scene, layers, shown, style) {
  const { reading, place, surface } = scene;
  const { from, to } = shown;
  const room = {
    y: (value) => chanceY(place, value),
    width: (name) => surface.measured(name, style.size, style.weight) + style.size,
    column: place.column * place.size,
    least: 1.4 * style.size,
  };
  const cutOff = (layer) => ({ ...layer, low: layer.low.slice(from, to), high: layer.high.slice(from, to) });
  return remembered(reading, "inside", bandsKey(scene, shown) + style.size, () => {
    const found = layers.map((layer) => insideName(cutOff(layer), room)).filter(Boolean);
    return found.map((name) => ({ ...name, at: name.at + from }));
  });
}

// In percent, after the last word of a column: what a verdict says of that word is the same.
function shareBeside({ reading, place }, { labels }, at) {
  const step = wordColumns(place)[at].to - 1;
  if (labels.length === 1) return written(reading.shown(step)[labels[0]]);
  const row = reading.of("probability").row(step);
  return percent(labels.reduce((sum, label) => sum + row[label], 0));
}

function drawBesideNames(scene, layers, at) {
  const { surface, place, palette, k } = scene;
  const size = scene.size(13);
  const y = (value) => chanceY(place, value);
  const room = { y, gap: 1.2 * size, top: place.curve.top + size / 2, bottom: place.map.bottom - size / 2 };
  const longest = place.phone ? LONGEST_ON_PHONE : LONGEST_BESIDE;
  const mark = 0.75 * size;
  const x = place.right + 8 * k;
  besideHeights(layers, at, room).forEach((height, index) => {
    const layer = layers[index];
    const share = shareBeside(scene, layer, at);
    const color = { fill: bandFill(layer, palette), stroke: palette.muted, radius: 2 };
    surface.box(x, height - mark / 2, mark, mark, color);
    const style = index ? { size, fill: palette.muted } : { size, weight: 650, fill: palette.ink };
    const most = place.width - x - mark - 6 * k;
    surface.text(x + mark + 6 * k, height + 0.35 * size, `${short(layer.label, longest)} ${share} %`, {
      ...style,
      most,
    });
  });
}
