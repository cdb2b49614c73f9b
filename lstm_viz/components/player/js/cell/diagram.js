// The cell at one moment, drawn on a surface as it is planned in layout.js.

import { averagedRows, signedRamp } from "../draw/ramps.js";
import { drawGate, rampOf } from "./gate.js";
import { nameOf } from "../model/describe.js";
import { clamp, plain } from "../model/format.js";
import { remembered } from "../model/memo.js";
import { encoder, scaleOf } from "../model/scales.js";
import { squashOf } from "../model/equations.js";

const FULL_PIPE = 16; // pixels of a pipe that means 1
const LEGEND_COLORS = 53; // colours of the legend
const PALE = 0.8; // how much of the others goes while one unit is looked at

// view is {unit, depth, order}: depth goes from 0, all units, to 1, one unit. look is {palette, k,
// ratio}: pixels of the screen per pixel of the page, 0 where every unit has a row of its own.
// Returns where each unit can be pointed at.
export function drawCell(surface, moment, plan, view, look) {
  drawBus(surface, plan, look);
  for (const pipe of plan.pipes) drawPipe(surface, moment, pipe, view, look);
  for (const belt of plan.belts) drawBelt(surface, moment, belt, plan.vertical, view, look);
  for (const slot of plan.slots) drawSlot(surface, moment, slot, plan.vertical, view, look);
  if (plan.last) drawLast(surface, moment, plan, view, look);
  for (const knot of plan.knots) drawKnot(surface, moment, knot, look);
  const dots = plan.gates.flatMap((gate) => drawGate(surface, moment, gate, view, look));
  drawWord(surface, moment, plan, look);
  drawLegend(surface, moment, plan, look);
  for (const label of plan.labels) drawLabel(surface, moment, label, plan.vertical, view, look);
  if (view.unit !== null) drawThread(surface, moment, plan, view, look);
  return dots;
}

function drawBus(surface, { bus, arrows }, { palette, k }) {
  for (const points of bus) surface.shape(points, { stroke: palette.muted, width: 1.5 });
  for (const {
    at: [x, y],
    toward,
  } of arrows) {
    const [a, b] = { up: [0, -1], down: [0, 1], left: [-1, 0], right: [1, 0] }[toward];
    const back = [x - 6 * k * a, y - 6 * k * b];
    const side = [4 * k * b, 4 * k * a];
    const corners = [
      [x, y],
      [back[0] + side[0], back[1] + side[1]],
      [back[0] - side[0], back[1] - side[1]],
    ];
    surface.shape(corners, { fill: palette.muted });
  }
}

// How much goes through a pipe: the mean, or what the one unit has; of what has a sign, its size.
function through(moment, name, view) {
  const one = view.unit === null ? moment.mean(name, true) : Math.abs(moment.of(name)[view.unit]);
  return clamp(one, 0, 1);
}

function drawPipe(surface, moment, { name, points, role, rest }, view, { palette, k }) {
  const share = through(moment, name, view);
  const width = FULL_PIPE * k * (rest ? 1 - share : share);
  const stroke = palette[role];
  surface.shape(points, { stroke, width: FULL_PIPE * k, opacity: 0.2 });
  surface.shape(points, { stroke, width: Math.max(1, width) });
}

function drawRows(surface, moment, name, box, down, view, look, outline = null) {
  const { reading } = moment;
  const values = moment.of(name).map(encoder(scaleOf(reading, name)));
  const order = orderOf(reading, view.order, values.length);
  const pixels = Math.round((down ? box[3] : box[2]) * look.ratio);
  const rows = Math.max(1, pixels || values.length);
  const colors = averagedRows(values, order, rampOf(reading, name, look.palette), rows);
  surface.rows(...box, colors, { down, outline, opacity: 1 - PALE * view.depth });
}

// A projection puts out other units than it remembers: those stand by index.
export function orderOf(reading, name, count) {
  const order = reading.orders[name] ?? reading.orders.index;
  return order.length === count ? order : Array.from({ length: count }, (_, unit) => unit);
}

function drawBelt(surface, moment, { name, box, tail, head }, vertical, view, look) {
  const outline = beltOutline(box, tail, head, vertical, look.k);
  drawRows(surface, moment, name, box, !vertical, view, look, outline);
  surface.shape(outline, { stroke: look.palette.ink, width: 1, opacity: 0.3, closed: true });
}

function beltOutline([x, y, width, height], tail, head, vertical, k) {
  const across = vertical ? width : height;
  const deep = Math.min(14 * k, across * (vertical ? 0.12 : 0.24));
  const [notch, point] = [tail ? deep : 0, head ? deep : 0];
  if (vertical) {
    const end = y + height;
    return [
      [x, y],
      [x + width / 2, y + notch],
      [x + width, y],
      [x + width, end - point],
      [x + width / 2, end],
      [x, end - point],
    ];
  }
  const end = x + width;
  return [
    [x, y],
    [end - point, y],
    [end, y + height / 2],
    [end - point, y + height],
    [x, y + height],
    [x + notch, y + height / 2],
  ];
}

function drawSlot(surface, moment, { name, box, role }, vertical, view, look) {
  const { palette, k } = look;
  const [x, y, width, height] = box;
  surface.box(x - 2, y - 2, width + 4, height + 4, { fill: palette.panel });
  drawRows(surface, moment, name, box, !vertical, view, look);
  const edge = { stroke: palette[role], width: 2 * k, radius: 3 * k };
  surface.box(x - 1, y - 1, width + 2, height + 2, edge);
}

function drawLast(surface, moment, { last, vertical }, view, look) {
  drawRows(surface, moment, "hidden_before", last, !vertical, view, look);
  surface.box(...last, { stroke: look.palette.ink, width: 1, opacity: 0.3 });
}

function drawKnot(surface, moment, { at: [x, y], sign, role }, { palette, k }) {
  if (sign.length > 1) {
    drawCapsule(surface, x, y, sign === "squash" ? squashOf(moment.reading) : sign, palette, k);
    return;
  }
  surface.dot(x, y, 11 * k, { fill: palette.page, stroke: palette[role], width: 2 * k });
  const line = { stroke: palette.ink, width: 2 * k };
  const size = (sign === "×" ? 4 : 5.2) * k;
  const turn = sign === "×" ? size : 0;
  surface.shape(
    [
      [x - size, y - turn],
      [x + size, y + turn],
    ],
    line,
  );
  surface.shape(
    [
      [x + turn, y - size],
      [x - turn, y + size],
    ],
    line,
  );
}

function drawCapsule(surface, x, y, said, palette, k) {
  const [width, height] = [48 * k, 20 * k];
  const style = { fill: palette.page, stroke: palette.ink, width: 1.5 * k, radius: height / 2 };
  surface.box(x - width / 2, y - height / 2, width, height, style);
  surface.text(x, y + 4.5 * k, said, { size: 13 * k, weight: 600, fill: palette.ink, align: "center" });
}

function drawWord(surface, moment, { word, last }, { palette, k }) {
  const [x, y, width, height] = word;
  const said = nameOf(moment.reading.words[moment.word][1]);
  surface.box(x, y, width, height, { fill: palette.ink, radius: 6 * k });
  const style = { size: 16 * k, weight: 650, fill: palette.page, align: "center", most: width - 12 * k };
  surface.text(x + width / 2, y + height / 2 + 5.5 * k, said, style);
  const above = { size: 13.5 * k, fill: palette.muted };
  surface.text(x, y - 6 * k, "this word", above);
  if (last) surface.text(last[0], last[1] - 6 * k, "last output", above);
}

function drawLegend(surface, moment, { legend: [x, y, width, height] }, { palette, k, phone }) {
  const colors = remembered(palette, "legend", LEGEND_COLORS, () => legendRow(palette));
  surface.rows(x, y, width, height, colors, { down: false });
  const style = { size: 12.5 * k, fill: palette.muted };
  const line = y + height;
  surface.text(x - 4 * k, line, "−1", { ...style, align: "right" });
  surface.text(x + width + 4 * k, line, "+1", style);
  const what = moment.reading.kind === "LSTM" ? "tanh c, h" : "h";
  if (!phone && x >= 80 * k) surface.text(x - 24 * k, line, what, { ...style, align: "right" });
}

function legendRow(palette) {
  const steps = Float32Array.from({ length: LEGEND_COLORS }, (_, place) => (2 * place) / (LEGEND_COLORS - 1) - 1);
  return averagedRows(steps, [...steps.keys()], signedRamp(palette), LEGEND_COLORS);
}

function drawLabel(surface, moment, { at: [x, y], text, value, align = "left", under, hint }, vertical, view, look) {
  const { palette, k } = look;
  const one = view.unit !== null;
  if (one && hint) return;
  const number = value && !one ? plain(moment.mean(value, true), 2) : "";
  const said = one ? text.replace(", average size", "") : text;
  const plainly = { size: 13.5 * k, fill: palette.muted };
  const strongly = { size: (vertical ? 14.5 : 13.5) * k, weight: 650, fill: palette.ink };
  if (under) {
    surface.text(x, y, said, plainly);
    if (number) surface.text(x, y + 16, number, strongly);
    return;
  }
  const [words, digits] = [surface.measured(`${said} `, 13.5 * k, 400), surface.measured(number, strongly.size, 650)];
  const start = { left: x, center: x - (words + digits) / 2, right: x - words - digits }[align];
  if (one && value === "written") return; // its number stands there
  surface.text(start, y, said, plainly);
  if (number) surface.text(start + words, y, number, strongly);
}

// One unit: its thread swells, and its arithmetic lies on the diagram.
function drawThread(surface, moment, plan, view, look) {
  const { palette, k } = look;
  for (const belt of plan.belts) {
    const values = moment.of(belt.name);
    if (values.length !== moment.reading.units) continue; // what a projection puts out is no unit
    const seen = encoder(scaleOf(moment.reading, belt.name));
    const rank = orderOf(moment.reading, view.order, values.length).indexOf(view.unit);
    const middle = swollen(
      surface,
      belt.box,
      (rank + 0.5) / values.length,
      seen(values[view.unit]),
      plan.vertical,
      view,
      look,
    );
    pill(surface, middle, plain(values[view.unit], 2), belt.head, look);
  }
  for (const {
    at: [x, y],
    text,
    value,
    align,
  } of plan.tags) {
    const number = moment.of(value)[view.unit];
    const said = text === "+ " && number < 0 ? `− ${plain(-number, 2)}` : `${text}${plain(number, 2)}`;
    surface.text(x, y, said, { size: 15 * k, weight: 650, fill: palette.ink, align });
  }
}

function swollen(surface, [x, y, width, height], share, value, vertical, { depth }, { palette, k }) {
  const size = 2 * k + 14 * k * Math.min(1, Math.abs(value)) * depth;
  const fill = signedRamp(palette).color(Math.sign(value) || 1);
  if (vertical) {
    const at = clamp(x + width * share, x + size / 2, x + width - size / 2);
    surface.box(at - size / 2, y, size, height, { fill });
    return [x + width / 2, y + height / 2];
  }
  const at = clamp(y + height * share, y + size / 2, y + height - size / 2);
  surface.box(x, at - size / 2, width, size, { fill });
  return [x + width / 2, clamp(at, y + 13 * k, y + height - 13 * k)];
}

function pill(surface, [x, y], number, strong, { palette, k }) {
  const width = surface.measured(number, 17 * k, 680) + 16 * k;
  const style = { fill: palette.page, stroke: palette.ink, width: (strong ? 2 : 1.2) * k, radius: 6 * k };
  surface.box(x - width / 2, y - 12.5 * k, width, 25 * k, style);
  surface.text(x, y + 6 * k, number, { size: 17 * k, weight: 680, fill: palette.ink, align: "center" });
}
