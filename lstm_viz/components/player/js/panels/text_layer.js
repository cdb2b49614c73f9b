// Real text over a picture: it can be selected, enlarged and read by anyone.

import { made } from "./dom.js";

const SHIFTS = { left: "0", center: "-50%", right: "-100%" };

/** A text that is written, and the node that it stands in.
 * @typedef {{node: HTMLElement, text?: string, x?: number, y?: number} & Partial<TextStyle>} Written */

export class TextLayer {
  /** @param {HTMLElement} node */
  constructor(node) {
    this.node = node;
    /** @type {Written[]} */
    this.texts = [];
    this.used = 0;
  }

  begin() {
    this.used = 0;
  }

  /** Only what changed is touched: most texts stay from frame to frame.
   * @param {number} x @param {number} y @param {string} text @param {TextStyle} style */
  write(x, y, text, { size, weight = 400, fill, align = "left" }) {
    const old = this.texts[this.used] ?? this.#another();
    const { style } = old.node;
    this.used += 1;
    if (old.text !== text) old.node.textContent = text;
    if (old.x !== x || old.y !== y || old.size !== size || old.align !== align) {
      const top = y - size * 0.82;
      style.transform = `translate(${x.toFixed(1)}px,${top.toFixed(1)}px) translateX(${SHIFTS[align]})`;
    }
    if (old.size !== size) style.fontSize = `${size.toFixed(1)}px`;
    if (old.weight !== weight) style.fontWeight = String(weight);
    if (old.fill !== fill) style.color = fill;
    Object.assign(old, { text, x, y, size, align, weight, fill });
  }

  end() {
    this.texts.forEach(({ node }, place) => {
      const hidden = place >= this.used;
      if (node.hidden !== hidden) node.hidden = hidden;
    });
  }

  #another() {
    /** @type {Written} */
    const written = { node: made("span") };
    this.node.append(written.node);
    this.texts.push(written);
    return written;
  }
}
