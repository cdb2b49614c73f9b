// Real text over a picture: it can be selected, enlarged and read by anyone.

import { made } from "./page.js";

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
    span.said = said;
    const place = `translate(${x.toFixed(1)}px,${(y - size * 0.82).toFixed(1)}px) translateX(${SHIFTS[align]})`;
    if (span.place !== place) span.style.transform = place;
    span.place = place;
    const look = `${size.toFixed(1)} ${weight} ${fill}`;
    if (span.look === look) return;
    span.look = look;
    Object.assign(span.style, { fontSize: `${size.toFixed(1)}px`, fontWeight: weight, color: fill });
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
