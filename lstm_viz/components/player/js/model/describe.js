// Words and predictions as text: for names on the axis, notes and screen readers.

import { percentText, plain, shorten, signed, signedPoints, sizeInPoints } from "./format.js";

const LONGEST_NOTED = 24; // Latin letters of a word in a note
const MOST_NOTED = 4; // unknown words named in a note

/** Invisible characters are named by their code points. @param {string} text */
export function visibleName(text) {
  /** @param {string} sign */
  const code = (sign) => `U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  return /^[\p{C}\p{Z}]*$/u.test(text) ? [...text].map(code).join(" ") : text;
}

const TURNING_SIGNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const FROM_THE_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * A name beside a number: whatever is written from right to left, or turns the direction of what
 * follows, must leave the number alone.
 * @param {string} name
 */
export function isolatedName(name) {
  const text = name.replace(TURNING_SIGNS, "");
  return FROM_THE_RIGHT.test(text) ? `\u2068${text}\u2069` : text;
}

/**
 * "stale, word 35 of 46, 12 percent positive, −38 points".
 * @param {TraceView} trace
 * @param {PredictionPath} path of the label that is followed
 * @param {number} step
 */
export function wordSentence(trace, path, step) {
  const [, text, known] = trace.words[step];
  const prediction = [probabilityPhrase(trace, path, step), changePhrase(trace, path, step)];
  const parts = [
    visibleName(text),
    `word ${step + 1} of ${trace.steps}`,
    ...(trace.readable === false ? ["no prediction"] : prediction),
  ];
  return parts.join(", ") + (known ? "" : ", not in the vocabulary");
}

/**
 * "unit 64 of 128, vote +0.14, Cell state −0.32" after a word; of all together, how many there are.
 * @param {TraceView} trace
 * @param {PredictionPath} path
 * @param {number} step
 * @param {number | null} unit
 */
export function unitSentence(trace, path, step, unit) {
  if (unit === null) return `all ${trace.units} units`;
  const votes = trace.projected ? null : trace.votes(path.label, step);
  const { label } = trace.quantities.find(({ name }) => name === trace.memory);
  return [
    `unit ${unit} of ${trace.units}`,
    ...(votes ? [`vote ${signed(votes[unit], 2)}`] : []),
    `${label} ${plain(trace.of(trace.memory).row(step)[unit], 2)}`,
  ].join(", ");
}

/**
 * What stands in place of a prediction by a model that knows too few of the words.
 * @param {Pick<TraceView, "known">} trace
 */
export function unreadableText({ known: [known, count] }) {
  if (!known) return count === 1 ? "It does not know this word." : "It knows none of these words.";
  return `It knows only ${known} of these ${count} words.`;
}

/** @param {TraceView} trace @param {PredictionPath} path @param {number} step */
function probabilityPhrase(trace, path, step) {
  /** @param {number} label */
  const phrase = (label) => `${percentText(trace.percents(step)[label])} percent ${trace.labels[label]}`;
  if (trace.labels.length === 2) return phrase(path.label);
  return likeliest(trace, step, 2)
    .map(([label]) => phrase(label))
    .join(", then ");
}

/** @param {TraceView} trace @param {PredictionPath} path @param {number} step */
function changePhrase(trace, path, step) {
  const points = path.points[step];
  const change = `${signedPoints(points)} ${sizeInPoints(points).split(" ")[1]}`;
  return trace.labels.length === 2 ? change : `${change} for ${trace.labels[path.label]}`;
}

/**
 * So many labels with their probabilities after a word, the likeliest first; the first of equals leads.
 * @param {TraceView} trace
 * @param {number} step
 * @param {number} count
 */
export function likeliest(trace, step, count) {
  /** @type {[label: number, probability: number][]} */
  const found = Array.from(trace.of("probability").row(step), (share, label) => [label, share]);
  return found.sort((one, other) => other[1] - one[1] || one[0] - other[0]).slice(0, count);
}

/** What of a text needs a word of explanation. @param {TraceView} trace */
export function notesOf(trace) {
  const notes = trace.about ? [trace.about] : [];
  const strange = trace.words.filter(([, , known]) => !known);
  const unknown = [...new Set(strange.map(([, text]) => visibleName(text)))];
  if (unknown.length && strange.length === trace.steps) {
    notes.push("The model knows none of these words: it read “unknown” each time.");
  } else if (unknown.length) {
    const named = unknown.slice(0, MOST_NOTED).map((word) => `“${isolatedName(shorten(word, LONGEST_NOTED))}”`);
    const more = unknown.length > MOST_NOTED ? ` and ${unknown.length - MOST_NOTED} more` : "";
    notes.push(`Dotted: ${named.join(", ")}${more} not in the vocabulary, read as “unknown”.`);
  }
  if (trace.truncated) {
    const [read, left] = [trace.steps, trace.truncated].map((count) => count.toLocaleString("en"));
    notes.push(`Read up to word ${read}; the ${left} after the mark ┊ were not read.`);
  }
  return notes.join(" ");
}

/** Where each sentence begins. @param {Word[]} words */
export function sentenceStarts(words) {
  const starts = [0];
  words.forEach(([, text], step) => {
    if (/^[.!?。！？…]+$/.test(text) && step + 1 < words.length) starts.push(step + 1);
  });
  return starts;
}
