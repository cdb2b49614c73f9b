// The prediction at a word, and the votes that it is made of.

import { unreadableText, visibleName } from "../model/describe.js";
import { displayPercents, percentText, plain, roundToTenth, signed, sizeInPoints } from "../model/format.js";
import {
  changedVotes,
  largestVoteTotal,
  probabilityWithout,
  rankedLabels,
  totalWithout,
  voteTotals,
} from "../model/votes.js";
import { focusedIn, made } from "./dom.js";

const CHIPS = 3; // units named at each word, for having changed their vote most

/** What the panel shows, at a word. @typedef {{
 *   trace: TraceView, path: PredictionPath, step: number, unit: number | null, palette: Palette,
 * }} State */

export class Prediction {
  /** @param {HTMLElement} node @param {(unit: number | null) => void} onUnit */
  constructor(node, onUnit) {
    this.node = node;
    this.onUnit = onUnit;
    /** Ends of the axis of votes, by trace and label. @type {WeakMap<TraceView, Map<number, number>>} */
    this.axes = new WeakMap();
  }

  /** @param {State} state */
  show(state) {
    const { trace, step } = state;
    if (trace.readable === false) {
      this.node.replaceChildren(...unreadable(trace));
      return;
    }
    const parts = trace.bands.length ? likeliestLabel(state) : likelierSide(state);
    const word = visibleName(trace.words[step][1]);
    const votes = this.#votes(trace.projected ? { ...state, unit: null } : state);
    const focused = this.#buttons().indexOf(/** @type {HTMLButtonElement} */ (focusedIn(this.node)));
    this.node.replaceChildren(made("p", { class: "when" }, `Prediction after “${word}”`), ...parts, ...votes);
    if (focused >= 0) this.#buttons()[focused]?.focus();
  }

  #buttons() {
    return [...this.node.querySelectorAll("button")];
  }

  /** @param {TraceView} trace @param {number} label */
  #axis(trace, label) {
    const found = this.axes.get(trace) ?? new Map();
    this.axes.set(trace, found);
    if (!found.has(label)) found.set(label, largestVoteTotal(trace, label));
    return found.get(label);
  }

  /** @param {State} state */
  #votes(state) {
    const { trace, path, step, unit, palette } = state;
    const { label } = path;
    const totals = voteTotals(trace, label, step);
    if (!totals) return [];
    const name = trace.labels[label];
    const many = trace.labels.length > 2;
    // What stands together adds up: the sum is that of the numbers beside it.
    const [below, above, bias] = [totals.against, totals.inFavour, totals.bias].map(inHundredths);
    const sum = `bias ${signed(bias, 2)}, sum ${signed(below + above + bias, 2)}`;
    const whole = many ? sum : `${sum}: ${percentText(path.percent[step])} % ${name}`;
    const against = many ? "against" : trace.labels[1 - label];
    return [
      made("p", { class: "votes" }, votesTitle(state)),
      tugOfWar(totals, this.#axis(trace, label), palette),
      made(
        "p",
        { class: "sides" },
        made("span", {}, `${signed(below, 2)} ${against}`),
        made("span", {}, `${signed(above, 2)} ${many ? "for" : name}`),
      ),
      made("p", { class: "total" }, unit === null ? whole : withoutUnitText(state)),
      ...(trace.projected ? [] : [this.#chips(state)]),
    ];
  }

  /** @param {State} state */
  #chips({ trace, path, step, unit, palette }) {
    const chips = changedVotes(trace, path.label, step, CHIPS).map(([voter, change]) => {
      const chip = made("button", { type: "button", "aria-pressed": String(voter === unit) });
      const vote = signed(change, 2);
      chip.append(made("span", { class: "visually-hidden" }, `unit ${voter}, vote ${vote}`));
      chip.append(made("span", { "aria-hidden": "true" }, made("b", {}, String(voter)), ` ${vote}`));
      chip.title = `Look at unit ${voter}; its vote changed by ${signed(change, 5)}`;
      chip.style.borderLeftColor = change < 0 ? palette.negative : palette.positive;
      chip.onclick = () => this.onUnit(voter === unit ? null : voter);
      return chip;
    });
    return made("div", { class: "chips" }, made("p", {}, "Votes this word changed most"), ...chips);
  }
}

/** @param {number} value */
const inHundredths = (value) => Math.round(value * 100) / 100;

/** @param {State} state */
function votesTitle({ trace, path, step, unit }) {
  const voters = trace.projected ? "outputs" : "units";
  if (unit === null) return `votes of ${trace.of("hidden_state").columns} ${voters}, added up`;
  const weight = trace.of("weight").row(path.label)[unit];
  const value = trace.of("hidden_state").row(step)[unit];
  return `unit ${unit}: ${plain(value, 2)} × weight ${plain(weight, 2)} = vote ${plain(value * weight, 2)}`;
}

/** @param {State} state */
function withoutUnitText({ trace, path, step, unit }) {
  const { label } = path;
  if (trace.labels.length > 2) return `the sum without it: ${signed(totalWithout(trace, label, step, unit), 2)}`;
  const rest = probabilityWithout(trace, label, step, unit);
  const alone = displayPercents(label ? [1 - rest, rest] : [rest, 1 - rest])[label];
  const text = `${percentText(alone)} % ${trace.labels[label]}`;
  const now = path.percent[step];
  return alone === now ? `without it: still ${text}` : `without it: ${text}, not ${percentText(now)} %`;
}

/** Two sides from the middle, on an axis that is fixed for the text.
 * @param {{against: number, inFavour: number}} totals @param {number} most @param {Palette} palette */
function tugOfWar({ against, inFavour }, most, palette) {
  /** @param {number} from @param {number} to @param {string} background */
  const bar = (from, to, background) => {
    const piece = made("i");
    Object.assign(piece.style, { left: `${from}%`, width: `${to - from}%`, background });
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

/** Of a text that the model cannot read: no probability, which would be one of other words.
 * @param {TraceView} trace */
function unreadable(trace) {
  const hint =
    "The dotted words were read as “unknown”, so this would say nothing about your text. Choose an example or another model.";
  return [
    made("p", { class: "when" }, "No prediction"),
    made("p", { class: "unread" }, unreadableText(trace)),
    made("p", { class: "change" }, hint),
  ];
}

/** @param {"b" | "span"} tag @param {string} className @param {string} text @param {string} color */
function inColour(tag, className, text, color) {
  const node = made(tag, { class: className }, text);
  node.style.color = color;
  return node;
}

/** @param {number} points @param {Palette} palette */
function changeColor(points, palette) {
  if (!points) return palette.muted;
  return points > 0 ? palette.positive : palette.negative;
}

/** Of two labels: one side of a half or the other. @param {State} state */
function likelierSide({ trace, path, step, palette }) {
  const now = path.percent[step];
  const before = step ? path.percent[step - 1] : path.priorPercent;
  const high = path.probability[step] >= 0.5;
  const [name, other] = [trace.labels[path.label], trace.labels[1 - path.label]];
  const points = path.points[step];
  const color = high ? palette.positive : palette.negative;
  const toward = points >= 0 ? name : other;
  const change = points ? `${sizeInPoints(points)} toward ${toward}` : "moved by less than a point";
  return [
    made(
      "p",
      { class: "big" },
      inColour("b", "number", `${percentText(high ? now : roundToTenth(100 - now))} %`, color),
      inColour("span", "side", `${high ? "▲" : "▼"} ${high ? name : other}`, color),
    ),
    made(
      "p",
      { class: "change" },
      inColour("b", "", change, changeColor(points, palette)),
      made("span", {}, `${name} was ${percentText(before)} %, is ${percentText(now)} %`),
    ),
  ];
}

/** Of many labels: the likeliest, and which come next. @param {State} state */
function likeliestLabel({ trace, path, step, palette }) {
  const [[first, percent], ...others] = rankedLabels(trace, step);
  const points = path.points[step];
  const toward = `${points > 0 ? "toward" : "away from"} ${trace.labels[path.label]}`;
  const change = points ? `${sizeInPoints(points)} ${toward}` : "moved by less than a point";
  const next = others.slice(0, 2).map(([label, value]) => `${label} ${percentText(value)} %`);
  return [
    made(
      "p",
      { class: "big" },
      made("b", { class: "number" }, `${percentText(percent)} %`),
      made("span", { class: "side" }, first),
    ),
    made(
      "p",
      { class: "change" },
      inColour("b", "", change, changeColor(points, palette)),
      made("span", {}, `then ${next.join(", ")}`),
    ),
  ];
}
