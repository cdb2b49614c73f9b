// A canvas to draw on. It and the SVG know the same few shapes, so that a downloaded picture looks like
// the one on screen.

import { memo } from "../model/memo.js";
import { cutToWidth, facesOfType, fontOf, widthOf } from "./type.js";

const MOST_STRIPS = 100;
/** @type {Map<string, OffscreenCanvasRenderingContext2D>} */
const strips = new Map();

/**
 * A picture of colours to be enlarged, the same for the same place: creating one costs more than drawing it.
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
function stripAt(x, y, width, height) {
  const place = `${x} ${y} ${width} ${height}`;
  if (!strips.has(place)) {
    if (strips.size >= MOST_STRIPS) strips.clear(); // of windows that were larger or smaller
    strips.set(place, new OffscreenCanvas(width, height).getContext("2d"));
  }
  return strips.get(place);
}

/** @implements {Surface} */
export class CanvasSurface {
  /**
   * ``write`` takes each text instead of the canvas: on screen, text is real text over the picture.
   * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
   * @param {((x: number, y: number, string: string, style: TextStyle) => void) | null} write
   */
  constructor(context, write = null) {
    this.context = context;
    this.write = write;
  }

  /** @param {ShapeStyle} style */
  #paint({ fill, stroke, width = 1, opacity = 1, dash = [] }) {
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

  /** @param {Point[]} points @param {boolean} closed */
  #path(points, closed) {
    const { context } = this;
    context.beginPath();
    points.forEach(([x, y], index) => {
      if (index) context.lineTo(x, y);
      else context.moveTo(x, y);
    });
    if (closed) context.closePath();
  }

  /** @param {Point[]} points @param {ShapeStyle} style */
  shape(points, style) {
    this.#path(points, style.closed ?? Boolean(style.fill));
    this.#paint(style);
  }

  /** @param {Box} box @param {ShapeStyle} style */
  box(box, style) {
    this.context.beginPath();
    this.context.roundRect(...box, style.radius ?? 0);
    this.#paint(style);
  }

  /** Many filled boxes of one style; faster than a path of them. @param {Box[]} list @param {ShapeStyle} style */
  boxes(list, { fill, opacity = 1 }) {
    const { context } = this;
    context.globalAlpha = opacity;
    context.fillStyle = fill;
    for (const box of list) context.fillRect(...box);
    context.globalAlpha = 1;
  }

  /** @param {number} x @param {number} y @param {number} radius @param {ShapeStyle} style */
  dot(x, y, radius, style) {
    this.context.beginPath();
    this.context.arc(x, y, radius, 0, 2 * Math.PI);
    this.#paint(style);
  }

  /**
   * Many dots of one style. One path is drawn much faster than many.
   * @param {Point[]} list
   * @param {number} radius
   * @param {ShapeStyle} style
   */
  dots(list, radius, style) {
    const { context } = this;
    context.beginPath();
    for (const [x, y] of list) {
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
    }
    this.#paint(style);
  }

  /**
   * Rows of colours in a rectangle, or columns. ``outline`` cuts them to a shape.
   * @param {Box} box
   * @param {Uint8ClampedArray} colors red, green, blue, opacity of each
   * @param {RowStyle} style
   */
  rows([x, y, width, height], colors, { down = true, opacity = 1, outline = null }) {
    const { context } = this;
    const count = colors.length / 4;
    const [wide, high] = down ? [1, count] : [count, 1];
    const picture = stripAt(x, y, wide, high);
    picture.putImageData(new ImageData(/** @type {any} */ (colors), wide, high), 0, 0);
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

  /**
   * A picture that stays the same over many frames is drawn once for each key, as large as the canvas, which has
   * ``ratio`` pixels to one of the page.
   * @param {object} owner
   * @param {string} key
   * @param {number} ratio
   * @param {(surface: CanvasSurface) => void} draw
   */
  still(owner, key, ratio, draw) {
    const { width, height } = this.context.canvas;
    if (!width || !height) return;
    const picture = memo(owner, "still", `${key} ${width} ${height} ${facesOfType()}`, () => {
      const behind = new OffscreenCanvas(width, height).getContext("2d");
      behind.setTransform(ratio, 0, 0, ratio, 0, 0);
      draw(new CanvasSurface(behind));
      return behind.canvas;
    });
    this.context.drawImage(picture, 0, 0, width / ratio, height / ratio);
  }

  /** @param {string} string @param {number} size @param {number} weight */
  measured(string, size, weight) {
    return widthOf(string, { size, weight });
  }

  /** @param {number} x @param {number} y @param {string} string @param {TextStyle} style */
  text(x, y, string, style) {
    const text = cutToWidth(string, style);
    if (this.write) {
      this.write(x, y, text, style);
      return;
    }
    const { context } = this;
    context.font = fontOf(style);
    context.letterSpacing = context.wordSpacing = "0px"; // as it was measured, whoever spaces the page
    context.fillStyle = style.fill;
    context.textAlign = style.align ?? "left";
    context.fillText(text, x, y);
  }
}
