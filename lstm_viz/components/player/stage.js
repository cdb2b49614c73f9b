// The picture of the cell on the page, and what is pointed at there.

import { drawCell } from "./cell.js";
import { cellPlan, PHONE_HEIGHTS } from "./cell_plan.js";
import { Moment } from "./moment.js";
import { plain } from "./numbers.js";
import { sized } from "./page.js";
import { CanvasSurface, SvgSurface } from "./surface.js";
import { TextLayer } from "./text_layer.js";

const NEAR = 7; // pixels from a dot that still mean it

export class Stage {
  constructor(node, onUnit) {
    this.node = node;
    this.canvas = node.querySelector("canvas");
    this.context = this.canvas.getContext("2d");
    this.texts = new TextLayer(node.querySelector(".texts"));
    this.dots = [];
    this.canvas.onclick = (event) => {
      const unit = this.unitAt(event);
      if (unit !== null) onUnit(unit);
    };
    this.canvas.onpointermove = (event) => this.#tell(event);
  }

  // Takes the size that the page gives it.
  measure(reading, look) {
    this.node.style.height = look.phone ? `${PHONE_HEIGHTS[reading.kind]}px` : "";
    this.size = sized(this.canvas, this.node, look.ratio);
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
  }

  // A dot first, then a thread of the belt under the pointer.
  unitAt({ offsetX: x, offsetY: y }) {
    const distance = ([a, b]) => Math.hypot(a - x, b - y);
    const near = this.dots.filter((dot) => distance(dot) <= NEAR).sort((a, b) => distance(a) - distance(b));
    return near.length ? near[0][2] : this.#threadAt(x, y);
  }

  #threadAt(x, y) {
    const { reading } = this.moment;
    const order = reading.orders[this.view.order] ?? reading.orders.stored;
    for (const { box: [left, top, width, height] } of this.plan.belts) {
      const share = this.plan.vertical ? (x - left) / width : (y - top) / height;
      const inside = x >= left && x <= left + width && y >= top && y <= top + height;
      if (inside) return order[Math.min(order.length - 1, Math.floor(share * order.length))];
    }
    return null;
  }

  // The number under the pointer, in full.
  #tell(event) {
    const unit = this.moment ? this.unitAt(event) : null;
    this.canvas.style.cursor = unit === null ? "default" : "pointer";
    const box = this.plan?.gates.find(({ box: [x, y, width, height] }) =>
      event.offsetX >= x && event.offsetX <= x + width && event.offsetY >= y && event.offsetY <= y + height);
    const name = box?.name ?? this.moment?.reading.memory;
    const label = this.moment?.reading.quantities.find((one) => one.name === name)?.label;
    this.canvas.title = unit === null ? "" : `unit ${unit}: ${label} ${plain(this.moment.of(name)[unit], 5)}`;
  }
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
