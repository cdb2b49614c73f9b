// The timeline on the page, and what is done there: scrubbing, pointing, choosing, zooming.

import { CanvasSurface } from "./surface.js";
import { drawTimeline } from "./timeline.js";
import { inMap, timelineLayout, wordAt } from "./timeline_layout.js";
import { pointedAt, told } from "./timeline_told.js";
import { panned, withPlayhead, zoomed } from "./timeline_zoom.js";

const MOVED = 4; // pixels of a pointer that drags and does not click
const TURN = 0.0015; // how much one unit of a wheel zooms

export class Time {
  // ``acts`` are go(step, ended), choose(unit) and zoom(from, to).
  constructor(canvas, tip, acts) {
    Object.assign(this, { canvas, tip, acts, pressed: null, touches: new Map() });
    canvas.onpointerdown = (event) => this.#press(event);
    canvas.onpointermove = (event) => this.#move(event);
    canvas.onpointerup = (event) => this.#release(event);
    canvas.onpointercancel = (event) => this.#release(event);
    canvas.onpointerleave = () => (tip.hidden = true);
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  measure(reading, view, look) {
    this.size = [this.canvas.clientWidth, this.canvas.clientHeight];
    this.canvas.width = Math.round(this.size[0] * look.ratio);
    this.canvas.height = Math.round(this.size[1] * look.ratio);
  }

  draw(reading, view, look) {
    const one = view.unit !== null && view.depth > 0.5;
    const seen = { ...view, one };
    const zoom = this.#zoom(reading, view);
    const [width, height] = this.size;
    const banded = reading.bands.length > 0;
    this.place = timelineLayout({ width, height, steps: reading.steps, look, zoom, one, banded });
    Object.assign(this, { reading, view: seen });
    const context = this.canvas.getContext("2d");
    context.setTransform(look.ratio, 0, 0, look.ratio, 0, 0);
    drawTimeline(new CanvasSurface(context), reading, seen, this.place, look);
  }

  // The view turns with the playhead, but only when that has moved: one may look elsewhere.
  #zoom(reading, view) {
    const step = Math.round(view.position);
    if (step !== this.step) Object.assign(view, withPlayhead(view, reading.steps, step));
    this.step = step;
    return { from: view.from, to: view.to };
  }

  // In words, for whoever cannot see it.
  say(step, steps, sentence) {
    this.canvas.setAttribute("aria-valuemax", String(steps));
    this.canvas.setAttribute("aria-valuenow", String(step + 1));
    this.canvas.setAttribute("aria-valuetext", sentence);
  }

  get focused() {
    return this.canvas.getRootNode().activeElement === this.canvas;
  }

  // By a factor around the playhead; 0 shows everything again.
  zoomed(factor, view) {
    const { steps } = this.reading;
    const found = factor ? zoomed(view, steps, view.position + 0.5, factor) : { from: 0, to: steps };
    this.acts.zoom(found.from, found.to);
  }

  #press(event) {
    this.touches.set(event.pointerId, event.offsetX);
    this.canvas.setPointerCapture(event.pointerId);
    this.pressed = { x: event.offsetX, y: event.offsetY, dragged: false };
    if (this.touches.size === 1) this.acts.go(wordAt(this.place, event.offsetX), false);
  }

  #move(event) {
    if (!this.place) return;
    if (this.touches.size === 2) this.#pinch(event);
    else if (this.pressed) {
      const far = Math.abs(event.offsetX - this.pressed.x) > MOVED;
      this.pressed.dragged ||= far;
      if (this.pressed.dragged) this.acts.go(wordAt(this.place, event.offsetX), false);
    }
    this.#tell(event);
  }

  #release(event) {
    this.touches.delete(event.pointerId);
    if (!this.pressed) return;
    const { dragged, x, y } = this.pressed;
    this.pressed = null;
    const { unit } = pointedAt(this.reading, this.view, this.place, x, y);
    this.acts.go(wordAt(this.place, event.offsetX), true);
    if (!dragged && unit !== null && inMap(this.place, x, y)) this.acts.choose(unit);
  }

  #wheel(event) {
    if (!this.place) return;
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    // A wheel alone scrolls the page: only with Ctrl, or sideways, it means the axis.
    if (!event.ctrlKey && !sideways) return;
    event.preventDefault();
    const { steps } = this.reading;
    const around = this.place.from + (event.offsetX - this.place.left) / this.place.column;
    const found = sideways
      ? panned(this.view, steps, event.deltaX / this.place.column)
      : zoomed(this.view, steps, around, Math.exp(-event.deltaY * TURN));
    this.acts.zoom(found.from, found.to);
  }

  #pinch(event) {
    const others = [...this.touches].filter(([pointer]) => pointer !== event.pointerId);
    const [[, other]] = others;
    const before = Math.max(1, Math.abs(this.touches.get(event.pointerId) - other));
    const now = Math.max(1, Math.abs(event.offsetX - other));
    this.touches.set(event.pointerId, event.offsetX);
    const middle = (event.offsetX + other) / 2;
    const around = this.place.from + (middle - this.place.left) / this.place.column;
    const found = zoomed(this.view, this.reading.steps, around, now / before);
    this.acts.zoom(found.from, found.to);
  }

  #tell(event) {
    const { offsetX: x, offsetY: y } = event;
    const lines = told(this.reading, this.view, this.place, x, y);
    this.tip.hidden = lines.length === 0;
    if (!lines.length) return;
    this.tip.textContent = lines.join("\n");
    const [width, height] = [this.tip.offsetWidth, this.tip.offsetHeight];
    this.tip.style.left = `${Math.min(this.size[0] - width, Math.max(0, x + 12))}px`;
    this.tip.style.top = `${Math.max(0, y - height - 8)}px`;
  }
}
