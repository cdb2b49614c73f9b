// More than two classes: which is likeliest at a word, and the course of the leading ones.

import { drawn, element, nameOf } from "./nodes.js";
import { apart, breadth, mixed, openPlace, percent, points, shortened } from "./numbers.js";

// Ink in the ground of a band that is not followed: neighbours differ in lightness.
const SHADES = [0.3, 0.15, 0.36, 0.21];
const REST = 0.06;

export function saidOfClasses(data, step) {
  const [first, share, second, next] = data.classes.top[step];
  const { labels } = data.classes;
  return `${labels[first]} ${percent(share)} percent, then ${labels[second]} ${percent(next)} percent`;
}

export function drawClassVerdict(node, data, palette, step) {
  const { labels, top } = data.classes;
  const [first, share, second, next] = top[step];
  const { probability, moved } = data.course;
  const before = step ? probability[step - 1] : data.before;
  const size = Math.abs(points(moved[step]));
  const followed = labels[first] === data.label;
  const way = moved[step] >= 0 ? "toward" : "away from";
  const number = element("div", { class: "number" }, `${percent(share)} %`);
  const side = element("div", { class: "side" }, labels[first]);
  const runnerUp = element("p", { class: "next" }, `then ${labels[second]}, ${percent(next)} %`);
  const change = element(
    "p", { class: "change" },
    size ? `${size} ${size === 1 ? "point" : "points"} ${way} ${data.label}` : "moved by less than a point",
  );
  if (followed) number.style.color = side.style.color = palette.positive;
  change.style.color = size ? (moved[step] >= 0 ? palette.positive : palette.negative) : palette.muted;
  node.replaceChildren(
    element("h2", {}, `Verdict after “${nameOf(data.words[step][1])}”`),
    number,
    side,
    runnerUp,
    change,
    element("p", {}, `${data.label} was ${percent(before)} %, is ${percent(probability[step])} %`),
  );
}

// The followed class lies at the bottom, so that its height can be read; the rest is on top.
function stacked(data) {
  const { bands, others } = data.classes;
  const sums = data.words.map(() => 0);
  const layers = bands.map(({ label, values }) => {
    const low = sums.slice();
    values.forEach((value, at) => (sums[at] += value));
    return { label, low, high: sums.slice() };
  });
  if (others) layers.push({ label: `${others} others`, low: sums, high: sums.map(() => 1), rest: true });
  return layers;
}

function outline({ low, high }, x, y) {
  const over = high.map((value, at) => `${at ? "V" : `M${x(0)} `}${y(value).toFixed(1)}H${x(at + 1).toFixed(1)}`);
  const back = low.map((value, at) => `V${y(value).toFixed(1)}H${x(at).toFixed(1)}`).reverse();
  return `${over.join("")}${back.join("")}Z`;
}

// What depends on the width alone is found once: walking from word to word draws it again.
const known = new WeakMap();

function laidOut(data, { y, column, large }) {
  const before = known.get(data.classes);
  if (before?.column === column) return before.layers;
  const size = large ? 9 : 7.4;
  const layers = stacked(data).map((layer) => {
    const name = shortened(layer.label, 16);
    const columns = Math.ceil((breadth(name) * size + 8) / column);
    return { ...layer, name, place: openPlace(layer.high.map(y), layer.low.map(y), columns, large ? 24 : 18) };
  });
  known.set(data.classes, { column, layers });
  return layers;
}

export function drawBands(svg, data, palette, { x, y, end, column, top, curve, narrow, large }) {
  const layers = laidOut(data, { y, column, large });
  layers.forEach((layer, rank) => {
    const shade = layer.rest ? REST : SHADES[(rank + SHADES.length - 1) % SHADES.length];
    const fill = rank ? mixed(palette.panel, palette.ink, shade) : palette.full_positive;
    svg.append(drawn("path", { d: outline(layer, x, y), fill, stroke: palette.page, "stroke-width": 1 }));
  });
  for (const { name, place } of layers) {
    if (place) {
      svg.append(drawn("text", { x: x(place.at), y: place.y + 5, "text-anchor": "middle", class: "strong" }, name));
    }
  }
  nameEnds(svg, layers, { y, end, top, curve, narrow, large });
}

function nameEnds(svg, layers, { y, end, top, curve, narrow, large }) {
  const middles = layers.map(({ low, high }) => y((low.at(-1) + high.at(-1)) / 2) + 5);
  const places = apart(middles, large ? 20 : 16, top + 8, top + curve + 2);
  layers.forEach(({ label, low, high, rest }, rank) => {
    const share = percent(Math.max(0, high.at(-1) - low.at(-1)));
    const text = `${shortened(label, narrow ? 8 : 14)} ${share} %`;
    svg.append(drawn("text", { x: end + 8, y: places[rank], class: rest ? "" : "strong" }, text));
  });
}
