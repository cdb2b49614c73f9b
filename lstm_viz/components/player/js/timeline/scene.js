// What every part of the timeline is drawn with.

import { clamp } from "../model/format.js";
import { chosenUnit, currentWord, followedPath, mappedOrder, mappedQuantity, wasRead } from "../model/view.js";
import { columnX } from "./layout.js";

export const UNREAD = 0.28; // opacity of what was not read yet
const LEAST_TEXT = 12; // pixels
const LEAST_PRESENTED = 18; // the same for the last row of a room

/** @typedef {{surface: CanvasSurface, trace: TraceView, view: TimelineView, layout: TimelineLayout, theme: Theme}} Parts */

export class TimelineScene {
  /** @param {Parts} parts */
  constructor({ surface, trace, view, layout, theme }) {
    this.surface = surface;
    this.trace = trace;
    this.view = view;
    this.layout = layout;
    this.theme = theme;
    this.palette = theme.palette;
    this.scale = theme.scale;
    this.current = currentWord(trace, view);
    this.path = followedPath(trace, view);
    this.quantity = mappedQuantity(trace, view);
    this.order = mappedOrder(trace, view);
    this.unit = chosenUnit(trace, view);
  }

  /** Whether a word is read. @param {number} step */
  reads(step) {
    return wasRead(this.trace, this.current, step);
  }

  /** Size of a text that is so many pixels at scale 1. @param {number} pixels */
  size(pixels) {
    return Math.max(pixels * this.scale, this.theme.presenting ? LEAST_PRESENTED : LEAST_TEXT);
  }

  /**
   * The left edge of a word on a whole pixel of the screen, so that no seam is left between two columns;
   * cut at the ends of the axis.
   * @param {number} word
   */
  edge(word) {
    const { left, right } = this.layout;
    const { ratio } = this.theme;
    return clamp(Math.round(columnX(this.layout, word) * ratio) / ratio, left, right);
  }

  /** From where to where words are not read yet, cut at the ends of the axis. */
  get unread() {
    const { left, right } = this.layout;
    return this.trace.backward ? [left, this.edge(this.current)] : [this.edge(this.current + 1), right];
  }

  /** Pales what was drawn of the words to come, or hides it. @param {Storey} storey */
  coverUnread({ top, bottom }) {
    const [from, to] = this.unread;
    const opacity = this.theme.presenting ? 1 : 1 - UNREAD;
    if (to > from) this.surface.box([from, top, to - from, bottom - top], { fill: this.palette.page, opacity });
  }
}
