// How is a word called where it cannot be pointed at, and what is said of it aloud?

import { plain, signed, signedPoints, sizeInPoints, written } from "./format.js";

// A sign that cannot be seen is named by its code.
export function nameOf(text) {
  const code = (sign) => `U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  return /^[\p{C}\p{Z}]*$/u.test(text) ? [...text].map(code).join(" ") : text;
}

const TURNING_SIGNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const FROM_THE_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

// A name beside a number: whatever is written from right to left, or turns the direction of what
// follows, must leave the number alone.
export function besideNumber(name) {
  const text = name.replace(TURNING_SIGNS, "");
  return FROM_THE_RIGHT.test(text) ? `\u2068${text}\u2069` : text;
}

// "stale, word 35 of 46, 12 percent positive, −38 points". course is of the label that is followed.
export function sentence(reading, course, step) {
  const [, text, known] = reading.words[step];
  const verdict = [saidChances(reading, course, step), saidChange(reading, course, step)];
  const parts = [
    nameOf(text),
    `word ${step + 1} of ${reading.steps}`,
    ...(reading.readable === false ? ["no verdict"] : verdict),
  ];
  return parts.join(", ") + (known ? "" : ", not in the vocabulary");
}

// "unit 64 of 128, vote +0.14, Cell state −0.32" after a word; of all together, how many there are.
export function unitSentence(reading, course, step, unit) {
  if (unit === null) return `all ${reading.units} units`;
  const votes = reading.projected ? null : reading.votes(course.label, step);
  const { label } = reading.quantities.find(({ name }) => name === reading.memory);
  return [
    `unit ${unit} of ${reading.units}`,
    ...(votes ? [`vote ${signed(votes[unit], 2)}`] : []),
    `${label} ${plain(reading.of(reading.memory).row(step)[unit], 2)}`,
  ].join(", ");
}

// What is said in place of a verdict by a model that knows too few of the words.
export function saidUnreadable({ known: [known, count] }) {
  if (!known) return count === 1 ? "It does not know this word." : "It knows none of these words.";
  return `It knows only ${known} of these ${count} words.`;
}

function saidChances(reading, course, step) {
  const said = (label) => `${written(reading.shown(step)[label])} percent ${reading.labels[label]}`;
  if (reading.labels.length === 2) return said(course.label);
  return likeliest(reading, step, 2)
    .map(([label]) => said(label))
    .join(", then ");
}

function saidChange(reading, course, step) {
  const moved = course.points[step];
  const change = `${signedPoints(moved)} ${sizeInPoints(moved).split(" ")[1]}`;
  return reading.labels.length === 2 ? change : `${change} for ${reading.labels[course.label]}`;
}

// So many labels with their chances after a word, the likeliest first; the first of equals leads.
export function likeliest(reading, step, count) {
  const chances = [...reading.of("probability").row(step)].map((share, label) => [label, share]);
  return chances.sort((one, other) => other[1] - one[1] || one[0] - other[0]).slice(0, count);
}

// What the canvas of the timeline is to who cannot see it: a slider over the words.
export function timelineSlider(reading, course, step) {
  return {
    role: "slider",
    tabindex: "0",
    "aria-label": "Word",
    "aria-valuemin": "1",
    "aria-valuemax": String(reading.steps),
    "aria-valuenow": String(step + 1),
    "aria-valuetext": sentence(reading, course, step),
  };
}
