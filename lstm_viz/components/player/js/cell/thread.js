// One unit: its thread swells, and its arithmetic lies on the diagram.

import { signedRamp } from "../draw/ramps.js";
import { clamp, plain } from "../model/format.js";
import { encoder, scaleOf } from "../model/scales.js";
import { unitOrder } from "../model/view.js";

/** @param {CellScene} scene */
export function drawThread(scene) {
  const { surface, frame, layout, view, theme } = scene;
  for (const belt of layout.belts) drawOnBelt(scene, belt);
  for (const {
    at: [x, y],
    text,
    value,
    align,
  } of layout.tags) {
    const number = frame.of(value)[view.unit];
    const sum = text === "+ " && number < 0 ? `− ${plain(-number, 2)}` : `${text}${plain(number, 2)}`;
    surface.text(x, y, sum, { size: 15 * theme.scale, weight: 650, fill: theme.palette.ink, align });
  }
}

/** @param {CellScene} scene @param {Belt} belt */
function drawOnBelt(scene, belt) {
  const { frame, view } = scene;
  const values = frame.of(belt.name);
  if (values.length !== frame.trace.units) return; // what a projection puts out is no unit
  const encoded = encoder(scaleOf(frame.trace, belt.name));
  const rank = unitOrder(frame.trace, view.order, values.length).indexOf(view.unit);
  const value = values[view.unit];
  const middle = drawSwollen(scene, belt.box, (rank + 0.5) / values.length, encoded(value));
  drawPill(scene, middle, plain(value, 2), belt.head);
}

/** Returns where its number stands. @param {CellScene} scene @param {Box} box @param {number} share of the box
 * @param {number} value @returns {Point} */
function drawSwollen({ surface, layout, view, theme: { palette, scale } }, [x, y, width, height], share, value) {
  const size = 2 * scale + 14 * scale * Math.min(1, Math.abs(value)) * view.depth;
  const fill = signedRamp(palette).color(Math.sign(value) || 1);
  if (layout.vertical) {
    const at = clamp(x + width * share, x + size / 2, x + width - size / 2);
    surface.box([at - size / 2, y, size, height], { fill });
    return [x + width / 2, y + height / 2];
  }
  const at = clamp(y + height * share, y + size / 2, y + height - size / 2);
  surface.box([x, at - size / 2, width, size], { fill });
  return [x + width / 2, clamp(at, y + 13 * scale, y + height - 13 * scale)];
}

/** @param {CellScene} scene @param {Point} at @param {string} number @param {boolean} strong */
function drawPill({ surface, theme: { palette, scale } }, [x, y], number, strong) {
  const width = surface.measured(number, 17 * scale, 680) + 16 * scale;
  const style = { fill: palette.page, stroke: palette.ink, width: (strong ? 2 : 1.2) * scale, radius: 6 * scale };
  surface.box([x - width / 2, y - 12.5 * scale, width, 25 * scale], style);
  surface.text(x, y + 6 * scale, number, { size: 17 * scale, weight: 680, fill: palette.ink, align: "center" });
}
