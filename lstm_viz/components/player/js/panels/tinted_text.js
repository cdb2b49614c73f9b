// The text in a field, with the tints of the words that were read as they stand there.

import { made } from "./dom.js";

/** @typedef {[text: string, ground: string | null]} TintedPiece */

/**
 * Pieces of what is typed. A change leaves the words before and after it; what is new has no ground until it
 * is read.
 * @param {string} typed
 * @param {Pick<TraceView, "words" | "tail">} trace
 * @param {string[]} grounds
 */
export function tintedPieces(typed, { words, tail }, grounds) {
  /** @param {number} step */
  const piece = (step) => words[step][0] + words[step][1];
  let [first, from] = [0, 0];
  while (first < words.length && typed.startsWith(piece(first), from)) {
    from += piece(first).length;
    first += 1;
  }
  let [last, to] = [words.length, typed.length - tail.length];
  const ends = typed.endsWith(tail) && to >= from; // else nothing is known of the end
  while (ends && last > first && to - piece(last - 1).length >= from && typed.endsWith(piece(last - 1), to)) {
    last -= 1;
    to -= piece(last).length;
  }
  if (last === words.length) to = typed.length;
  /** @param {number} step @returns {TintedPiece[]} */
  const tinted = (step) => [
    [words[step][0], null],
    [words[step][1], grounds[step]],
  ];
  const steps = [...words.keys()];
  /** @type {TintedPiece[]} */
  const pieces = [
    ...steps.slice(0, first).flatMap(tinted),
    [typed.slice(from, to), null],
    ...steps.slice(last).flatMap(tinted),
    [last < words.length ? tail : "", null],
  ];
  return pieces.filter(([text]) => text);
}

/** What lies behind a field, with the same text in the same lines. */
export class TintedText {
  /** @param {HTMLElement} node @param {HTMLTextAreaElement} field */
  constructor(node, field) {
    this.node = node;
    this.field = field;
    field.addEventListener("scroll", () => this.#follow());
  }

  /** Without a trace there are no tints. @param {TraceView | null} trace @param {string[]} grounds */
  show(trace, grounds) {
    const pieces = trace ? tintedPieces(this.field.value, trace, grounds) : [];
    const nodes = pieces.map(([text, ground]) => {
      if (!ground) return text;
      const word = made("span", {}, text);
      word.style.background = ground;
      return word;
    });
    this.node.replaceChildren(...nodes, "\n"); // as the field, it ends with a line that may be empty
    this.#follow();
  }

  #follow() {
    this.node.scrollTop = this.field.scrollTop;
  }
}
