// What every part of the timeline is drawn with.

import { clamp } from "../model/format.js";
import { columnX } from "./layout.js";
import { currentWord, followedCourse, mappedOrder, mappedQuantity, lookedAt, wasRead } from "../model/view.js";

export const UNREAD = 0.28; // opacity of what was not read yet
const LEAST_TEXT = 12; // pixels
const LEAST_PRESENTED = 18; // the same for the last row of a room

export class TimelineScene {
  constructor(surface, reading, view, place, look) {
    Object.assign(this, { surface, reading, view, place, look });
    this.palette = look.palette;
    this.k = look.k;
    this.current = currentWord(reading, view);
    this.course = followedCourse(reading, view);
    this.quantity = mappedQuantity(reading, view);
    this.order = mappedOrder(reading, view);
    this.unit = lookedAt(reading, view);
  }

  reads(step) {
    return wasRead(this.reading, this.current, step);
  }

  // Size of a text that is so many pixels at k = 1.
  size(pixels) {
    return Math.max(pixels * this.k, this.look.presenting ? LEAST_PRESENTED : LEAST_TEXT);
  }

  // The left edge of a word on a whole pixel of the screen, so that no seam is left between two
  // columns; cut at the ends of the axis.
  edge(word) {
    const { left, right } = this.place;
    const { ratio } = this.look;
    return clamp(Math.round(columnX(this.place, word) * ratio) / ratio, left, right);
  }

  // From where to where words are not read yet, cut at the ends of the axis.
  get unread() {
    const { left, right } = this.place;
    return this.reading.backward ? [left, this.edge(this.current)] : [this.edge(this.current + 1), right];
  }

  // Pales what was drawn of the words to come, or hides it.
  coverUnread({ top, bottom }) {
    const [from, to] = this.unread;
    const opacity = this.look.presenting ? 1 : 1 - UNREAD;
    if (to > from) this.surface.box(from, top, to - from, bottom - top, { fill: this.palette.page, opacity });
  }
}
