// The picture of the cell on the page, and what is pointed at there.

import { drawCell, orderOf } from "../cell/diagram.js";
import { cellPlan, PHONE_HEIGHTS } from "../cell/layout.js";
import { Moment } from "../model/frame.js";
import { plain } from "../model/format.js";
import { sized } from "./dom.js";
import { CanvasSurface, SvgSurface } from "../draw/surface.js";
import { TextLayer } from "./text_layer.js";

const LABELS = { memory_before: "Memory before", kept: "Kept" }; // of what follows from quantities
const NEAR = 7; // pixels from a dot that still mean it

export class Stage {
  constructor(node, onUnit) {
    this.node = node;
    this.canvas = node.querySelector("canvas");
    this.context = this.canvas.getContext("2d");
    this.texts = new TextLayer(node.querySelector(".texts"));
    this.dots = [];
    this.canvas.onclick = (event) => {
      const unit = this.unitAt(this.pointer ?? event); // a click has whole pixels: chosen is what is told
      if (unit !== null) onUnit(unit);
    };
    this.canvas.onpointermove = ({ offsetX, offsetY }) => {
      this.pointer = { offsetX, offsetY };
      if (this.moment) this.#tell(this.pointer);
    };
    this.canvas.onpointerleave = () => (this.pointer = null);
  }

  // Takes the size that the page gives it.
  measure(reading, look) {
    this.node.style.height = look.phone ? `${PHONE_HEIGHTS[reading.kind]}px` : "";
    this.size = sized(this.canvas, this.canvas, look.ratio);
    this.plan = cellPlan(reading.kind, ...this.size, look);
  }

  draw(reading, view, look) {
    const { context } = this;
    context.setTransform(look.ratio, 0, 0, look.ratio, 0, 0);
    context.clearRect(0, 0, ...this.size);
    this.texts.begin();
    const surface = new CanvasSurface(context, (...text) => this.texts.write(...text));
    this.moment = new Moment(reading, view.position);
    this.dots = drawCell(surface, this.moment, this.plan, view, look);
    this.texts.end();
    this.view = view;
    if (this.pointer) this.#tell(this.pointer);
  }

  // What a projection puts out is no unit.
  unitAt({ offsetX: x, offsetY: y }) {
    const { reading } = this.moment;
    const found = this.#at(x, y);
    return found && reading.of(found.name).columns === reading.units ? found.unit : null;
  }

  // A dot first, then a thread: a unit, and the quantity that is drawn of it.
  #at(x, y) {
    return this.#dotAt(x, y) ?? this.#threadAt(x, y);
  }

  // The nearest dot of a gate.
  #dotAt(x, y) {
    const distance = ([a, b]) => Math.hypot(a - x, b - y);
    const [dot] = this.dots.filter((one) => distance(one) <= NEAR).sort((a, b) => distance(a) - distance(b));
    if (!dot) return null;
    const gate = this.plan.gates.find(({ box }) => within(box, x, y));
    return { unit: dot[2], name: gate?.name ?? this.moment.reading.memory };
  }

  // The thread of a belt.
  #threadAt(x, y) {
    const belt = this.plan.belts.find(({ box }) => within(box, x, y));
    if (!belt) return null;
    const [left, top, width, height] = belt.box;
    const share = this.plan.vertical ? (x - left) / width : (y - top) / height;
    const order = orderOf(this.moment.reading, this.view.order, this.moment.of(belt.name).length);
    return { unit: order[Math.min(order.length - 1, Math.floor(share * order.length))], name: belt.name };
  }

  // The number under the pointer, in full.
  #tell({ offsetX: x, offsetY: y }) {
    const found = this.#at(x, y);
    this.canvas.style.cursor = found ? "pointer" : "default";
    const title = found ? this.#said(found) : "";
    if (this.canvas.title !== title) this.canvas.title = title;
  }

  #said({ unit, name }) {
    const { reading } = this.moment;
    const label = LABELS[name] ?? reading.quantities.find((one) => one.name === name).label;
    return `unit ${unit}: ${label} ${plain(this.moment.of(name)[unit], 5)}`;
  }
}

function within([left, top, width, height], x, y) {
  return x >= left && x <= left + width && y >= top && y <= top + height;
}

// The cell at one moment as SVG, every unit a row of its own, text as text.
export function cellPicture(reading, view, look) {
  const [width, height] = look.phone ? [390, PHONE_HEIGHTS[reading.kind]] : [1040, 320];
  const margin = 16;
  const surface = new SvgSurface(width, height, look.palette.panel, margin);
  const whole = { ...look, k: 1, ratio: 0 };
  drawCell(surface, new Moment(reading, view.position), cellPlan(reading.kind, width, height, whole), view, whole);
  return surface.toString();
}
