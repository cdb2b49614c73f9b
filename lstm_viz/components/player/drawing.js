// The parts of the page, each drawn from the data and the current word. All text goes in as text.

import { apart, breadth, clamp, namedWords, openPlace, opens, percent, plain, points, ranked, short, signed, tint } from "./numbers.js";

// The equation of each kind of cell, in pieces: a text, and the colour of what it names.
const LAWS = {
  LSTM: [["c = "], ["f", "forget"], [" × c before + "], ["i", "input"], [" × "], ["g", "candidate"], [", h = "], ["o", "output"], [" × tanh c"]],
  GRU: [["h = "], ["z", "input"], [" × h before + (1 − "], ["z", "input"], [") × "], ["n", "candidate"]],
  RNN: [["h = φ(W × word + U × h before + b)"]],
};

// The same with the numbers of one unit; what stands alone in brackets is a result.
const SUMS = {
  LSTM: (of) => [
    `${of("forget_gate")} × ${of("memory_before")} + ${of("input_gate")} × ${of("candidate")} = `, [of("cell_state")],
    `;  ${of("output_gate")} × tanh ${of("cell_state")} = `, [of("hidden_state")],
  ],
  GRU: (of) => [
    `${of("update_gate")} × ${of("memory_before")} + (1 − ${of("update_gate")}) × ${of("candidate")} = `, [of("hidden_state")],
  ],
  RNN: (of) => ["h = ", [of("hidden_state")]],
};

function valuesOf(data, name) {
  return data.terms.find((term) => term.name === name).values;
}

export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function drawn(tag, attributes, text) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

// A word as it can be named elsewhere: a sign that cannot be seen is named by its code.
export function nameOf(text) {
  return /^[\p{C}\p{Z}]*$/u.test(text)
    ? [...text].map((sign) => `U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`).join(" ")
    : text;
}

export function sentence(data, step) {
  const { probability, moved } = data.course;
  const change = `${signed(points(moved[step]), 0)} points`;
  const said = data.bands.length
    ? ranked(data.bands, step).slice(0, 2).map(([label, share]) => `${percent(share)} percent ${label}`).join(", then ")
    : `${percent(probability[step])} percent ${data.label}`;
  return (
    `${nameOf(data.words[step][1])}, word ${step + 1} of ${data.words.length}, ` +
    `${said}, ${data.bands.length ? `${change} for ${data.label}` : change}` +
    (data.words[step][2] ? "" : ", not in the vocabulary")
  );
}

export function drawScript(node, data, palette) {
  const words = data.words.flatMap(([gap, text, known], step) => {
    const moved = data.course.moved[step];
    const word = element("span", {
      class: known ? "word" : "word unknown",
      role: "option",
      "aria-selected": "false",
      "aria-label": sentence(data, step),
      tabindex: "-1",
      "data-step": step,
    });
    word.style.background = tint(moved, data.tint, palette);
    word.append(text);
    if (Math.abs(points(moved)) >= 10) word.append(element("sup", {}, signed(points(moved), 0)));
    return [gap || (opens(text) ? element("wbr") : ""), word];
  });
  node.replaceChildren(...words, data.beyond ? " ┊" : data.tail);
}

export function drawLegend(node, data, palette) {
  const stops = [-30, -15, -5, 0, 5, 15, 30];
  node.setAttribute(
    "aria-label",
    `The tint of a word shows by how many points it moved the chance of ${data.label}, up to 30.`,
  );
  const swatches = stops.map((stop) => {
    const swatch = element("b", {}, signed(stop, 0) + (stop === 30 ? " pts" : ""));
    swatch.style.background = tint(stop / 100, data.tint, palette);
    return swatch;
  });
  node.replaceChildren(data.bands.length ? `moved ${short(data.label, 18)} by` : "moved the verdict by", ...swatches);
}

export function drawNotes(node, data) {
  const unknown = [...new Set(data.words.filter(([, , known]) => !known).map(([, text]) => nameOf(text)))];
  const notes = data.about ? [data.about] : [];
  if (unknown.length && data.words.every(([, , known]) => !known)) {
    notes.push("The model knows none of these words: it read “unknown” each time.");
  } else if (unknown.length) {
    const named = unknown.slice(0, 4).map((word) => `“${word}”`).join(", ");
    const more = unknown.length > 4 ? ` and ${unknown.length - 4} more` : "";
    notes.push(`Dotted: ${named}${more} not in the vocabulary, read as “unknown”.`);
  }
  if (data.beyond) {
    notes.push(
      `Read up to word ${data.words.length.toLocaleString("en")}; ` +
        `the ${data.beyond.toLocaleString("en")} after the mark ┊ were not read.`,
    );
  }
  node.textContent = notes.join(" ");
}

export function drawVerdict(node, data, palette, step) {
  if (data.bands.length) drawLeader(node, data, palette, step);
  else drawSide(node, data, palette, step);
}

// Of many labels: the likeliest, and who comes next.
function drawLeader(node, data, palette, step) {
  const [[leader, share], ...others] = ranked(data.bands, step);
  const moved = points(data.course.moved[step]);
  const size = Math.abs(moved);
  const told = `${size} ${size === 1 ? "point" : "points"} ${moved > 0 ? "toward" : "away from"} ${data.label}`;
  const change = element("p", { class: "change" }, size ? told : "moved by less than a point");
  change.style.color = size ? (moved > 0 ? palette.positive : palette.negative) : palette.muted;
  const next = others.slice(0, 2).map(([label, value]) => `${label} ${percent(value)} %`);
  node.replaceChildren(
    element("h2", {}, `Verdict after “${nameOf(data.words[step][1])}”`),
    element("div", { class: "number" }, `${percent(share)} %`),
    element("div", { class: "side" }, leader),
    change,
    element("p", {}, `then ${next.join(", ")}`),
  );
}

function drawSide(node, data, palette, step) {
  const { probability, moved } = data.course;
  const now = probability[step];
  const before = step ? probability[step - 1] : data.before;
  const likely = now >= 0.5;
  const toward = moved[step] >= 0 ? data.label : data.opposite;
  const size = Math.abs(points(moved[step]));
  const color = likely ? palette.positive : palette.negative;
  const number = element("div", { class: "number" }, `${percent(likely ? now : 1 - now)} %`);
  const side = element("div", { class: "side" }, `${likely ? "▲" : "▼"} ${likely ? data.label : data.opposite}`);
  number.style.color = color;
  side.style.color = color;
  const change = element("p", { class: "change" }, size ? `${size} ${size === 1 ? "point" : "points"} toward ${toward}` : "moved by less than a point");
  change.style.color = size ? (moved[step] >= 0 ? palette.positive : palette.negative) : palette.muted;
  node.replaceChildren(
    element("h2", {}, `Verdict after “${nameOf(data.words[step][1])}”`),
    number,
    side,
    change,
    element("p", {}, `${data.label} was ${percent(before)} %, is ${percent(now)} %`),
  );
}

function votes(data, palette, step, onUnit) {
  const chips = data.movers[step].map(([unit, vote]) => {
    const chip = element("button", { type: "button", title: `Look at unit ${unit}` }, `${unit} ${signed(vote, 2)}`);
    chip.style.borderLeftColor = vote < 0 ? palette.negative : palette.positive;
    chip.onclick = () => onUnit(unit);
    return chip;
  });
  return element("div", { class: "chips" }, "Votes this word changed most", ...chips);
}

function law(data, palette) {
  const pieces = LAWS[data.kind].map(([text, role]) => {
    const piece = element(role ? "b" : "span", {}, text);
    if (role) piece.style.color = palette[role];
    return piece;
  });
  return element("span", { class: "law" }, ...pieces);
}

function quantity({ label, color, about, values }, palette, step) {
  const name = element("span", {}, label);
  name.style.color = palette[color];
  const number = element("strong", {}, plain(values[step], 2));
  const box = element("div", { class: "quantity" }, name, number, element("em", {}, about));
  box.style.borderColor = palette[color];
  return box;
}

function sumOfUnit(data, step) {
  const pieces = SUMS[data.kind]((name) => plain(valuesOf(data, name)[step], 3));
  if (data.unit.vote) {
    pieces.push(`;  × weight ${plain(data.unit.weight, 3)} = vote `, [signed(data.unit.vote[step], 3)]);
  }
  const parts = pieces.map((piece) => (Array.isArray(piece) ? element("b", {}, piece[0]) : piece));
  return element("p", { class: "sum" }, ...parts);
}

export function drawCell(node, data, palette, step, onUnit) {
  const { unit } = data;
  const word = nameOf(data.words[step][1]);
  const title = element("h2", {}, unit ? `Unit ${unit.unit} at “${word}”` : `Inside the cell at “${word}”`);
  const head = element("div", { class: "head" }, title);
  if (unit) {
    const all = element("button", { type: "button" }, `All ${data.units} units`);
    all.onclick = () => onUnit(-1);
    head.append(all);
  }
  if (data.movers[step].length) head.append(votes(data, palette, step, onUnit));
  head.append(law(data, palette));
  const terms = data.terms.map((term) => quantity(term, palette, step));
  const parts = [head, element("div", { class: "quantities" }, ...terms)];
  if (unit) parts.push(sumOfUnit(data, step));
  node.replaceChildren(...parts);
}

// The timeline: one column a word, shared by the verdict, the names of the words and the gates.
export function timelineLayout(width, words, large, gated, banded) {
  const left = width < 560 ? 40 : large ? 120 : 96;
  const [beside, tall] = banded ? [[118, 164, 214], 150] : [[54, 116, 140], 100];
  const right = beside[width < 560 ? 0 : large ? 2 : 1];
  const curve = large ? 1.4 * tall : tall;
  const axis = large ? 38 : 30;
  const gates = !gated ? 0 : large ? 170 : 110;
  return {
    left, right, curve, axis, gates,
    column: (width - left - right) / words,
    height: 10 + curve + axis + gates + 10,
  };
}

export function drawTimeline(node, data, palette, step, width) {
  const large = width >= 1500;
  const place = timelineLayout(width, data.words.length, large, data.gates.length > 0, data.bands.length > 0);
  const narrow = width < 560;
  const { left, column, curve, axis, gates } = place;
  const svg = drawn("svg", { viewBox: `0 0 ${width} ${place.height}`, height: place.height, "aria-hidden": "true" });
  const end = left + column * data.words.length;
  const x = (at) => left + at * column;
  const top = 10;
  const y = (probability) => top + (1 - probability) * curve;
  const whole = narrow || data.bands.length ? "100 %" : `100 % ${data.label}`;
  for (const [value, name] of [[1, whole], [0.5, "50 %"], [0, "0 %"]]) {
    svg.append(
      drawn("line", { x1: left, x2: end, y1: y(value), y2: y(value), stroke: palette.rule }),
      drawn("text", { x: left - 8, y: y(value) + 5, "text-anchor": "end" }, name),
    );
  }
  const frame = { x, y, column, end, top, curve, narrow, large };
  if (data.bands.length) drawBands(svg, data, palette, frame);
  else drawCourse(svg, data, palette, frame);
  if (gates) drawGates(svg, data, palette, { x, end, left, column, top: top + curve + axis, height: gates, narrow, large });
  svg.append(
    drawn("rect", {
      class: "playhead", x: x(step), width: column, y: top - 4, height: place.height - 12,
      fill: "none", stroke: palette.ink, "stroke-width": 1.5,
    }),
  );
  drawNames(svg, data, palette, step, { ...place, y: top + curve + axis / 2, x, large });
  node.replaceChildren(svg);
  return place;
}

// Of two labels: one side of a half or the other.
function drawCourse(svg, data, palette, { x, y, column }) {
  data.course.probability.forEach((value, at) => {
    const high = value >= 0.5;
    const gap = column > 5 ? 0.5 : 0;
    svg.append(
      drawn("rect", {
        x: x(at) + gap, width: Math.max(0.5, column - 2 * gap),
        y: Math.min(y(value), y(0.5)), height: Math.abs(y(value) - y(0.5)),
        fill: high ? palette.full_positive : palette.full_negative,
      }),
      drawn("rect", {
        x: x(at) + gap, width: Math.max(0.5, column - 2 * gap), y: y(value) - 1, height: 2,
        fill: high ? palette.positive : palette.negative,
      }),
    );
  });
}

// Of many labels: one band each, the likeliest at the end lowest, so that the axis measures it.
function drawBands(svg, data, palette, { x, y, column, end, top, curve, narrow, large }) {
  const layers = laidOut(data, { y, column, large });
  const fills = layers.map(({ rest }, k) => (rest ? palette.panel : palette[`class_${(k % 5) + 1}`]));
  layers.forEach((layer, k) => {
    svg.append(drawn("path", { d: outline(layer, x, y), fill: fills[k], stroke: palette.page, "stroke-width": 1 }));
  });
  for (const { name, place } of layers) {
    if (place) {
      svg.append(drawn("text", { x: x(place.at), y: place.y + 5, "text-anchor": "middle", class: "strong" }, name));
    }
  }
  const middles = layers.map(({ low, high }) => y((low.at(-1) + high.at(-1)) / 2));
  const places = apart(middles, large ? 19 : 15, top + 4, top + curve + 4);
  const size = large ? 14 : 11;
  layers.forEach(({ label, low, high }, k) => {
    const share = percent(Math.max(0, high.at(-1) - low.at(-1)));
    const text = `${short(label, narrow ? 8 : 14)} ${share} %`;
    svg.append(
      drawn("rect", {
        x: end + 8, y: places[k] - size / 2, width: size, height: size, rx: 2,
        fill: fills[k], stroke: palette.muted, "stroke-width": 1,
      }),
      drawn("text", { x: end + 14 + size, y: places[k] + 5, class: k ? "" : "strong" }, text),
    );
  });
}

// What depends on the width alone is found once: walking from word to word draws it again.
const layouts = new WeakMap();

function laidOut({ bands }, { y, column, large }) {
  const before = layouts.get(bands);
  if (before?.column === column) return before.layers;
  let below = bands[0].values.map(() => 0);
  const layers = bands.map(({ label, rest, values }) => {
    const [low, high] = [below, below.map((value, at) => value + values[at])];
    below = high;
    const name = short(label, 16);
    const columns = Math.ceil((breadth(name) * (large ? 9 : 7.4) + 8) / column);
    return { label, rest, low, high, name, place: openPlace(high.map(y), low.map(y), columns, large ? 24 : 18) };
  });
  layouts.set(bands, { column, layers });
  return layers;
}

// A step a word: nothing exists between two words.
function outline({ low, high }, x, y) {
  const over = high.map((value, at) => `${at ? "V" : `M${x(0)} `}${y(value).toFixed(1)}H${x(at + 1).toFixed(1)}`);
  const back = low.map((value, at) => `V${y(value).toFixed(1)}H${x(at).toFixed(1)}`).reverse();
  return `${over.join("")}${back.join("")}Z`;
}

function drawNames(svg, data, palette, step, { x, y, column, left, large }) {
  const size = large ? 8.6 : 7;
  const names = data.words.map(([, text]) => short(nameOf(text), 16));
  const widths = names.map((name, at) => (breadth(name) + (Math.abs(points(data.course.moved[at])) >= 6 ? 4 : 0)) * size);
  const all = names.every((name) => breadth(name) * size + 4 <= column);
  const weights = data.course.moved.map((moved, at) => (at === step ? Infinity : Math.abs(moved)));
  const end = x(names.length);
  const centres = names.map((_, at) =>
    clamp(x(at) + column / 2, Math.min(left + widths[at] / 2, x(at + 1)), Math.max(end - widths[at] / 2, x(at))),
  );
  const chosen = all ? names.map((_, at) => at) : namedWords(weights, widths, centres, 0.06);
  for (const at of chosen) {
    const moved = data.course.moved[at];
    const current = at === step;
    const strong = Math.abs(points(moved)) >= 6;
    const text = names[at] + (strong && (!all || breadth(names[at]) * size + 30 < column) ? ` ${signed(points(moved), 0)}` : "");
    const centre = all ? x(at) + column / 2 : centres[at];
    const wide = breadth(text) * size + 12;
    if (current || strong) {
      svg.append(
        drawn("rect", {
          x: centre - wide / 2, width: wide, y: y - (large ? 14 : 11), height: large ? 28 : 22, rx: 5,
          fill: current ? palette.ink : tint(moved, data.tint, palette),
          stroke: at === data.turningPoint && !current ? palette.ink : "none", "stroke-width": 1.5,
        }),
      );
    }
    const label = drawn("text", { x: centre, y: y + 5, "text-anchor": "middle", class: current || strong ? "strong" : "" }, text);
    if (current) label.style.fill = palette.page;
    svg.append(label);
  }
}

function drawGates(svg, data, palette, { x, end, left, column, top, height, narrow, large }) {
  const y = (value) => top + (1 - value) * height;
  for (const [value, name] of [[1, narrow ? "1" : "1 open"], [0.5, "0.5"], [0, narrow ? "0" : "0 shut"]]) {
    svg.append(
      drawn("line", { x1: left, x2: end, y1: y(value), y2: y(value), stroke: palette.rule }),
      drawn("text", { x: left - 8, y: y(value) + 5, "text-anchor": "end" }, name),
    );
  }
  const gates = data.terms.filter(({ name }) => data.gates.includes(name));
  const last = data.words.length - 1;
  const dots = [...Array(last + 1).keys()].map((at) => x(at) + column / 2);
  const places = apart(gates.map(({ values }) => y(values[last])), large ? 20 : 16, top + 6, top + height - 2);
  gates.forEach(({ name, label, color: role, values }, k) => {
    const path = values.map((value, at) => `${at ? "L" : "M"}${dots[at].toFixed(1)} ${y(value).toFixed(1)}`).join("");
    if (!data.unit && data.usual[name] !== undefined) {
      svg.append(
        drawn("line", {
          x1: left, x2: end, y1: y(data.usual[name]), y2: y(data.usual[name]),
          stroke: palette[role], "stroke-dasharray": "2 5", "stroke-width": 1.5,
        }),
      );
    }
    svg.append(drawn("path", { d: path, fill: "none", stroke: palette[role], "stroke-width": 2.5, "stroke-linejoin": "round" }));
    if (column >= 9) {
      values.forEach((value, at) => svg.append(drawn("circle", { cx: dots[at], cy: y(value), r: 3, fill: palette[role] })));
    }
    const text = drawn("text", { x: end + 8, y: places[k] + 5, class: "strong" }, narrow ? label.split(" ")[0] : label);
    text.style.fill = palette[role];
    svg.append(text);
  });
}
