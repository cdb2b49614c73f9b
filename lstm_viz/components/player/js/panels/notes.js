// Notes under the text.

import { notesOf } from "../model/describe.js";
import { part, put } from "./dom.js";

const NOTHING_TO_READ = "There is nothing to read yet: type at least one word.";

export class Notes {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.node = part(root, "notes");
  }

  /** Says why there is no trace. @param {string} reason; "" where there is one */
  refuse(reason) {
    this.root.classList.toggle("refused", reason !== "");
    if (reason) put(this.node, reason);
  }

  /** Whether there is nothing to read in the field. @param {boolean} empty @param {TraceView} trace */
  hint(empty, trace) {
    this.root.classList.toggle("empty", empty);
    put(this.node, empty ? NOTHING_TO_READ : notesOf(trace));
  }

  /** @param {TraceView} trace */
  show(trace) {
    if (!this.root.classList.contains("empty")) put(this.node, notesOf(trace));
  }
}
