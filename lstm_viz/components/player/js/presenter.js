// Presenter size: the player over everything else.

import { besideOf, part, put } from "./panels/dom.js";

export class Presenter {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.on = false;
    /** What the focus would go to unseen. @type {HTMLElement[]} */
    this.hidden = [];
  }

  /** @param {boolean} on */
  present(on) {
    const { root } = this;
    this.on = on;
    // A popover stands above everything else, and leaves nothing behind.
    if (on) {
      root.setAttribute("popover", "manual");
      root.showPopover();
      this.hidden = besideOf(root);
      for (const node of this.hidden) node.inert = true;
    } else {
      this.leave();
      root.hidePopover();
      root.removeAttribute("popover");
    }
    put(part(root, "present"), on ? "Leave" : "Present");
  }

  /** Puts the focus where it goes on. */
  focus() {
    part(this.root, this.on ? "play" : "present").focus();
  }

  leave() {
    for (const node of this.hidden) node.inert = false;
  }
}
