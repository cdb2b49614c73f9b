// The timeline: the prediction, the words and a map of any quantity on one axis of words.

import { tint } from "../draw/ramps.js";
import { clamp } from "../model/format.js";
import { drawCurve } from "./curve.js";
import { columnX } from "./layout.js";
import { drawMap } from "./map.js";
import { wordNames } from "./names.js";
import { TimelineScene } from "./scene.js";
import { turningWord } from "../model/view.js";

const OUTLINED = 5; // pixels at k = 1 of a column that is outlined; a narrower one gets a line
const LENS_OPACITY = 0.45;
const NAME_SIZE = 14;
const PHONE_NAME_SIZE = 13;
const NAME_PAD = 5;
const NOT_READ_NEEDS = 170; // pixels

// view is {position, unit, one, order, quantity, label}: position is that of the playhead, in
// words. place is from timelineLayout. look is {palette, k, phone, presenting, ratio}: pixels of
// the screen per pixel of the page. The surface is one of a canvas.
export function drawTimeline(surface, reading, view, place, look) {
  const scene = new TimelineScene(surface, reading, view, place, look);
  surface.box(0, 0, place.width, place.height, { fill: look.palette.page });
  const head = playhead(scene);
  if (!place.phone && head) drawLens(scene, head);
  surface.still(reading, stillKey(scene), look.ratio, (still) => {
    const behind = new TimelineScene(still, reading, view, place, look);
    drawCurve(behind);
    drawMap(behind);
  });
  if (head) drawPlayhead(scene, head);
  drawNotRead(scene);
  for (const name of axisNames(scene)) drawName(scene, name);
}

// What curve and map depend on: between two words, only the playhead moves.
function stillKey({ current, course, quantity, unit, view, place, look: { palette, k, ratio } }) {
  return JSON.stringify([current, course.label, quantity.name, view.order, unit, place, palette.name, k, ratio]);
}

// Left and right edge of the column at the playhead; null where it cannot be seen.
function playhead({ place, view, reading }) {
  const position = clamp(view.position, 0, reading.steps - 1);
  const left = Math.max(place.left, columnX(place, position));
  const right = Math.min(place.right, columnX(place, position + 1));
  return right > left ? { left, right } : null;
}

// The stage above is this column, enlarged.
function drawLens({ surface, place, palette }, { left, right }) {
  const { bottom } = place.lens;
  surface.shape(
    [
      [0, 0],
      [place.width, 0],
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
      [place.width, 0.5],
      [right, bottom],
    ],
    line,
  );
}

// One column through curve, words and map.
function drawPlayhead({ surface, place, palette, k }, { left, right }) {
  const top = Math.max(2, place.lens.bottom);
  const height = place.height - 1 - top;
  if (place.column * place.size < OUTLINED * k) {
    surface.box((left + right) / 2 - k, top, 2 * k, height, { fill: palette.ink });
    return;
  }
  const width = 1.5 * k;
  const end = Math.min(right, place.width - width / 2);
  surface.box(left, top, end - left, height, { stroke: palette.ink, width });
}

function drawNotRead(scene) {
  const { surface, place, palette, k } = scene;
  const [from, to] = scene.unread;
  if (!scene.look.presenting || to - from < NOT_READ_NEEDS * k) return;
  const size = scene.size(14);
  const style = { size, fill: palette.muted, align: "center" };
  surface.text((from + to) / 2, axisMiddle(place) + 0.35 * size, "not read yet", style);
}

function axisMiddle({ axis }) {
  return (axis.top + axis.bottom) / 2;
}

function nameStyle(scene) {
  return { size: scene.size(scene.place.phone ? PHONE_NAME_SIZE : NAME_SIZE), weight: 650, align: "center" };
}

function axisNames(scene) {
  const { surface, reading, course, place, current, k } = scene;
  const { size, weight } = nameStyle(scene);
  return wordNames(reading, course, place, {
    current,
    turning: turningWord(reading, course),
    reads: (step) => scene.reads(step),
    measure: (text) => surface.measured(text, size, weight),
    pad: NAME_PAD * k,
  });
}

// On its tint: black now, outlined at the turning point, pale before it is read.
function drawName(scene, name) {
  const { surface, place, palette, k } = scene;
  const { top, bottom } = place.axis;
  const box = [name.centre - name.width / 2, top, name.width, bottom - top];
  const fill = nameGround(scene, name);
  if (fill) surface.box(...box, { fill, radius: 5 * k });
  if (name.turning && name.read && !name.current) drawTurning(scene, box);
  const style = nameStyle(scene);
  const color = name.current ? palette.page : name.read ? palette.ink : palette.muted;
  const weight = name.read ? style.weight : 400;
  surface.text(name.centre, axisMiddle(place) + 0.35 * style.size, name.text, { ...style, weight, fill: color });
}

function nameGround({ course, reading, palette }, { step, current, read }) {
  if (current) return palette.ink;
  const color = read ? tint(course.moved[step], reading.tints, palette) : "transparent";
  return color === "transparent" ? null : color;
}

function drawTurning({ surface, palette, k }, [x, y, width, height]) {
  const line = 1.5 * k;
  surface.box(x + line / 2, y + line / 2, width - line, height - line, {
    stroke: palette.ink,
    width: line,
    radius: 5 * k,
  });
}
