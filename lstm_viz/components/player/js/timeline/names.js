// Which words are named below the prediction, and where? Pure: widths of texts come from ``measure``.

import { besideNumber, nameOf } from "../model/describe.js";
import { clamp, namedWords, short, signedPoints } from "../model/format.js";
import { columnX } from "./layout.js";

const LONGEST = 16; // Latin letters of a name
const LEAST_POINTS = 6; // a word that moves less is named only where all words are

// reads(step) says whether a word was read; measure(text) how wide a text is. Returns {step, text,
// centre, width, current, turning, strong, read} for each name; none touches another.
export function wordNames(reading, course, place, { current, turning, reads, measure, pad }) {
  const shown = (step) => !place.presenting || reads(step);
  const about = (step) => ({
    step,
    current: step === current,
    turning: step === turning,
    strong: Math.abs(course.points[step]) >= LEAST_POINTS,
    read: reads(step),
  });
  const visible = visibleWords(place).filter(shown).map(about);
  const writer = new NameWriter(reading, course, measure, pad);
  return everyName(visible, place, writer) ?? strongNames(visible, place, writer);
}

// Texts and widths of names.
class NameWriter {
  constructor(reading, course, measure, pad) {
    Object.assign(this, { reading, course, measure, pad });
  }

  width(text) {
    return this.measure(text) + 2 * this.pad;
  }

  plain(step) {
    return besideNumber(short(nameOf(this.reading.words[step][1]), LONGEST));
  }

  // With the points by which the word moved the prediction, if any.
  whole(step) {
    const moved = this.course.points[step];
    return moved ? `${this.plain(step)} ${signedPoints(moved)}` : this.plain(step);
  }
}

// Words whose middle can be seen.
function visibleWords({ from, to }) {
  const first = Math.max(0, Math.ceil(from - 0.5));
  const last = Math.ceil(to - 0.5);
  return Array.from({ length: Math.max(0, last - first) }, (_, k) => first + k);
}

// All of them, each in its own column; null where one does not fit.
function everyName(visible, place, writer) {
  const names = [];
  for (const word of visible) {
    const { left, room } = columnSeen(place, word.step);
    const text = [writer.whole(word.step), writer.plain(word.step)]
      .filter((_, k) => k === 1 || (word.read && (word.strong || word.current)))
      .find((candidate) => writer.width(candidate) <= room);
    if (text === undefined) return null;
    names.push({ ...word, text, centre: left + room / 2, width: writer.width(text) });
  }
  return names;
}

function columnSeen(place, step) {
  const left = Math.max(place.left, columnX(place, step));
  return { left, room: Math.min(place.right, columnX(place, step + 1)) - left };
}

// The current one first, then the strongest of what was read.
function strongNames(visible, place, writer) {
  const names = visible
    .filter(({ current, strong, read }) => current || (strong && read))
    .map((word) => fittedName(word, place, writer));
  const weights = names.map(({ step, current }) => (current ? Infinity : Math.abs(writer.course.moved[step])));
  const kept = namedWords(
    weights,
    names.map(({ width }) => width),
    names.map(({ centre }) => centre),
    0,
  );
  return kept.map((index) => names[index]);
}

// As near to the middle of its column as the ends of the axis allow.
function fittedName(word, place, writer) {
  const text = writer.whole(word.step);
  const width = Math.min(writer.width(text), place.right - place.left);
  const middle = columnX(place, word.step + 0.5);
  return { ...word, text, width, centre: clamp(middle, place.left + width / 2, place.right - width / 2) };
}
