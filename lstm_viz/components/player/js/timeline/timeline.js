// The timeline: the prediction, the words and a map of any quantity on one axis of words.

import { changeTint } from "../draw/ramps.js";
import { clamp } from "../model/format.js";
import { turningWord } from "../model/view.js";
import { drawCurve } from "./curve.js";
import { columnX } from "./layout.js";
import { drawMap } from "./map.js";
import { wordNames } from "./names.js";
import { TimelineScene } from "./scene.js";

/** @typedef {import("./names.js").WordName} WordName */

const OUTLINED = 5; // pixels at scale 1 of a column that is outlined; a narrower one gets a line
const LENS_OPACITY = 0.45;
const NAME_SIZE = 14;
const PHONE_NAME_SIZE = 13;
const NAME_PAD = 5;
const NOT_READ_NEEDS = 170; // pixels

/** @param {import("./scene.js").Parts} parts */
export function drawTimeline(parts) {
  const scene = new TimelineScene(parts);
  const { surface, trace, layout, theme } = scene;
  surface.box([0, 0, layout.width, layout.height], { fill: theme.palette.page });
  const head = playhead(scene);
  if (!layout.phone && head) drawLens(scene, head);
  surface.still(trace, stillKey(scene), theme.ratio, (still) => {
    const behind = new TimelineScene({ ...parts, surface: still });
    drawCurve(behind);
    drawMap(behind);
  });
  if (head) drawPlayhead(scene, head);
  drawNotRead(scene);
  for (const name of axisNames(scene)) drawName(scene, name);
}

/** What curve and map depend on: between two words, only the playhead moves. @param {TimelineScene} scene */
function stillKey({ current, path, quantity, unit, view, layout, theme: { palette, scale, ratio } }) {
  return JSON.stringify([current, path.label, quantity.name, view.order, unit, layout, palette.name, scale, ratio]);
}

/** Left and right edge of the column at the playhead; null where it cannot be seen. @param {TimelineScene} scene */
function playhead({ layout, view, trace }) {
  const position = clamp(view.position, 0, trace.steps - 1);
  const left = Math.max(layout.left, columnX(layout, position));
  const right = Math.min(layout.right, columnX(layout, position + 1));
  return right > left ? { left, right } : null;
}

/** The cell above is this column, enlarged.
 * @param {TimelineScene} scene @param {{left: number, right: number}} head */
function drawLens({ surface, layout: { width, lens }, palette }, { left, right }) {
  const { bottom } = lens;
  surface.shape(
    [
      [0, 0],
      [width, 0],
      [right, bottom],
      [left, bottom],
    ],
    { fill: palette.panel },
  );
  const line = { stroke: palette.ink, width: 1, opacity: LENS_OPACITY };
  surface.shape(
    [
      [0, 0.5],
      [left, bottom],
    ],
    line,
  );
  surface.shape(
    [
      [width, 0.5],
      [right, bottom],
    ],
    line,
  );
}

/** One column through curve, words and map.
 * @param {TimelineScene} scene @param {{left: number, right: number}} head */
function drawPlayhead({ surface, layout, palette, scale }, { left, right }) {
  const top = Math.max(2, layout.lens.bottom);
  const height = layout.height - 1 - top;
  if (layout.column * layout.size < OUTLINED * scale) {
    surface.box([(left + right) / 2 - scale, top, 2 * scale, height], { fill: palette.ink });
    return;
  }
  const width = 1.5 * scale;
  const end = Math.min(right, layout.width - width / 2);
  surface.box([left, top, end - left, height], { stroke: palette.ink, width });
}

/** @param {TimelineScene} scene */
function drawNotRead(scene) {
  const { surface, layout, palette, scale } = scene;
  const [from, to] = scene.unread;
  if (!scene.theme.presenting || to - from < NOT_READ_NEEDS * scale) return;
  const size = scene.size(14);
  const y = axisMiddle(layout) + 0.35 * size;
  surface.text((from + to) / 2, y, "not read yet", { size, fill: palette.muted, align: "center" });
}

/** @param {TimelineLayout} layout */
function axisMiddle({ axis }) {
  return (axis.top + axis.bottom) / 2;
}

/** @param {TimelineScene} scene @returns {TextStyle} */
function nameStyle(scene) {
  return { size: scene.size(scene.layout.phone ? PHONE_NAME_SIZE : NAME_SIZE), weight: 650, align: "center" };
}

/** @param {TimelineScene} scene */
function axisNames(scene) {
  const { surface, trace, path, layout, current, scale } = scene;
  const { size, weight } = nameStyle(scene);
  return wordNames(trace, path, layout, {
    current,
    turning: turningWord(trace, path),
    reads: (step) => scene.reads(step),
    measure: (text) => surface.measured(text, size, weight),
    pad: NAME_PAD * scale,
  });
}

/** On its tint: black now, outlined at the turning point, pale before it is read.
 * @param {TimelineScene} scene @param {WordName} name */
function drawName(scene, name) {
  const { surface, layout, palette, scale } = scene;
  const { top, bottom } = layout.axis;
  /** @type {Box} */
  const box = [name.centre - name.width / 2, top, name.width, bottom - top];
  const ground = nameGround(scene, name);
  if (ground) surface.box(box, { fill: ground, radius: 5 * scale });
  if (name.turning && name.read && !name.current) drawTurning(scene, box);
  const style = nameStyle(scene);
  const fill = name.current ? palette.page : name.read ? palette.ink : palette.muted;
  const weight = name.read ? style.weight : 400;
  surface.text(name.centre, axisMiddle(layout) + 0.35 * style.size, name.text, { ...style, weight, fill });
}

/** @param {TimelineScene} scene @param {WordName} name */
function nameGround({ path, trace, palette }, { step, current, read }) {
  if (current) return palette.ink;
  const color = read ? changeTint(path.change[step], trace.tints, palette) : "transparent";
  return color === "transparent" ? null : color;
}

/** @param {TimelineScene} scene @param {Box} box */
function drawTurning({ surface, palette, scale }, [x, y, width, height]) {
  const line = 1.5 * scale;
  const style = { stroke: palette.ink, width: line, radius: 5 * scale };
  surface.box([x + line / 2, y + line / 2, width - line, height - line], style);
}
