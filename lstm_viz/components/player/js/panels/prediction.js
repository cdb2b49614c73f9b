// What the model thinks now, and how it comes to think so.

import { nameOf, saidUnreadable } from "../model/describe.js";
import { plain, shownChances, signed, sizeInPoints, tenths, written } from "../model/format.js";
import { made } from "./dom.js";
import { largestTally, movers, ranked, tally, without } from "../model/equations.js";

const CHIPS = 3; // units named at each word, for having changed their vote most

export class Verdict {
  constructor(node, onUnit) {
    this.node = node;
    this.onUnit = onUnit;
    this.axes = new WeakMap();
  }

  show(reading, course, step, unit, palette) {
    if (reading.readable === false) {
      this.node.replaceChildren(...unread(reading));
      return;
    }
    const parts = reading.bands.length ? leader(reading, course, step, palette) : side(reading, course, step, palette);
    const word = nameOf(reading.words[step][1]);
    const votes = this.#votes(reading, course, step, reading.projected ? null : unit, palette);
    const focused = this.#buttons().indexOf(this.node.getRootNode().activeElement);
    this.node.replaceChildren(made("p", { class: "when" }, `Verdict after “${word}”`), ...parts, ...votes);
    if (focused >= 0) this.#buttons()[focused]?.focus();
  }

  #buttons() {
    return [...this.node.querySelectorAll("button")];
  }

  // The unit whose vote a word changed most; null where units have no votes.
  mover(reading, course, step) {
    return movers(reading, course.label, step, 1)[0]?.[0] ?? null;
  }

  #axis(reading, label) {
    const found = this.axes.get(reading) ?? new Map();
    this.axes.set(reading, found);
    if (!found.has(label)) found.set(label, largestTally(reading, label));
    return found.get(label);
  }

  #votes(reading, course, step, unit, palette) {
    const { label } = course;
    const found = tally(reading, label, step);
    if (!found) return [];
    const name = reading.labels[label];
    const many = reading.labels.length > 2;
    // What stands together adds up: the sum is that of the numbers beside it.
    const [below, above, bias] = [found.against, found.inFavour, found.bias].map(inHundredths);
    const sum = `bias ${signed(bias, 2)}, sum ${signed(below + above + bias, 2)}`;
    const end = many ? sum : `${sum}: ${written(course.shown[step])} % ${name}`;
    const said = unit === null ? end : withoutUnit(reading, course, step, unit);
    const against = many ? "against" : reading.labels[1 - label];
    return [
      made("p", { class: "votes" }, votesTitle(reading, label, step, unit)),
      tug(found, this.#axis(reading, label), palette),
      made(
        "p",
        { class: "sides" },
        made("span", {}, `${signed(below, 2)} ${against}`),
        made("span", {}, `${signed(above, 2)} ${many ? "for it" : name}`),
      ),
      made("p", { class: "total" }, said),
      ...(reading.projected ? [] : [this.#chips(reading, label, step, unit, palette)]),
    ];
  }

  #chips(reading, label, step, unit, palette) {
    const chips = movers(reading, label, step, CHIPS).map(([mover, change]) => {
      const chip = made("button", { type: "button", "aria-pressed": String(mover === unit) });
      const vote = signed(change, 2);
      chip.append(made("span", { class: "said" }, `unit ${mover}, vote ${vote}`));
      chip.append(made("span", { "aria-hidden": "true" }, made("b", {}, String(mover)), ` ${vote}`));
      chip.title = `Look at unit ${mover}; its vote changed by ${signed(change, 5)}`;
      chip.style.borderLeftColor = change < 0 ? palette.negative : palette.positive;
      chip.onclick = () => this.onUnit(mover === unit ? null : mover);
      return chip;
    });
    return made("div", { class: "chips" }, made("p", {}, "Votes this word changed most"), ...chips);
  }
}

const inHundredths = (value) => Math.round(value * 100) / 100;

function votesTitle(reading, label, step, unit) {
  const voters = reading.projected ? "outputs" : "units";
  if (unit === null) return `votes of ${reading.of("hidden_state").columns} ${voters}, added up`;
  const weight = reading.of("weight").row(label)[unit];
  const value = reading.of("hidden_state").row(step)[unit];
  return `unit ${unit}: ${plain(value, 2)} × weight ${plain(weight, 2)} = vote ${plain(value * weight, 2)}`;
}

function withoutUnit(reading, course, step, unit) {
  if (reading.labels.length > 2) return `the sum without it: ${signed(restOf(reading, course, step, unit), 2)}`;
  const rest = without(reading, course.label, step, unit);
  const alone = shownChances(course.label ? [1 - rest, rest] : [rest, 1 - rest])[course.label];
  const name = reading.labels[course.label];
  const said = `${written(alone)} % ${name}`;
  return alone === course.shown[step]
    ? `without it: still ${said}`
    : `without it: ${said}, not ${written(course.shown[step])} %`;
}

function restOf(reading, { label }, step, unit) {
  return tally(reading, label, step).total - reading.votes(label, step)[unit];
}

// Two sides from the middle, on an axis that is fixed for the review.
function tug({ against, inFavour }, most, palette) {
  const bar = (from, to, ground) => {
    const piece = made("i");
    Object.assign(piece.style, { left: `${from}%`, width: `${to - from}%`, background: ground });
    return piece;
  };
  const middle = 50;
  return made(
    "div",
    { class: "tug", "aria-hidden": "true" },
    bar(middle + (50 * against) / most, middle, palette.full_negative),
    bar(middle, middle + (50 * inFavour) / most, palette.full_positive),
  );
}

// Of a text that the model cannot read: no chance, which would be one of other words.
function unread(reading) {
  return [
    made("p", { class: "when" }, "No verdict"),
    made("p", { class: "unread" }, saidUnreadable(reading)),
    made(
      "p",
      { class: "change" },
      "The dotted ones it read as “unknown”: what it says is no verdict on this text. Choose an example or another model.",
    ),
  ];
}

function inColour(tag, className, text, color) {
  const node = made(tag, { class: className }, text);
  node.style.color = color;
  return node;
}

// Of two labels: one side of a half or the other.
function side(reading, course, step, palette) {
  const now = course.shown[step];
  const before = step ? course.shown[step - 1] : course.shownBefore;
  const high = course.probability[step] >= 0.5;
  const [name, other] = [reading.labels[course.label], reading.labels[1 - course.label]];
  const moved = course.points[step];
  const color = high ? palette.positive : palette.negative;
  const toward = moved >= 0 ? name : other;
  const change = moved ? `${sizeInPoints(moved)} toward ${toward}` : "moved by less than a point";
  const changed = moved ? (moved >= 0 ? palette.positive : palette.negative) : palette.muted;
  return [
    made(
      "p",
      { class: "big" },
      inColour("b", "number", `${written(high ? now : tenths(100 - now))} %`, color),
      inColour("span", "side", `${high ? "▲" : "▼"} ${high ? name : other}`, color),
    ),
    made(
      "p",
      { class: "change" },
      inColour("b", "", change, changed),
      made("span", {}, `${name} was ${written(before)} %, is ${written(now)} %`),
    ),
  ];
}

// Of many labels: the likeliest, and who comes next.
function leader(reading, course, step, palette) {
  const [[first, share], ...others] = ranked(reading, step);
  const moved = course.points[step];
  const name = reading.labels[course.label];
  const told = `${sizeInPoints(moved)} ${moved > 0 ? "toward" : "away from"} ${name}`;
  const next = others.slice(0, 2).map(([label, value]) => `${label} ${written(value)} %`);
  const color = moved ? (moved > 0 ? palette.positive : palette.negative) : palette.muted;
  return [
    made(
      "p",
      { class: "big" },
      made("b", { class: "number" }, `${written(share)} %`),
      made("span", { class: "side" }, first),
    ),
    made(
      "p",
      { class: "change" },
      inColour("b", "", moved ? told : "moved by less than a point", color),
      made("span", {}, `then ${next.join(", ")}`),
    ),
  ];
}
