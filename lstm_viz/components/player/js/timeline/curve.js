// The prediction after each word: bars from 50 %, or bands where there are many labels. A step a
// word, since nothing exists between two words.

import { memo } from "../model/memo.js";
import { barsOf, fillBars } from "./bars.js";
import { columnRanges, columnsX, probabilityY } from "./layout.js";
import { openPlace } from "./placement.js";
import { drawBands } from "./stack.js";

const EDGE = 2; // pixels of the line that is the prediction
const PREFIX_NOTE = "if the text ended here";

/** @param {TimelineScene} scene */
export function drawCurve(scene) {
  drawRules(scene);
  if (scene.trace.bands.length) drawBands(scene);
  else drawSteps(scene);
}

/** @param {TimelineScene} scene */
function drawRules(scene) {
  const { surface, trace, layout, palette, scale } = scene;
  const unit = layout.phone ? "" : " %";
  const size = scene.size(13);
  const most = layout.left - 7 * scale;
  const label = ` ${trace.labels[scene.path.label]}`; // in large type there is no room for it
  const fits = !layout.phone && !trace.bands.length && surface.measured(`100${unit}${label}`, size, 400) <= most;
  /** @type {[value: number, text: string, below: number][]} */
  const rules = [
    [1, `100${unit}${fits ? label : ""}`, 0.4],
    [0.5, `50${unit}`, 0.3],
    [0, `0${unit}`, 0.1],
  ];
  for (const [value, text, below] of rules) {
    const y = probabilityY(layout, value);
    surface.box([layout.left, y, layout.right - layout.left, 1], { fill: palette.rule });
    surface.text(most, y + below * size, text, { size, fill: palette.muted, align: "right", most });
  }
}

/** Of two labels: one side of a half or the other. @param {TimelineScene} scene */
function drawSteps(scene) {
  const { layout, palette } = scene;
  const ranges = columnRanges(layout, scene.path.probability);
  const bars = barsOf(scene, ranges, 0.5);
  /** @param {number} value */
  const y = (value) => probabilityY(layout, value);
  fillBars(
    scene,
    bars,
    ({ far }) => [y(0.5), y(far)],
    (up) => (up ? palette.full_positive : palette.full_negative),
  );
  const half = (EDGE / 2) * scene.scale;
  fillBars(
    scene,
    bars,
    ({ near, far }) => [Math.min(y(near), y(far)) - half, Math.max(y(near), y(far)) + half],
    (up) => (up ? palette.positive : palette.negative),
  );
  drawPrefixNote(scene, ranges);
}

/** With a second direction, each prediction is that of the text up to the word: later words change the states.
 * @param {TimelineScene} scene @param {import("./bars.js").Range[]} ranges */
function drawPrefixNote(scene, ranges) {
  const { surface, trace, layout, palette } = scene;
  if (trace.layers.every(([, direction]) => direction === "forward")) return;
  /** @type {TextStyle} */
  const style = { size: scene.size(13), fill: palette.muted, align: "center" };
  const { from, to, left, right, height } = layout;
  const key = [scene.path.label, from, to, left, right, height, style.size].join();
  const found = memo(trace, "note", key, () => freePlace(scene, ranges, style));
  if (found) surface.text(columnsX(layout, found.at), found.y + 0.35 * style.size, PREFIX_NOTE, style);
}

/** Where no bars are, above the middle or below it.
 * @param {TimelineScene} scene @param {import("./bars.js").Range[]} ranges @param {TextStyle} style */
function freePlace({ surface, layout }, ranges, { size, weight }) {
  const columns = Math.ceil((surface.measured(PREFIX_NOTE, size, weight) + size) / (layout.column * layout.size));
  /** @param {number} value */
  const y = (value) => probabilityY(layout, value);
  const above = [ranges.map(() => y(1)), ranges.map(({ high }) => y(Math.max(0.5, high)))];
  const below = [ranges.map(({ low }) => y(Math.min(0.5, low))), ranges.map(() => y(0))];
  return [above, below].map(([tops, bottoms]) => openPlace(tops, bottoms, columns, 1.3 * size)).find(Boolean);
}
