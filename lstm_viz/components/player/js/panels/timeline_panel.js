// The timeline on the page, and what is done there: scrubbing, pointing, choosing, zooming.

import { CanvasSurface } from "../draw/canvas.js";
import { mappedOrder, seenRows } from "../model/view.js";
import { following, panned, unzoomed, zoomed } from "../model/zoom.js";
import { inMap, mapRows, rowAt, timelineLayout, wordAt, wordsAt } from "../timeline/layout.js";
import { drawTimeline } from "../timeline/timeline.js";
import { pointedAt, tooltipLines } from "../timeline/tooltip.js";
import { fitCanvas, focusedIn } from "./dom.js";

const DRAGGED = 4; // pixels of a pointer that drags and does not click
const TURN = 0.0015; // how much one unit of a wheel zooms

/** @typedef {{
 *   go: (step: number, ended: boolean) => void, choose: (unit: number) => void,
 *   see: (changes: Partial<View>) => void,
 * }} Acts */

export class TimelinePanel {
  /** @param {HTMLCanvasElement} canvas @param {HTMLElement} tip @param {Acts} acts */
  constructor(canvas, tip, acts) {
    this.canvas = canvas;
    this.tip = tip;
    this.acts = acts;
    this.context = canvas.getContext("2d");
    this.step = -1;
    this.row = -1;
    /** @type {import("../timeline/tooltip.js").TimelineParts | null} */
    this.parts = null;
    /** @type {{x: number, y: number} | null} */
    this.pointer = null;
    /** Where a press began. @type {{x: number, y: number, from: number, dragged: boolean} | null} */
    this.pressed = null;
    /** Where each finger is. @type {Map<number, number>} */
    this.touches = new Map();
    this.tooltip = "";
    canvas.onpointerdown = (event) => this.#press(event);
    canvas.onpointermove = (event) => this.#move(event);
    canvas.onpointerup = (event) => this.#release(event);
    canvas.onpointercancel = (event) => this.#cancel(event);
    canvas.onpointerleave = () => this.#leave();
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  get layout() {
    return this.parts.layout;
  }

  /** @param {Theme} theme */
  measure(theme) {
    this.size = fitCanvas(this.canvas, theme.ratio);
  }

  /** @param {TraceView} trace @param {View} view @param {Theme} theme */
  draw(trace, view, theme) {
    const one = view.unit !== null && view.depth > 0.5;
    const zoom = this.#follow(trace, view);
    const rows = this.#followRow(trace, view);
    const [width, height] = this.size;
    const banded = trace.bands.length > 0;
    const layout = timelineLayout({ width, height, steps: trace.steps, theme, zoom, rows, one, banded });
    this.parts = { trace, view: { ...view, one }, layout };
    this.context.setTransform(theme.ratio, 0, 0, theme.ratio, 0, 0);
    drawTimeline({ ...this.parts, surface: new CanvasSurface(this.context), theme });
    if (this.pointer) this.#showTooltip();
  }

  /** The view turns with the playhead, but only when it has moved: the reader may look elsewhere.
   * @param {TraceView} trace @param {View} view */
  #follow(trace, view) {
    const step = Math.round(view.position);
    if (step !== this.step) Object.assign(view, following(view, trace.steps, step));
    this.step = step;
    return { from: view.from, to: view.to };
  }

  /** The same for the rows of the map and the unit that is looked at. @param {TraceView} trace @param {View} view */
  #followRow(trace, view) {
    const order = mappedOrder(trace, view);
    const row = order.indexOf(view.unit);
    view.rows = seenRows(view, order.length);
    if (view.rows && row >= 0 && row !== this.row) view.rows = following(view.rows, order.length, row);
    this.row = row;
    return view.rows;
  }

  /** Describes the picture in words, for screen readers. @param {number} step @param {number} steps @param {string} sentence */
  describe(step, steps, sentence) {
    this.canvas.setAttribute("aria-valuemax", String(steps));
    this.canvas.setAttribute("aria-valuenow", String(step + 1));
    this.canvas.setAttribute("aria-valuetext", sentence);
  }

  get focused() {
    return focusedIn(this.canvas) === this.canvas;
  }

  /** By a factor around the playhead; 0 shows everything again. @param {number} factor @param {View} view */
  zoom(factor, view) {
    const { steps } = this.parts.trace;
    if (factor) this.acts.see(zoomed(view, steps, view.position + 0.5, factor));
    else this.acts.see({ ...unzoomed(steps), rows: null });
  }

  /** The same for the rows of the map, around the unit that is looked at. @param {number} factor */
  zoomRows(factor) {
    const { from, to } = mapRows(this.layout, this.#units);
    this.#zoomRowsAround(this.row < 0 ? (from + to) / 2 : this.row + 0.5, factor);
  }

  get #units() {
    return mappedOrder(this.parts.trace, this.parts.view).length;
  }

  /** @param {number} around @param {number} factor */
  #zoomRowsAround(around, factor) {
    this.acts.see({ rows: zoomed(mapRows(this.layout, this.#units), this.#units, around, factor) });
  }

  /** A finger may be about to scroll the page: it goes where it is dragged, or lifted. @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0) return;
    this.touches.set(event.pointerId, event.offsetX);
    this.canvas.setPointerCapture(event.pointerId);
    const first = this.touches.size === 1; // with a second one it is no choice of a word
    this.pressed = first ? { x: event.offsetX, y: event.offsetY, from: this.step, dragged: false } : null;
    if (first && event.pointerType !== "touch") this.acts.go(wordAt(this.layout, event.offsetX), false);
  }

  /** The browser took the finger over, to scroll. @param {PointerEvent} event */
  #cancel(event) {
    this.touches.delete(event.pointerId);
    if (this.pressed?.dragged) this.acts.go(this.pressed.from, true);
    this.pressed = null;
  }

  #leave() {
    this.pointer = null;
    this.tip.hidden = true;
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.parts) return;
    if (this.touches.size === 2) this.#pinch(event);
    else if (this.pressed) {
      const far = Math.abs(event.offsetX - this.pressed.x) > DRAGGED;
      this.pressed.dragged ||= far;
      if (this.pressed.dragged) this.acts.go(wordAt(this.layout, event.offsetX), false);
    }
    this.pointer = { x: event.offsetX, y: event.offsetY };
    this.#showTooltip();
  }

  /** @param {PointerEvent} event */
  #release(event) {
    this.touches.delete(event.pointerId);
    if (!this.pressed) return;
    const { dragged, x, y } = this.pressed;
    this.pressed = null;
    const { unit } = pointedAt(this.parts, x, y);
    this.acts.go(wordAt(this.layout, event.offsetX), true);
    if (!dragged && unit !== null) this.acts.choose(unit);
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    if (!this.parts) return;
    const { deltaX, deltaY, offsetX, offsetY } = event;
    const { layout, trace } = this.parts;
    const span = { from: layout.from, to: layout.to };
    const overMap = inMap(layout, offsetX, offsetY);
    const factor = Math.exp(-deltaY * TURN);
    if (Math.abs(deltaX) > Math.abs(deltaY)) this.acts.see(panned(span, trace.steps, deltaX / layout.column));
    else if (event.ctrlKey && overMap) this.#zoomRowsAround(rowAt(layout, offsetY, this.#units), factor);
    else if (event.ctrlKey) this.acts.see(zoomed(span, trace.steps, wordsAt(layout, offsetX), factor));
    else if (!overMap || !this.#scrollRows(deltaY)) return; // the wheel alone scrolls the page
    event.preventDefault();
  }

  /** Of a map that shows some of its rows; false where it shows its last. @param {number} pixels */
  #scrollRows(pixels) {
    const { from, to, high } = mapRows(this.layout, this.#units);
    const rows = panned({ from, to }, this.#units, pixels / high);
    if (rows.from === from) return false;
    this.acts.see({ rows });
    return true;
  }

  /** @param {PointerEvent} event */
  #pinch(event) {
    const { layout, trace } = this.parts;
    const others = [...this.touches].filter(([pointer]) => pointer !== event.pointerId);
    const [[, other]] = others;
    const before = Math.max(1, Math.abs(this.touches.get(event.pointerId) - other));
    const now = Math.max(1, Math.abs(event.offsetX - other));
    this.touches.set(event.pointerId, event.offsetX);
    const around = wordsAt(layout, (event.offsetX + other) / 2);
    this.acts.see(zoomed(layout, trace.steps, around, now / before));
  }

  /** What is under the pointer, also where that stays and the picture changes. */
  #showTooltip() {
    const { x, y } = this.pointer;
    const text = tooltipLines(this.parts, x, y).join("\n");
    const tooltip = `${x} ${y} ${text}`;
    if (this.tooltip === tooltip && !this.tip.hidden) return;
    this.tooltip = tooltip;
    this.tip.hidden = text === "";
    if (!text) return;
    this.tip.textContent = text;
    const { offsetWidth, offsetHeight } = this.tip;
    this.tip.style.left = `${Math.min(this.size[0] - offsetWidth, Math.max(0, x + 12))}px`;
    this.tip.style.top = `${Math.max(0, y - offsetHeight - 8)}px`;
  }
}
