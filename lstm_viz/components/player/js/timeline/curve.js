// The prediction after each word: bars from 50 %, or bands where there are many labels. A step a
// word, since nothing exists between two words.

import { openPlace } from "../model/format.js";
import { remembered } from "../model/memo.js";
import { barsOf, fillBars } from "./bars.js";
import { chanceY, columnRanges, columnsX } from "./layout.js";
import { drawBands } from "./stack.js";

const EDGE = 2; // pixels of the line that is the prediction
const PREFIX_NOTE = "if the review ended here";

export function drawCurve(scene) {
  drawRules(scene);
  if (scene.reading.bands.length) drawBands(scene);
  else drawSteps(scene);
}

function drawRules(scene) {
  const { surface, reading, place, palette, k } = scene;
  const unit = place.phone ? "" : " %";
  const size = scene.size(13);
  const most = place.left - 7 * k;
  const named = ` ${reading.labels[scene.course.label]}`; // in large type there is no room for it
  const fits = !place.phone && !reading.bands.length && surface.measured(`100${unit}${named}`, size, 400) <= most;
  const whole = fits ? named : "";
  for (const [value, text, below] of [
    [1, `100${unit}${whole}`, 0.4],
    [0.5, `50${unit}`, 0.3],
    [0, `0${unit}`, 0.1],
  ]) {
    const y = chanceY(place, value);
    surface.box(place.left, y, place.right - place.left, 1, { fill: palette.rule });
    const style = { size, fill: palette.muted, align: "right", most };
    surface.text(most, y + below * size, text, style);
  }
}

// Of two labels: one side of a half or the other.
function drawSteps(scene) {
  const { place, palette } = scene;
  const ranges = columnRanges(place, scene.course.probability);
  const bars = barsOf(scene, ranges, 0.5);
  const y = (value) => chanceY(place, value);
  const tinted = (up) => (up ? palette.full_positive : palette.full_negative);
  fillBars(scene, bars, ({ far }) => [y(0.5), y(far)], tinted);
  const half = (EDGE / 2) * scene.k;
  const full = (up) => (up ? palette.positive : palette.negative);
  const ends = ({ near, far }) => [Math.min(y(near), y(far)) - half, Math.max(y(near), y(far)) + half];
  fillBars(scene, bars, ends, full);
  drawPrefixNote(scene, ranges);
}

// A second direction is read anew for each word: what it says is not what it will say later.
function drawPrefixNote(scene, ranges) {
  const { surface, reading, place, palette } = scene;
  if (reading.layers.every(([, direction]) => direction === "forward")) return;
  const style = { size: scene.size(13), fill: palette.muted, align: "center" };
  const key = [scene.course.label, place.from, place.to, place.left, place.right, place.height, style.size].join();
  const found = remembered(reading, "note", key, () => freePlace(scene, ranges, style));
  if (found) surface.text(columnsX(place, found.at), found.y + 0.35 * style.size, PREFIX_NOTE, style);
}

// Where no bars are, above the middle or below it.
function freePlace({ surface, place }, ranges, { size, weight }) {
  const columns = Math.ceil((surface.measured(PREFIX_NOTE, size, weight) + size) / (place.column * place.size));
  const y = (value) => chanceY(place, value);
  const above = [ranges.map(() => y(1)), ranges.map(({ high }) => y(Math.max(0.5, high)))];
  const below = [ranges.map(({ low }) => y(Math.min(0.5, low))), ranges.map(() => y(0))];
  return [above, below].map(([tops, bottoms]) => openPlace(tops, bottoms, columns, 1.3 * size)).find(Boolean);
}
