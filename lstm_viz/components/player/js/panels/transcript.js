// The review as it was typed: every word tinted, the current one plain to see.

import { besideNumber, nameOf, sentence } from "../model/describe.js";
import { opens, short } from "../model/format.js";
import { made } from "./dom.js";

const LONGEST_NOTED = 24; // Latin letters of a word in a note

export class Script {
  constructor(node, onWord) {
    this.node = node;
    this.words = [];
    this.current = -1;
    this.scrolled = 0;
    node.onscroll = () => (this.scrolled = node.scrollTop);
    node.onclick = (event) => {
      const word = event.target.closest(".word");
      if (word) onWord(Number(word.dataset.step));
    };
  }

  // All words anew; another text is seen from its beginning.
  fill(reading, course) {
    if (reading.id !== this.reading?.id) this.node.scrollTop = this.scrolled = 0;
    this.words = reading.words.map(([, text, known], step) => {
      const attributes = {
        class: known ? "word" : "word unknown",
        role: "option",
        "aria-selected": "false",
        "aria-label": sentence(reading, course, step),
        tabindex: "-1",
        "data-step": step,
      };
      return made("span", attributes, text);
    });
    const pieces = reading.words.flatMap(([gap, text], step) => [
      gap || (opens(text) ? made("wbr") : ""),
      this.words[step],
    ]);
    this.node.replaceChildren(...pieces, reading.beyond ? " ┊" : reading.tail);
    this.current = -1;
    this.reading = reading;
  }

  tint(found) {
    found.forEach(({ ground, pale, number }, step) => {
      const word = this.words[step];
      word.style.setProperty("--ground", ground);
      word.style.setProperty("--pale", pale);
      word.querySelector("sup")?.remove();
      if (number) word.append(made("sup", { "data-number": number }));
    });
  }

  // ``moving``: whether words come to be wider when they are read.
  mark(step, { focus = false, moving = false } = {}) {
    if (step !== this.current) {
      this.words.forEach((word, at) => {
        word.classList.toggle("current", at === step);
        word.classList.toggle("read", !this.reading.precedes(step, at));
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

  // A strip of fixed height follows the playhead by whole lines: the current word stands on its last
  // one or above, so that what was read can be seen.
  #follow(step) {
    const { high, count, of } = this.lines;
    const first = Math.round(this.scrolled / high);
    const top = high * Math.min(of[step], Math.max(first, of[step] - count + 1));
    if (top === this.scrolled) return;
    this.node.scrollTop = top;
    this.scrolled = top;
  }

  // After other words or another size: which line is each word on? Asking the page while it plays
  // would make it lay out all words in each frame.
  measure() {
    const { node, words, current } = this;
    const high = parseFloat(getComputedStyle(node).lineHeight);
    const count = Math.max(1, Math.floor(node.clientHeight / high));
    this.lines = { high, count, of: words.map((word) => Math.floor((word.offsetTop + 1) / high)) };
    this.scrolled = node.scrollTop;
    if (words[current]) this.#follow(current);
  }

  get focused() {
    return this.node.contains(this.node.getRootNode().activeElement);
  }
}

// What of the review needs a word of explanation.
export function notesOf(reading) {
  const notes = reading.about ? [reading.about] : [];
  const unknown = [...new Set(reading.words.filter(([, , known]) => !known).map(([, text]) => nameOf(text)))];
  if (unknown.length && reading.words.every(([, , known]) => !known)) {
    notes.push("The model knows none of these words: it read “unknown” each time.");
  } else if (unknown.length) {
    const named = unknown
      .slice(0, 4)
      .map((word) => `“${besideNumber(short(word, LONGEST_NOTED))}”`)
      .join(", ");
    const more = unknown.length > 4 ? ` and ${unknown.length - 4} more` : "";
    notes.push(`Dotted: ${named}${more} not in the vocabulary, read as “unknown”.`);
  }
  if (reading.beyond) {
    const [read, left] = [reading.steps, reading.beyond].map((count) => count.toLocaleString("en"));
    notes.push(`Read up to word ${read}; the ${left} after the mark ┊ were not read.`);
  }
  return notes.join(" ");
}
