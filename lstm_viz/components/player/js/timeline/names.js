// Which words are named below the prediction, and where? Pure: widths of texts come from ``measure``.

import { isolatedName, visibleName } from "../model/describe.js";
import { clamp, shorten, signedPoints } from "../model/format.js";
import { columnX } from "./layout.js";
import { fittingNames } from "./placement.js";

const LONGEST = 16; // Latin letters of a name
const LEAST_POINTS = 6; // a word that changes less is named only where all words are

/** @typedef {{step: number, current: boolean, turning: boolean, strong: boolean, read: boolean}} NamedWord */
/** @typedef {NamedWord & {text: string, centre: number, width: number}} WordName */
/** @typedef {Pick<PredictionPath, "change" | "points">} Changes */

/**
 * @typedef {{
 *   current: number, turning: number, reads: (step: number) => boolean,
 *   measure: (text: string) => number, pad: number,
 * }} NameOptions which words are stressed, whether one was read, how wide a text is
 */

/**
 * A name for each word that has room; none touches another.
 * @param {TraceView} trace
 * @param {Changes} path
 * @param {TimelineLayout} layout
 * @param {NameOptions} options
 * @returns {WordName[]}
 */
export function wordNames(trace, path, layout, { current, turning, reads, measure, pad }) {
  /** @param {number} step @returns {NamedWord} */
  const named = (step) => ({
    step,
    current: step === current,
    turning: step === turning,
    strong: Math.abs(path.points[step]) >= LEAST_POINTS,
    read: reads(step),
  });
  const visible = visibleWords(layout)
    .filter((step) => !layout.presenting || reads(step))
    .map(named);
  const writer = new NameWriter(trace, path, measure, pad);
  return everyName(visible, layout, writer) ?? strongNames(visible, layout, writer);
}

/** Texts and widths of names. */
class NameWriter {
  /** @param {TraceView} trace @param {Changes} path @param {(text: string) => number} measure @param {number} pad */
  constructor(trace, path, measure, pad) {
    this.trace = trace;
    this.path = path;
    this.measure = measure;
    this.pad = pad;
  }

  /** @param {string} text */
  width(text) {
    return this.measure(text) + 2 * this.pad;
  }

  /** @param {number} step */
  plain(step) {
    return isolatedName(shorten(visibleName(this.trace.words[step][1]), LONGEST));
  }

  /** With the points by which the word changed the prediction, if any. @param {number} step */
  whole(step) {
    const points = this.path.points[step];
    return points ? `${this.plain(step)} ${signedPoints(points)}` : this.plain(step);
  }
}

/** Words whose middle can be seen. @param {Span} span */
function visibleWords({ from, to }) {
  const first = Math.max(0, Math.ceil(from - 0.5));
  const last = Math.ceil(to - 0.5);
  return Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
}

/** All of them, each in its own column; null where one does not fit.
 * @param {NamedWord[]} visible @param {TimelineLayout} layout @param {NameWriter} writer */
function everyName(visible, layout, writer) {
  /** @type {WordName[]} */
  const names = [];
  for (const word of visible) {
    const { left, room } = visibleColumn(layout, word.step);
    const numbered = word.read && (word.strong || word.current);
    const texts = [...(numbered ? [writer.whole(word.step)] : []), writer.plain(word.step)];
    const text = texts.find((candidate) => writer.width(candidate) <= room);
    if (text === undefined) return null;
    names.push({ ...word, text, centre: left + room / 2, width: writer.width(text) });
  }
  return names;
}

/** @param {TimelineLayout} layout @param {number} step */
function visibleColumn(layout, step) {
  const left = Math.max(layout.left, columnX(layout, step));
  return { left, room: Math.min(layout.right, columnX(layout, step + 1)) - left };
}

/** The current one first, then the strongest of what was read.
 * @param {NamedWord[]} visible @param {TimelineLayout} layout @param {NameWriter} writer */
function strongNames(visible, layout, writer) {
  const names = visible
    .filter(({ current, strong, read }) => current || (strong && read))
    .map((word) => fittedName(word, layout, writer));
  const weights = names.map(({ step, current }) => (current ? Infinity : Math.abs(writer.path.change[step])));
  const widths = names.map(({ width }) => width);
  const centres = names.map(({ centre }) => centre);
  return fittingNames(weights, widths, centres).map((index) => names[index]);
}

/** As near to the middle of its column as the ends of the axis allow.
 * @param {NamedWord} word @param {TimelineLayout} layout @param {NameWriter} writer @returns {WordName} */
function fittedName(word, layout, writer) {
  const text = writer.whole(word.step);
  const width = Math.min(writer.width(text), layout.right - layout.left);
  const middle = columnX(layout, word.step + 0.5);
  const centre = clamp(middle, layout.left + width / 2, layout.right - width / 2);
  return { ...word, text, width, centre };
}
