// The text as it was typed: every word tinted, the current one plain to see.

import { wordSentence } from "../model/describe.js";
import { mayBreakBefore } from "../model/format.js";
import { hasFocus, made, targetOf } from "./dom.js";

/** @typedef {{ground: string, pale: string, number: string}} WordTint */

export class Transcript {
  /** @param {HTMLElement} node @param {(step: number) => void} onWord */
  constructor(node, onWord) {
    this.node = node;
    /** @type {TraceView | null} */
    this.trace = null;
    /** @type {HTMLElement[]} */
    this.words = [];
    this.current = -1;
    this.scrolled = 0;
    /** Pixels of a line, how many can be seen, and which each word is on.
     * @type {{high: number, count: number, of: number[]}} */
    this.lines = { high: 1, count: 1, of: [] };
    node.onscroll = () => {
      this.scrolled = node.scrollTop;
    };
    node.onclick = (event) => {
      const word = targetOf(event).closest(".word");
      if (word) onWord(Number(word.dataset.step));
    };
  }

  /** Replaces all words; another text is shown from its beginning. @param {TraceView} trace @param {PredictionPath} path */
  fill(trace, path) {
    if (trace.id !== this.trace?.id) this.node.scrollTop = this.scrolled = 0;
    this.words = trace.words.map(([, text, known], step) => {
      const attributes = {
        class: known ? "word" : "word unknown",
        role: "option",
        "aria-selected": "false",
        "aria-label": wordSentence(trace, path, step),
        tabindex: "-1",
        "data-step": step,
      };
      return made("span", attributes, text);
    });
    const pieces = trace.words.flatMap(([gap, text], step) => [
      gap || (mayBreakBefore(text) ? made("wbr") : ""),
      this.words[step],
    ]);
    this.node.replaceChildren(...pieces, trace.truncated ? " ┊" : trace.tail);
    this.current = -1;
    this.trace = trace;
  }

  /** @param {WordTint[]} tints of each word */
  tint(tints) {
    tints.forEach(({ ground, pale, number }, step) => {
      const word = this.words[step];
      word.style.setProperty("--ground", ground);
      word.style.setProperty("--pale", pale);
      word.querySelector("sup")?.remove();
      if (number) word.append(made("sup", { "data-number": number }));
    });
  }

  /** ``moving``: whether words come to be wider when they are read. @param {number} step */
  mark(step, { focus = false, moving = false } = {}) {
    if (step !== this.current) {
      this.words.forEach((word, at) => {
        word.classList.toggle("current", at === step);
        word.classList.toggle("read", !this.trace.precedes(step, at));
        if (at === step || at === this.current) {
          word.setAttribute("aria-selected", String(at === step));
          word.tabIndex = at === step ? 0 : -1;
        }
      });
      this.current = step;
      if (moving) this.measure();
      else this.#follow(step);
    }
    if (focus) this.words[step].focus({ preventScroll: true });
  }

  /** A strip of fixed height follows the playhead by whole lines: the current word stands on its last
   * one or above, so that what was read can be seen. @param {number} step */
  #follow(step) {
    const { high, count, of } = this.lines;
    const first = Math.round(this.scrolled / high);
    const top = high * Math.min(of[step], Math.max(first, of[step] - count + 1));
    if (top === this.scrolled) return;
    this.node.scrollTop = top;
    this.scrolled = top;
  }

  /** After other words or another size: which line is each word on? Asking the page while it plays
   * would make it lay out all words in each frame. */
  measure() {
    const { node, words, current } = this;
    const high = parseFloat(getComputedStyle(node).lineHeight);
    const count = Math.max(1, Math.floor(node.clientHeight / high));
    this.lines = { high, count, of: words.map((word) => Math.floor((word.offsetTop + 1) / high)) };
    this.scrolled = node.scrollTop;
    if (words[current]) this.#follow(current);
  }

  get focused() {
    return hasFocus(this.node);
  }
}
