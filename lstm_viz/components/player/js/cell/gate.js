// One gate at one moment: a dot per unit, and the mean.

import { gateRamp, signedRamp } from "../draw/ramps.js";
import { BINS, PER_ROW, dots, squeezed } from "./dot_plot.js";
import { plain } from "../model/format.js";

const WIDEST = 7; // pixels from dot to dot
export const MOST_DOTS = 256; // units drawn one by one; of more, each bin is a bar of the same area

export function drawGate(surface, moment, { name, low, box }, view, look) {
  const { palette, k } = look;
  const quantity = moment.reading.quantities.find((one) => one.name === name);
  const [x, y, width, height] = box;
  const color = palette[quantity.color];
  surface.box(x, y, width, height, { fill: palette.page, stroke: color, width: 1.6 * k, radius: 9 * k });
  const inner = {
    left: x + 13 * k,
    right: x + width - 13 * k,
    top: y + 28 * k,
    ground: y + height - 19 * k,
    low,
    color,
    pitch: Math.min((width - 26 * k) / BINS / PER_ROW, WIDEST * k),
  };
  drawAxis(surface, moment, quantity, inner, y + height - 5 * k, view, look);
  const hits = drawUnits(surface, moment, quantity, inner, view, look);
  const value = view.unit === null ? moment.mean(name, low < 0) : moment.of(name)[view.unit];
  drawPointer(surface, value, inner, view, look);
  const number = plain(value, 2);
  const room = width - 22 * k - surface.measured(number, 19 * k, 680) - 6 * k;
  const heading = { size: 14.5 * k, weight: 650 };
  const fits = surface.measured(quantity.label, heading.size, heading.weight) <= room;
  const called = fits ? quantity.label : quantity.label.split(" ")[0]; // Forget, for want of room
  surface.text(x + 11 * k, y + 18 * k, called, { ...heading, fill: color, most: room });
  surface.text(x + width - 11 * k, y + 19 * k, number, {
    size: 19 * k,
    weight: 680,
    fill: palette.ink,
    align: "right",
  });
  return hits;
}

function drawAxis(surface, moment, quantity, { left, right, top, ground, low }, y, view, { palette, k }) {
  const rule = { stroke: palette.rule, width: 1 };
  surface.shape(
    [
      [left, ground + 0.5],
      [right, ground + 0.5],
    ],
    rule,
  );
  const style = { size: 12.5 * k, fill: palette.muted };
  const middle = (left + right) / 2;
  if (low < 0) {
    surface.shape(
      [
        [middle, ground],
        [middle, top],
      ],
      rule,
    );
    const size = view.unit === null ? `0 · mean size ${plain(moment.mean(quantity.name, true), 2)}` : "0";
    surface.text(left, y, "−1", style);
    surface.text(middle, y, right - left < 130 * k ? "0" : size, { ...style, align: "center" });
    surface.text(right, y, "+1", { ...style, align: "right" });
  } else {
    surface.text(left, y, "0 shut", style);
    surface.text(right, y, "open 1", { ...style, align: "right" });
  }
}

// Returns where each dot stands, for the pointer.
function drawUnits(surface, moment, { name }, inner, view, look) {
  const matrix = moment.reading.of(name);
  const from = dots(matrix.row(moment.step), inner.low, 1);
  const to = moment.share ? dots(matrix.row(moment.next), inner.low, 1) : from;
  if (matrix.columns > MOST_DOTS) return drawBars(surface, from, to, moment.share, inner, look);
  const radius = inner.pitch * 0.45;
  const fits = (inner.ground - inner.top - 2 * look.k) / inner.pitch;
  const [low, high] = [squeezed(from, fits), squeezed(to, fits)];
  const paint = painter(inner, moment.of(name), look.palette);
  const way = (a, b) => a + (b - a) * moment.share;
  const colors = new Map();
  const hits = [];
  for (let unit = 0; unit < matrix.columns; unit += 1) {
    if (unit === view.unit) continue;
    const x = inner.left + (inner.right - inner.left) * way(from.across[unit], to.across[unit]);
    const y = inner.ground - radius - inner.pitch * way(low[unit], high[unit]);
    const fill = paint(unit);
    if (!colors.has(fill)) colors.set(fill, []);
    colors.get(fill).push([x, y]);
    hits.push([x, y, unit]);
  }
  const opacity = 0.9 - 0.6 * view.depth;
  for (const [fill, places] of colors) surface.dots(places, radius, { fill, opacity });
  return hits;
}

// What has a sign is coloured by it, strongly enough to be seen as a dot.
function painter({ low, color }, values, palette) {
  if (low === 0) return () => color;
  const ramp = signedRamp(palette);
  return (unit) => ramp.color(values[unit] * 0.6 + Math.sign(values[unit]) * 0.4);
}

function drawBars(surface, from, to, share, inner, { palette, k }) {
  const width = (inner.right - inner.left) / BINS;
  const counts = from.counts.map((count, bin) => count + (to.counts[bin] - count) * share);
  const most = Math.max(...counts);
  // As high as their dots would be, if they fit.
  const high = Math.min(inner.pitch / PER_ROW, (inner.ground - inner.top - 2 * k) / most);
  const ramp = inner.low < 0 ? signedRamp(palette) : null;
  counts.forEach((count, bin) => {
    const value = inner.low + ((bin + 0.5) / BINS) * (1 - inner.low);
    const fill = ramp ? ramp.color(value * 0.6 + Math.sign(value) * 0.4) : inner.color;
    surface.box(inner.left + bin * width + 0.5, inner.ground - count * high, width - 1, count * high, { fill });
  });
  return [];
}

function drawPointer(surface, value, { left, right, top, ground, low, color }, view, { palette, k }) {
  const x = left + ((right - left) * (value - low)) / (1 - low);
  const line = { stroke: palette.ink, width: 1.5 * k };
  if (view.unit !== null) {
    surface.shape(
      [
        [x, ground],
        [x, top],
      ],
      line,
    );
    const fill = low < 0 ? signedRamp(palette).color(Math.sign(value) || 1) : color;
    surface.dot(x, ground - 6 * k, 6 * k, { fill, stroke: palette.page, width: 1.5 * k });
  } else if (low === 0) {
    surface.shape(
      [
        [x, ground],
        [x, top],
      ],
      line,
    );
    surface.shape(
      [
        [x, top + 5 * k],
        [x - 4.5 * k, top - 3 * k],
        [x + 4.5 * k, top - 3 * k],
      ],
      { fill: palette.ink },
    );
  }
}

export function rampOf(reading, name, palette) {
  const quantity = reading.quantities.find((one) => one.name === name);
  return quantity?.gate ? gateRamp(palette, quantity.color) : signedRamp(palette);
}
