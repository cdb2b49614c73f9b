// The picture of the cell on the page, and what is pointed at there.

import { drawCell } from "../cell/diagram.js";
import { cellLayout, PHONE_HEIGHTS } from "../cell/layout.js";
import { CanvasSurface } from "../draw/canvas.js";
import { SvgSurface } from "../draw/svg.js";
import { plain } from "../model/format.js";
import { Frame } from "../model/frame.js";
import { unitOrder } from "../model/view.js";
import { fitCanvas, part } from "./dom.js";
import { TextLayer } from "./text_layer.js";

/** @type {Record<string, string>} */
const LABELS = { memory_before: "Memory before", kept: "Kept" }; // of what follows from quantities
const NEAR = 7; // pixels from a dot that still mean it

/** @typedef {{offsetX: number, offsetY: number}} Pointer */
/** @typedef {{unit: number, name: string}} Pointed a unit, and the quantity that is drawn of it */

export class CellPanel {
  /** @param {HTMLElement} node @param {(unit: number) => void} onUnit */
  constructor(node, onUnit) {
    this.node = node;
    /** @type {HTMLCanvasElement} */
    this.canvas = node.querySelector("canvas");
    this.context = this.canvas.getContext("2d");
    this.texts = new TextLayer(part(node, "texts"));
    /** @type {Hit[]} */
    this.hits = [];
    /** @type {Pointer | null} */
    this.pointer = null;
    /** @type {CellScene | null} */
    this.scene = null;
    this.canvas.onclick = (event) => {
      const unit = this.unitAt(this.pointer ?? event); // a click has whole pixels: chosen is what is told
      if (unit !== null) onUnit(unit);
    };
    this.canvas.onpointermove = ({ offsetX, offsetY }) => {
      this.pointer = { offsetX, offsetY };
      if (this.scene) this.#showTooltip(this.pointer);
    };
    this.canvas.onpointerleave = () => {
      this.pointer = null;
    };
  }

  /** What is drawn now. */
  get frame() {
    return this.scene.frame;
  }

  /** Takes the size that the page gives it. @param {TraceView} trace @param {Theme} theme */
  measure(trace, theme) {
    this.node.style.height = theme.phone ? `${PHONE_HEIGHTS[trace.kind]}px` : "";
    this.size = fitCanvas(this.canvas, theme.ratio);
    this.layout = cellLayout(trace.kind, ...this.size, theme);
  }

  /** @param {TraceView} trace @param {View} view @param {Theme} theme */
  draw(trace, view, theme) {
    const { context, texts, layout } = this;
    context.setTransform(theme.ratio, 0, 0, theme.ratio, 0, 0);
    context.clearRect(0, 0, ...this.size);
    texts.begin();
    const surface = new CanvasSurface(context, (...text) => texts.write(...text));
    this.scene = { surface, frame: new Frame(trace, view.position), layout, view, theme };
    this.hits = drawCell(this.scene);
    texts.end();
    if (this.pointer) this.#showTooltip(this.pointer);
  }

  /** What a projection puts out is no unit. @param {Pointer} pointer */
  unitAt(pointer) {
    const { trace } = this.frame;
    const found = this.#at(pointer);
    return found && trace.of(found.name).columns === trace.units ? found.unit : null;
  }

  /** A dot first, then a thread. @param {Pointer} pointer @returns {Pointed | null} */
  #at({ offsetX: x, offsetY: y }) {
    return this.#dotAt(x, y) ?? this.#threadAt(x, y);
  }

  /** The nearest dot of a gate. @param {number} x @param {number} y @returns {Pointed | null} */
  #dotAt(x, y) {
    /** @param {Hit} hit */
    const distance = ([a, b]) => Math.hypot(a - x, b - y);
    const near = this.hits.filter((hit) => distance(hit) <= NEAR);
    const [hit] = near.sort((a, b) => distance(a) - distance(b));
    if (!hit) return null;
    const gate = this.layout.gates.find(({ box }) => within(box, x, y));
    return { unit: hit[2], name: gate?.name ?? this.frame.trace.memory };
  }

  /** The thread of a belt. @param {number} x @param {number} y @returns {Pointed | null} */
  #threadAt(x, y) {
    const belt = this.layout.belts.find(({ box }) => within(box, x, y));
    if (!belt) return null;
    const [left, top, width, height] = belt.box;
    const share = this.layout.vertical ? (x - left) / width : (y - top) / height;
    const { frame, view } = this.scene;
    const order = unitOrder(frame.trace, view.order, frame.of(belt.name).length);
    return { unit: order[Math.min(order.length - 1, Math.floor(share * order.length))], name: belt.name };
  }

  /** The number under the pointer, in full. @param {Pointer} pointer */
  #showTooltip(pointer) {
    const found = this.#at(pointer);
    this.canvas.style.cursor = found ? "pointer" : "default";
    const title = found ? this.#tooltip(found) : "";
    if (this.canvas.title !== title) this.canvas.title = title;
  }

  /** @param {Pointed} pointed */
  #tooltip({ unit, name }) {
    const { frame } = this;
    const label = LABELS[name] ?? frame.trace.quantities.find((one) => one.name === name).label;
    return `unit ${unit}: ${label} ${plain(frame.of(name)[unit], 5)}`;
  }
}

/** @param {Box} box @param {number} x @param {number} y */
function within([left, top, width, height], x, y) {
  return x >= left && x <= left + width && y >= top && y <= top + height;
}

/** The cell at one moment as SVG, every unit a row of its own, text as text.
 * @param {TraceView} trace @param {View} view @param {Theme} theme */
export function cellPicture(trace, view, theme) {
  const [width, height] = theme.phone ? [390, PHONE_HEIGHTS[trace.kind]] : [1040, 320];
  const margin = 16;
  const surface = new SvgSurface(width, height, theme.palette.panel, margin);
  const whole = { ...theme, scale: 1, ratio: 0 };
  const layout = cellLayout(trace.kind, width, height, whole);
  drawCell({ surface, frame: new Frame(trace, view.position), layout, view, theme: whole });
  return surface.toString();
}
