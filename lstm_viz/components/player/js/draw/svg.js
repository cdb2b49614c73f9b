// A picture to take home, drawn with the shapes that a canvas knows too.

import { cutToWidth, typeFamilies, widthOf } from "./type.js";

const ANCHORS = { left: "start", center: "middle", right: "end" };

/** @param {number} value */
const round = (value) => Math.round(value * 100) / 100;

/** @typedef {Record<string, string | number>} Attributes */

/** @implements {Surface} */
export class SvgSurface {
  /** @param {number} width @param {number} height @param {string} ground @param {number} margin */
  constructor(width, height, ground, margin) {
    const [wide, high] = [width + 2 * margin, height + 2 * margin];
    const names = { viewBox: `${-margin} ${-margin} ${wide} ${high}`, width: wide, height: high };
    this.root = element("svg", names);
    this.box([-margin, -margin, wide, high], { fill: ground });
    this.cuts = 0;
  }

  toString() {
    return new XMLSerializer().serializeToString(this.root);
  }

  /** @param {Point[]} points @param {ShapeStyle} style */
  shape(points, style) {
    const closed = style.closed ?? Boolean(style.fill);
    this.root.append(element(closed ? "polygon" : "polyline", { points: pointList(points), ...painted(style) }));
  }

  /** @param {Box} box @param {ShapeStyle} style */
  box(box, style) {
    const [x, y, width, height] = box.map(round);
    this.root.append(element("rect", { x, y, width, height, rx: style.radius ?? 0, ...painted(style) }));
  }

  /** @param {Box[]} list @param {ShapeStyle} style */
  boxes(list, style) {
    for (const box of list) this.box(box, style);
  }

  /** @param {number} x @param {number} y @param {number} radius @param {ShapeStyle} style */
  dot(x, y, radius, style) {
    this.root.append(element("circle", { cx: round(x), cy: round(y), r: round(radius), ...painted(style) }));
  }

  /** @param {Point[]} list @param {number} radius @param {ShapeStyle} style */
  dots(list, radius, style) {
    for (const [x, y] of list) this.dot(x, y, radius, style);
  }

  /** @param {Box} box @param {Uint8ClampedArray} colors @param {RowStyle} style */
  rows([x, y, width, height], colors, { down = true, opacity = 1, outline = null }) {
    const group = element("g", { opacity });
    if (outline) group.setAttribute("clip-path", this.#cut(outline));
    const count = colors.length / 4;
    for (let row = 0; row < count; row += 1) {
      const fill = `rgb(${colors.subarray(4 * row, 4 * row + 3).join(",")})`;
      const place = down
        ? { x: round(x), y: round(y + (height * row) / count), width: round(width), height: round(height / count) }
        : { x: round(x + (width * row) / count), y: round(y), width: round(width / count), height: round(height) };
      group.append(element("rect", { ...place, fill, "shape-rendering": "crispEdges" }));
    }
    this.root.append(group);
  }

  /** @param {Point[]} outline */
  #cut(outline) {
    this.cuts += 1;
    const clip = element("clipPath", { id: `cut-${this.cuts}` });
    clip.append(element("polygon", { points: pointList(outline) }));
    this.root.append(clip);
    return `url(#cut-${this.cuts})`;
  }

  /** @param {string} string @param {number} size @param {number} weight */
  measured(string, size, weight) {
    return widthOf(string, { size, weight });
  }

  /** @param {number} x @param {number} y @param {string} string @param {TextStyle} style */
  text(x, y, string, style) {
    const { size, weight = 400, fill, align = "left" } = style;
    const place = { x: round(x), y: round(y), "font-size": size, "font-weight": weight, fill };
    const text = cutToWidth(string, style);
    // As wide as it was measured, in whatever type there is where the picture is looked at.
    const textLength = round(this.measured(text, size, weight));
    const type = { "text-anchor": ANCHORS[align], "font-family": typeFamilies() };
    const node = element("text", { ...place, ...type, textLength, lengthAdjust: "spacingAndGlyphs" });
    node.textContent = text;
    this.root.append(node);
  }
}

/** @param {string} tag @param {Attributes} attributes */
function element(tag, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
}

/** @param {Point[]} points */
function pointList(points) {
  return points.map(([x, y]) => `${round(x)},${round(y)}`).join(" ");
}

/** @param {ShapeStyle} style @returns {Attributes} */
function painted({ fill = "none", stroke = "none", width = 1, opacity = 1, dash = [] }) {
  return {
    fill,
    ...(stroke === "none" ? {} : { stroke, "stroke-width": width, "stroke-linejoin": "round" }),
    ...(opacity === 1 ? {} : { opacity }),
    ...(dash.length ? { "stroke-dasharray": String(dash) } : {}),
  };
}
