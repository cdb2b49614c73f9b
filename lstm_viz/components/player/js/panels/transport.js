// The controls under the timeline.

import { nameOf } from "../model/describe.js";
import { signedPoints } from "../model/format.js";
import { made, options, put } from "./dom.js";

const PLAY = "M6 3l11 7-11 7z";
const PAUSE = "M5 3h4v14H5zM11 3h4v14h-4z";
export const SPEEDS = [1, 2, 3, 5, 10];
const ORDERS = { similarity: "similarity", weight: "weight in the verdict", index: "index" };

export class Transport {
  constructor(node, act) {
    this.node = node;
    const acts = { first: "first", back: "back", play: "play", on: "on", last: "last", turning: "turning" };
    for (const [name, action] of Object.entries(acts)) this.#part(name).onclick = () => act(action);
    this.#part("svg").onclick = () => act("svg");
    this.#part("png").onclick = () => act("png");
    for (const name of ["followed", "map", "order", "speed"]) {
      this.#select(name).onchange = (event) => act(name, event.target.value);
    }
    node.querySelector(".loop input").onchange = (event) => act("loop", event.target.checked);
  }

  #part(name) {
    return this.node.querySelector(`.${name}`);
  }

  #select(name) {
    return this.node.querySelector(`.${name} select`);
  }

  fill(reading, course, view) {
    const many = reading.labels.length > 2;
    this.#part("followed").hidden = !many;
    if (many) options(this.#select("followed"), [...reading.labels.entries()], String(view.label));
    const quantities = reading.quantities.map(({ name, label, symbol }) => [name, `${label} ${symbol}`]);
    options(this.#select("map"), quantities, view.quantity);
    const orders = Object.keys(reading.orders).map((name) => [name, ORDERS[name]]);
    options(this.#select("order"), orders, view.order);
    options(
      this.#select("speed"),
      SPEEDS.map((speed) => [speed, `${speed} ${speed === 1 ? "word" : "words"}/s`]),
      view.speed,
    );
    const at = turningPoint(course);
    const turning = this.#part("turning");
    turning.hidden = reading.steps < 2;
    const [word, moved] = [nameOf(reading.words[at][1]), signedPoints(course.points[at])];
    const found = made("b", {}, `“${word}” ${moved}`);
    turning.replaceChildren(made("span", {}, "Turning point"), found);
    this.ahead = (step) => step < at;
    turning.title = "Play to the word that moved the verdict most (T)";
  }

  // A room is not told of a turn that is still to come.
  show(reading, step, playing, presenting) {
    this.#part("turning b").hidden = presenting && this.ahead(step);
    put(this.#part("where"), `word ${step + 1} of ${reading.steps}`);
    const play = this.#part("play");
    play.setAttribute("aria-label", playing ? "Pause" : "Play");
    play.querySelector("path").setAttribute("d", playing ? PAUSE : PLAY);
  }
}

// The word that moved the probability most; the first of equals.
export function turningPoint({ moved }) {
  return moved.reduce((best, value, step) => (Math.abs(value) > Math.abs(moved[best]) ? step : best), 0);
}
