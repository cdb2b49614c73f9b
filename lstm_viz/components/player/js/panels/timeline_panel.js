// The timeline on the page, and what is done there: scrubbing, pointing, choosing, zooming.

import { sized } from "./dom.js";
import { CanvasSurface } from "../draw/surface.js";
import { drawTimeline } from "../timeline/timeline.js";
import { inMap, mapRows, rowAt, timelineLayout, wordAt } from "../timeline/layout.js";
import { pointedAt, told } from "../timeline/tooltip.js";
import { mappedOrder, seenRows } from "../model/view.js";
import { following, panned, unzoomed, zoomed } from "../model/zoom.js";

const MOVED = 4; // pixels of a pointer that drags and does not click
const TURN = 0.0015; // how much one unit of a wheel zooms

export class Time {
  // ``acts`` are go(step, ended), choose(unit) and see({from, to, rows}), whichever change.
  constructor(canvas, tip, acts) {
    Object.assign(this, { canvas, tip, acts, pressed: null, touches: new Map() });
    this.context = canvas.getContext("2d");
    canvas.onpointerdown = (event) => this.#press(event);
    canvas.onpointermove = (event) => this.#move(event);
    canvas.onpointerup = (event) => this.#release(event);
    canvas.onpointercancel = (event) => this.#cancel(event);
    canvas.onpointerleave = () => this.#leave();
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  measure(look) {
    this.size = sized(this.canvas, this.canvas, look.ratio);
  }

  draw(reading, view, look) {
    const one = view.unit !== null && view.depth > 0.5;
    const seen = { ...view, one };
    const zoom = this.#zoom(reading, view);
    const rows = this.#rows(reading, view);
    const [width, height] = this.size;
    const banded = reading.bands.length > 0;
    this.place = timelineLayout({ width, height, steps: reading.steps, look, zoom, rows, one, banded });
    Object.assign(this, { reading, view: seen });
    const { context } = this;
    context.setTransform(look.ratio, 0, 0, look.ratio, 0, 0);
    drawTimeline(new CanvasSurface(context), reading, seen, this.place, look);
    if (this.pointer) this.#tell(this.pointer);
  }

  // The view turns with the playhead, but only when that has moved: one may look elsewhere.
  #zoom(reading, view) {
    const step = Math.round(view.position);
    if (step !== this.step) Object.assign(view, following(view, reading.steps, step));
    this.step = step;
    return { from: view.from, to: view.to };
  }

  // The same for the rows of the map and the unit that is looked at.
  #rows(reading, view) {
    const order = mappedOrder(reading, view);
    const place = order.indexOf(view.unit);
    view.rows = seenRows(view, order.length);
    if (view.rows && place >= 0 && place !== this.row) view.rows = following(view.rows, order.length, place);
    this.row = place;
    return view.rows;
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
    if (factor) this.acts.see(zoomed(view, steps, view.position + 0.5, factor));
    else this.acts.see({ ...unzoomed(steps), rows: null });
  }

  // The same for the rows of the map, around the unit that is looked at.
  rowsZoomed(factor) {
    const { from, to } = mapRows(this.place, this.#units);
    this.#zoomRows(this.row < 0 ? (from + to) / 2 : this.row + 0.5, factor);
  }

  get #units() {
    return mappedOrder(this.reading, this.view).length;
  }

  #zoomRows(around, factor) {
    this.acts.see({ rows: zoomed(mapRows(this.place, this.#units), this.#units, around, factor) });
  }

  // The place on the axis of words at a point.
  #wordsAt(x) {
    return this.place.from + (x - this.place.left) / this.place.column;
  }

  // A finger may be about to scroll the page: it goes where it is dragged, or lifted.
  #press(event) {
    if (event.button !== 0) return;
    this.touches.set(event.pointerId, event.offsetX);
    this.canvas.setPointerCapture(event.pointerId);
    const first = this.touches.size === 1; // with a second one it is no choice of a word
    this.pressed = first ? { x: event.offsetX, y: event.offsetY, from: this.step, dragged: false } : null;
    if (first && event.pointerType !== "touch") this.acts.go(wordAt(this.place, event.offsetX), false);
  }

  // The browser took the finger over, to scroll.
  #cancel(event) {
    this.touches.delete(event.pointerId);
    if (this.pressed?.dragged) this.acts.go(this.pressed.from, true);
    this.pressed = null;
  }

  #leave() {
    this.pointer = null;
    this.tip.hidden = true;
  }

  #move(event) {
    if (!this.place) return;
    if (this.touches.size === 2) this.#pinch(event);
    else if (this.pressed) {
      const far = Math.abs(event.offsetX - this.pressed.x) > MOVED;
      this.pressed.dragged ||= far;
      if (this.pressed.dragged) this.acts.go(wordAt(this.place, event.offsetX), false);
    }
    this.pointer = { x: event.offsetX, y: event.offsetY };
    this.#tell(this.pointer);
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
    const { deltaX, deltaY, offsetX, offsetY } = event;
    const { steps } = this.reading;
    const overMap = inMap(this.place, offsetX, offsetY);
    const factor = Math.exp(-deltaY * TURN);
    if (Math.abs(deltaX) > Math.abs(deltaY)) this.acts.see(panned(this.view, steps, deltaX / this.place.column));
    else if (event.ctrlKey && overMap) this.#zoomRows(rowAt(this.place, offsetY, this.#units), factor);
    else if (event.ctrlKey) this.acts.see(zoomed(this.view, steps, this.#wordsAt(offsetX), factor));
    else if (!overMap || !this.#scrollRows(deltaY)) return; // the wheel alone scrolls the page
    event.preventDefault();
  }

  // Of a map that shows some of its rows; false where it shows its last.
  #scrollRows(pixels) {
    const { from, to, high } = mapRows(this.place, this.#units);
    const rows = panned({ from, to }, this.#units, pixels / high);
    if (rows.from === from) return false;
    this.acts.see({ rows });
    return true;
  }

  #pinch(event) {
    const others = [...this.touches].filter(([pointer]) => pointer !== event.pointerId);
    const [[, other]] = others;
    const before = Math.max(1, Math.abs(this.touches.get(event.pointerId) - other));
    const now = Math.max(1, Math.abs(event.offsetX - other));
    this.touches.set(event.pointerId, event.offsetX);
    const around = this.#wordsAt((event.offsetX + other) / 2);
    this.acts.see(zoomed(this.view, this.reading.steps, around, now / before));
  }

  // What is under the pointer, also where that stays and the picture changes.
  #tell({ x, y }) {
    const said = told(this.reading, this.view, this.place, x, y).join("\n");
    if (this.told === `${x} ${y} ${said}` && !this.tip.hidden) return;
    this.told = `${x} ${y} ${said}`;
    this.tip.hidden = said === "";
    if (!said) return;
    this.tip.textContent = said;
    const [width, height] = [this.tip.offsetWidth, this.tip.offsetHeight];
    this.tip.style.left = `${Math.min(this.size[0] - width, Math.max(0, x + 12))}px`;
    this.tip.style.top = `${Math.max(0, y - height - 8)}px`;
  }
}
