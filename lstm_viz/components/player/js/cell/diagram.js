// The cell at one moment, drawn on a surface as it is laid out in layout.js.

import { averagedRows, rampOf, signedRamp } from "../draw/ramps.js";
import { visibleName } from "../model/describe.js";
import { squashOf } from "../model/equations.js";
import { clamp, plain } from "../model/format.js";
import { memo } from "../model/memo.js";
import { encoder, scaleOf } from "../model/scales.js";
import { unitOrder } from "../model/view.js";
import { drawGate } from "./gate.js";
import { drawThread } from "./thread.js";

const FULL_PIPE = 16; // pixels of a pipe that means 1
const LEGEND_COLORS = 53; // colours of the legend
const PALE = 0.8; // how much of the others goes while one unit is looked at
const DIRECTIONS = { up: [0, -1], down: [0, 1], left: [-1, 0], right: [1, 0] };

/** Returns where each unit can be pointed at. @param {CellScene} scene */
export function drawCell(scene) {
  const { layout, view } = scene;
  drawBus(scene);
  for (const pipe of layout.pipes) drawPipe(scene, pipe);
  for (const belt of layout.belts) drawBelt(scene, belt);
  for (const slot of layout.slots) drawSlot(scene, slot);
  if (layout.last) drawLast(scene);
  for (const knot of layout.knots) drawKnot(scene, knot);
  const hits = layout.gates.flatMap((gate) => drawGate(scene, gate));
  drawWord(scene);
  drawLegend(scene);
  for (const label of layout.labels) drawLabel(scene, label);
  if (view.unit !== null) drawThread(scene);
  return hits;
}

/** @param {CellScene} scene */
function drawBus({ surface, layout: { bus, arrows }, theme: { palette, scale } }) {
  for (const points of bus) surface.shape(points, { stroke: palette.muted, width: 1.5 });
  for (const { at, toward } of arrows) {
    const [x, y] = at;
    const [a, b] = DIRECTIONS[toward];
    const back = [x - 6 * scale * a, y - 6 * scale * b];
    const side = [4 * scale * b, 4 * scale * a];
    /** @type {Point[]} */
    const corners = [at, [back[0] + side[0], back[1] + side[1]], [back[0] - side[0], back[1] - side[1]]];
    surface.shape(corners, { fill: palette.muted });
  }
}

/** How much goes through a pipe: the mean, or what the one unit has; of what has a sign, its size.
 * @param {CellScene} scene @param {string} name */
function through({ frame, view }, name) {
  const amount = view.unit === null ? frame.mean(name, true) : Math.abs(frame.of(name)[view.unit]);
  return clamp(amount, 0, 1);
}

/** @param {CellScene} scene @param {Pipe} pipe */
function drawPipe(scene, { name, points, role, rest }) {
  const { surface, theme } = scene;
  const full = FULL_PIPE * theme.scale;
  const share = through(scene, name);
  const stroke = theme.palette[role];
  surface.shape(points, { stroke, width: full, opacity: 0.2 });
  surface.shape(points, { stroke, width: Math.max(1, full * (rest ? 1 - share : share)) });
}

/** The values of a quantity, a row for each unit. @param {CellScene} scene @param {string} name @param {Box} box
 * @param {Point[] | null} outline */
function drawRows({ surface, frame, layout, view, theme }, name, box, outline = null) {
  const { trace } = frame;
  const down = !layout.vertical;
  const values = frame.of(name).map(encoder(scaleOf(trace, name)));
  const order = unitOrder(trace, view.order, values.length);
  const pixels = Math.round((down ? box[3] : box[2]) * theme.ratio);
  const rows = Math.max(1, pixels || values.length);
  const colors = averagedRows(values, order, rampOf(trace, name, theme.palette), rows);
  surface.rows(box, colors, { down, outline, opacity: 1 - PALE * view.depth });
}

/** @param {CellScene} scene @param {Belt} belt */
function drawBelt(scene, belt) {
  const { surface, layout, theme } = scene;
  const outline = beltOutline(belt, layout.vertical, theme.scale);
  drawRows(scene, belt.name, belt.box, outline);
  surface.shape(outline, { stroke: theme.palette.ink, width: 1, opacity: 0.3, closed: true });
}

/** @param {Belt} belt @param {boolean} vertical @param {number} scale @returns {Point[]} */
function beltOutline({ box: [x, y, width, height], tail, head }, vertical, scale) {
  const across = vertical ? width : height;
  const deep = Math.min(14 * scale, across * (vertical ? 0.12 : 0.24));
  const [notch, point] = [tail ? deep : 0, head ? deep : 0];
  const end = vertical ? y + height : x + width;
  return vertical
    ? [
        [x, y],
        [x + width / 2, y + notch],
        [x + width, y],
        [x + width, end - point],
        [x + width / 2, end],
        [x, end - point],
      ]
    : [
        [x, y],
        [end - point, y],
        [end, y + height / 2],
        [end - point, y + height],
        [x, y + height],
        [x + notch, y + height / 2],
      ];
}

/** @param {CellScene} scene @param {Slot} slot */
function drawSlot(scene, { name, box, role }) {
  const { surface, theme } = scene;
  const { palette, scale } = theme;
  const [x, y, width, height] = box;
  surface.box([x - 2, y - 2, width + 4, height + 4], { fill: palette.panel });
  drawRows(scene, name, box);
  const edge = { stroke: palette[role], width: 2 * scale, radius: 3 * scale };
  surface.box([x - 1, y - 1, width + 2, height + 2], edge);
}

/** @param {CellScene} scene */
function drawLast(scene) {
  const { surface, layout, theme } = scene;
  drawRows(scene, "hidden_before", layout.last);
  surface.box(layout.last, { stroke: theme.palette.ink, width: 1, opacity: 0.3 });
}

/** @param {CellScene} scene @param {Knot} knot */
function drawKnot(scene, { at, sign, role }) {
  const { surface, theme } = scene;
  const { palette, scale } = theme;
  const [x, y] = at;
  if (sign.length > 1) {
    drawCapsule(scene, at, sign === "squash" ? squashOf(scene.frame.trace) : sign);
    return;
  }
  surface.dot(x, y, 11 * scale, { fill: palette.page, stroke: palette[role], width: 2 * scale });
  const line = { stroke: palette.ink, width: 2 * scale };
  const size = (sign === "×" ? 4 : 5.2) * scale;
  const turn = sign === "×" ? size : 0;
  /** @type {Point[][]} */
  const strokes = [
    [
      [x - size, y - turn],
      [x + size, y + turn],
    ],
    [
      [x + turn, y - size],
      [x - turn, y + size],
    ],
  ];
  for (const stroke of strokes) surface.shape(stroke, line);
}

/** @param {CellScene} scene @param {Point} at @param {string} text */
function drawCapsule({ surface, theme: { palette, scale } }, [x, y], text) {
  const [width, height] = [48 * scale, 20 * scale];
  const style = { fill: palette.page, stroke: palette.ink, width: 1.5 * scale, radius: height / 2 };
  surface.box([x - width / 2, y - height / 2, width, height], style);
  surface.text(x, y + 4.5 * scale, text, { size: 13 * scale, weight: 600, fill: palette.ink, align: "center" });
}

/** @param {CellScene} scene */
function drawWord({ surface, frame, layout: { word, last }, theme: { palette, scale } }) {
  const [x, y, width, height] = word;
  const name = visibleName(frame.trace.words[frame.word][1]);
  surface.box(word, { fill: palette.ink, radius: 6 * scale });
  surface.text(x + width / 2, y + height / 2 + 5.5 * scale, name, {
    size: 16 * scale,
    weight: 650,
    fill: palette.page,
    align: "center",
    most: width - 12 * scale,
  });
  const above = { size: 13.5 * scale, fill: palette.muted };
  surface.text(x, y - 6 * scale, "this word", above);
  if (last) surface.text(last[0], last[1] - 6 * scale, "last output", above);
}

/** @param {CellScene} scene */
function drawLegend({ surface, frame, layout: { legend }, theme: { palette, scale, phone } }) {
  const [x, y, width, height] = legend;
  const colors = memo(palette, "legend", LEGEND_COLORS, () => legendRow(palette));
  surface.rows(legend, colors, { down: false });
  const style = { size: 12.5 * scale, fill: palette.muted };
  const line = y + height;
  surface.text(x - 4 * scale, line, "−1", { ...style, align: "right" });
  surface.text(x + width + 4 * scale, line, "+1", style);
  const what = frame.trace.kind === "LSTM" ? "tanh c, h" : "h";
  if (!phone && x >= 80 * scale) surface.text(x - 24 * scale, line, what, { ...style, align: "right" });
}

/** @param {Palette} palette */
function legendRow(palette) {
  const steps = Float32Array.from({ length: LEGEND_COLORS }, (_, place) => (2 * place) / (LEGEND_COLORS - 1) - 1);
  return averagedRows(steps, [...steps.keys()], signedRamp(palette), LEGEND_COLORS);
}

/** @param {CellScene} scene @param {Label} label */
function drawLabel({ surface, frame, layout, view, theme }, { at: [x, y], text, value, align = "left", under, hint }) {
  const { palette, scale } = theme;
  const one = view.unit !== null;
  if (one && hint) return;
  const number = value && !one ? plain(frame.mean(value, true), 2) : "";
  const words = one ? text.replace(", average size", "") : text;
  const light = { size: 13.5 * scale, fill: palette.muted };
  const strong = { size: (layout.vertical ? 14.5 : 13.5) * scale, weight: 650, fill: palette.ink };
  if (under) {
    surface.text(x, y, words, light);
    if (number) surface.text(x, y + 16, number, strong);
    return;
  }
  if (one && value === "written") return; // its number stands there
  const wordsWidth = surface.measured(`${words} `, 13.5 * scale, 400);
  const width = wordsWidth + surface.measured(number, strong.size, 650);
  const start = { left: x, center: x - width / 2, right: x - width }[align];
  surface.text(start, y, words, light);
  if (number) surface.text(start + wordsWidth, y, number, strong);
}
