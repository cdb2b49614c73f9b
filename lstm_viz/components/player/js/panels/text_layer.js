// Real text over a picture: it can be selected, enlarged and read by anyone.

import { made } from "./dom.js";

const SHIFTS = { left: "0", center: "-50%", right: "-100%" };

export class TextLayer {
  constructor(node) {
    this.node = node;
    this.spans = [];
    this.used = 0;
  }

  begin() {
    this.used = 0;
  }

  // Only what changed is touched: most texts stay from frame to frame.
  write(x, y, said, { size, weight = 400, fill, align = "left" }) {
    const span = this.spans[this.used] ?? this.#another();
    this.used += 1;
    if (span.said !== said) span.textContent = said;
    if (span.x !== x || span.y !== y || span.size !== size || span.align !== align) {
      const top = y - size * 0.82;
      span.style.transform = `translate(${x.toFixed(1)}px,${top.toFixed(1)}px) translateX(${SHIFTS[align]})`;
    }
    if (span.size !== size) span.style.fontSize = `${size.toFixed(1)}px`;
    if (span.weight !== weight) span.style.fontWeight = weight;
    if (span.fill !== fill) span.style.color = fill;
    Object.assign(span, { said, x, y, size, align, weight, fill });
  }

  end() {
    this.spans.forEach((span, place) => {
      const hidden = place >= this.used;
      if (span.hidden !== hidden) span.hidden = hidden;
    });
  }

  #another() {
    const span = made("span");
    this.node.append(span);
    this.spans.push(span);
    return span;
  }
}
