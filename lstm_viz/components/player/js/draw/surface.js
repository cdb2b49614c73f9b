// What a picture is drawn on: a canvas, or an SVG to take home. Both know the same few shapes, so
// that what is taken home is what was seen.
//
// A style is {fill, stroke, width, opacity, dash, closed}; points are [[x, y], …]. A text's style
// is {size, weight, fill, align, most}: align is left, center or right; the base line is at y; a
// text wider than ``most`` is cut.

import { remembered } from "../model/memo.js";

// The families of type, as the first reading brings them: those of a program, the same in all.
let families = "sans-serif";

export function setFamilies(list) {
  families = list;
}

const measuring = globalThis.document?.createElement("canvas").getContext("2d");

export function fontOf({ size, weight = 400 }) {
  return `${weight} ${size}px ${families}`;
}

const MOST_WIDTHS = 2000;
const widths = new Map();
let faces = 0; // how often faces of type came after they were asked for: texts are then others

export function facesOfType() {
  return faces;
}

globalThis.document?.fonts?.addEventListener("loadingdone", () => {
  widths.clear();
  faces += 1;
});

// Most texts stay from frame to frame.
export function widthOf(string, style) {
  const font = fontOf(style);
  const key = `${font} ${string}`;
  if (!widths.has(key)) {
    if (widths.size >= MOST_WIDTHS) widths.clear();
    measuring.font = font;
    widths.set(key, measuring.measureText(string).width);
  }
  return widths.get(key);
}

export function cut(string, style) {
  if (!style.most || widthOf(string, style) <= style.most) return string;
  const signs = [...string];
  while (signs.length > 1 && widthOf(`${signs.join("")}…`, style) > style.most) signs.pop();
  return `${signs.join("")}…`;
}

const MOST_STRIPS = 100;
const strips = new Map();

// A picture of colours to be enlarged, the same for the same place: making one costs more than
// drawing it.
function stripAt(x, y, width, height) {
  const place = `${x} ${y} ${width} ${height}`;
  if (!strips.has(place)) {
    if (strips.size >= MOST_STRIPS) strips.clear(); // of windows that were larger or smaller
    strips.set(place, new OffscreenCanvas(width, height).getContext("2d"));
  }
  return strips.get(place);
}

export class CanvasSurface {
  // ``write`` takes each text instead of the canvas: on screen, text is real text over the picture.
  constructor(context, write = null) {
    this.context = context;
    this.write = write;
  }

  #painted({ fill, stroke, width = 1, opacity = 1, dash = [] }) {
    const { context } = this;
    context.globalAlpha = opacity;
    if (fill) {
      context.fillStyle = fill;
      context.fill();
    }
    if (stroke) {
      context.strokeStyle = stroke;
      context.lineWidth = width;
      context.lineJoin = "round";
      context.setLineDash(dash);
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  #path(points, closed) {
    this.context.beginPath();
    points.forEach(([x, y], k) => (k ? this.context.lineTo(x, y) : this.context.moveTo(x, y)));
    if (closed) this.context.closePath();
  }

  shape(points, style) {
    this.#path(points, style.closed ?? Boolean(style.fill));
    this.#painted(style);
  }

  box(x, y, width, height, style) {
    this.context.beginPath();
    this.context.roundRect(x, y, width, height, style.radius ?? 0);
    this.#painted(style);
  }

  // Many filled boxes of one style: [x, y, width, height] of each. Faster than a path of them.
  boxes(list, { fill, opacity = 1 }) {
    const { context } = this;
    context.globalAlpha = opacity;
    context.fillStyle = fill;
    for (const box of list) context.fillRect(...box);
    context.globalAlpha = 1;
  }

  dot(x, y, radius, style) {
    this.context.beginPath();
    this.context.arc(x, y, radius, 0, 2 * Math.PI);
    this.#painted(style);
  }

  // Many dots of one style: [x, y] of each. One path is drawn much faster than many.
  dots(list, radius, style) {
    const { context } = this;
    context.beginPath();
    for (const [x, y] of list) {
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
    }
    this.#painted(style);
  }

  // Rows of colours in a rectangle, or columns: red, green, blue, opacity of each in ``colors``.
  // ``outline`` cuts them to a shape.
  rows(x, y, width, height, colors, { down = true, opacity = 1, outline = null } = {}) {
    const { context } = this;
    const count = colors.length / 4;
    const [wide, high] = down ? [1, count] : [count, 1];
    const picture = stripAt(x, y, wide, high);
    picture.putImageData(new ImageData(colors, wide, high), 0, 0);
    context.save();
    if (outline) {
      this.#path(outline, true);
      context.clip();
    }
    context.globalAlpha = opacity;
    context.imageSmoothingEnabled = false;
    context.drawImage(picture.canvas, x, y, width, height);
    context.restore();
  }

  // What looks the same in many frames is drawn once for each key, as large as the canvas, which has
  // ``ratio`` pixels to one of the page.
  still(owner, key, ratio, draw) {
    const { width, height } = this.context.canvas;
    if (!width || !height) return;
    const picture = remembered(owner, "still", `${key} ${width} ${height} ${faces}`, () => {
      const behind = new OffscreenCanvas(width, height).getContext("2d");
      behind.setTransform(ratio, 0, 0, ratio, 0, 0);
      draw(new CanvasSurface(behind));
      return behind.canvas;
    });
    this.context.drawImage(picture, 0, 0, width / ratio, height / ratio);
  }

  measured(string, size, weight) {
    return widthOf(string, { size, weight });
  }

  text(x, y, string, style) {
    const said = cut(string, style);
    if (this.write) {
      this.write(x, y, said, style);
      return;
    }
    const { context } = this;
    context.font = fontOf(style);
    context.letterSpacing = context.wordSpacing = "0px"; // as it was measured, whoever spaces the page
    context.fillStyle = style.fill;
    context.textAlign = style.align ?? "left";
    context.fillText(said, x, y);
  }
}

const ANCHORS = { left: "start", center: "middle", right: "end" };

export class SvgSurface {
  constructor(width, height, ground, margin) {
    const [wide, high] = [width + 2 * margin, height + 2 * margin];
    const names = { viewBox: `${-margin} ${-margin} ${wide} ${high}`, width: wide, height: high };
    this.root = element("svg", names);
    this.box(-margin, -margin, wide, high, { fill: ground });
    this.cuts = 0;
  }

  toString() {
    return new XMLSerializer().serializeToString(this.root);
  }

  shape(points, style) {
    const closed = style.closed ?? Boolean(style.fill);
    const list = points.map(([x, y]) => `${round(x)},${round(y)}`).join(" ");
    this.root.append(element(closed ? "polygon" : "polyline", { points: list, ...painted(style) }));
  }

  box(x, y, width, height, style) {
    const place = { x: round(x), y: round(y), width: round(width), height: round(height), rx: style.radius ?? 0 };
    this.root.append(element("rect", { ...place, ...painted(style) }));
  }

  boxes(list, style) {
    for (const [x, y, width, height] of list) this.box(x, y, width, height, style);
  }

  dot(x, y, radius, style) {
    this.root.append(element("circle", { cx: round(x), cy: round(y), r: round(radius), ...painted(style) }));
  }

  dots(list, radius, style) {
    for (const [x, y] of list) this.dot(x, y, radius, style);
  }

  rows(x, y, width, height, colors, { down = true, opacity = 1, outline = null } = {}) {
    const group = element("g", { opacity });
    if (outline) {
      this.cuts += 1;
      const points = outline.map(([a, b]) => `${round(a)},${round(b)}`).join(" ");
      const clip = element("clipPath", { id: `cut-${this.cuts}` });
      clip.append(element("polygon", { points }));
      this.root.append(clip);
      group.setAttribute("clip-path", `url(#cut-${this.cuts})`);
    }
    const count = colors.length / 4;
    for (let k = 0; k < count; k += 1) {
      const fill = `rgb(${colors.subarray(4 * k, 4 * k + 3).join(",")})`;
      const place = down
        ? { x: round(x), y: round(y + (height * k) / count), width: round(width), height: round(height / count) }
        : { x: round(x + (width * k) / count), y: round(y), width: round(width / count), height: round(height) };
      group.append(element("rect", { ...place, fill, "shape-rendering": "crispEdges" }));
    }
    this.root.append(group);
  }

  measured(string, size, weight) {
    return widthOf(string, { size, weight });
  }

  text(x, y, string, style) {
    const { size, weight = 400, fill, align = "left" } = style;
    const place = { x: round(x), y: round(y), "font-size": size, "font-weight": weight, fill };
    const said = cut(string, style);
    // As wide as it was measured, in whatever type there is where the picture is looked at.
    const wide = round(this.measured(said, size, weight));
    const type = {
      "text-anchor": ANCHORS[align],
      "font-family": families,
      textLength: wide,
      lengthAdjust: "spacingAndGlyphs",
    };
    const node = element("text", { ...place, ...type });
    node.textContent = said;
    this.root.append(node);
  }
}

function element(tag, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

const round = (value) => Math.round(value * 100) / 100;

function painted({ fill = "none", stroke = "none", width = 1, opacity = 1, dash = [] }) {
  const line = stroke === "none" ? {} : { stroke, "stroke-width": width, "stroke-linejoin": "round" };
  return { fill, ...line, ...(opacity === 1 ? {} : { opacity }), ...(dash.length ? { "stroke-dasharray": dash } : {}) };
}
