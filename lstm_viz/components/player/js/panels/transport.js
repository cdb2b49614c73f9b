// The controls under the timeline.

import { visibleName } from "../model/describe.js";
import { signedPoints } from "../model/format.js";
import { turningWord } from "../model/view.js";
import { fillMenu, made, part, put, targetOf } from "./dom.js";

const PLAY = "M6 3l11 7-11 7z";
const PAUSE = "M5 3h4v14H5zM11 3h4v14h-4z";
const SPEEDS = [1, 2, 3, 5, 10];
/** @type {Record<string, string>} */
const ORDERS = { similarity: "similarity", weight: "weight in the prediction", index: "index" };
const BUTTONS = ["first", "back", "play", "on", "last", "turning", "svg", "png"];
const MENUS = ["followed", "map", "order", "speed"];

export class Transport {
  /** @param {HTMLElement} node @param {Act} act */
  constructor(node, act) {
    this.node = node;
    /** Whether the turning point is still to come. @type {(step: number) => boolean} */
    this.ahead = () => false;
    for (const name of BUTTONS) part(node, name).onclick = () => act(name);
    for (const name of MENUS) {
      this.#menu(name).onchange = (event) => act(name, targetOf(event).value);
    }
    part(node, "loop input").onchange = (/** @type {Event} */ event) => act("loop", targetOf(event).checked);
  }

  /** @param {string} name @returns {HTMLSelectElement} */
  #menu(name) {
    return part(this.node, `${name} select`);
  }

  /** @param {TraceView} trace @param {PredictionPath} path @param {View} view */
  fill(trace, path, view) {
    const many = trace.labels.length > 2;
    part(this.node, "followed").hidden = !many;
    if (many) fillMenu(this.#menu("followed"), [...trace.labels.entries()], view.label);
    fillMenu(
      this.#menu("map"),
      entries(trace.quantities, ({ name, label, symbol }) => [name, `${label} ${symbol}`]),
      view.quantity,
    );
    fillMenu(
      this.#menu("order"),
      entries(Object.keys(trace.orders), (name) => [name, ORDERS[name]]),
      view.order,
    );
    fillMenu(
      this.#menu("speed"),
      entries(SPEEDS, (speed) => [speed, `${speed} ${speed === 1 ? "word" : "words"}/s`]),
      view.speed,
    );
    this.#fillTurning(trace, path);
  }

  /** @param {TraceView} trace @param {PredictionPath} path */
  #fillTurning(trace, path) {
    const at = turningWord(trace, path);
    const button = part(this.node, "turning");
    button.hidden = trace.steps < 2;
    const word = made("b", {}, `“${visibleName(trace.words[at][1])}” ${signedPoints(path.points[at])}`);
    button.replaceChildren(made("span", {}, "Turning point"), word);
    this.ahead = (step) => step < at;
    button.title = "Play to the word that changed the prediction most (T)";
  }

  /** At presenter size, a turning point that is still to come is not given away.
   * @param {TraceView} trace @param {number} step @param {boolean} playing @param {boolean} presenting */
  show(trace, step, playing, presenting) {
    part(this.node, "turning b").hidden = presenting && this.ahead(step);
    put(part(this.node, "where"), `word ${step + 1} of ${trace.steps}`);
    const play = part(this.node, "play");
    play.setAttribute("aria-label", playing ? "Pause" : "Play");
    play.querySelector("path").setAttribute("d", playing ? PAUSE : PLAY);
  }
}

/**
 * Entries of a menu.
 * @template T
 * @param {T[]} list
 * @param {(one: T) => [string | number, string]} entry
 */
function entries(list, entry) {
  return list.map(entry);
}
