// What is looked at in the cell: all units or one, which layer, and the equation with its numbers.

import { MOST_DOTS } from "../cell/gate.js";
import { nameOf } from "../model/describe.js";
import { coloured, options, put } from "./dom.js";
import { lawOf, saidPlainly, squashOf, sumOf } from "../model/equations.js";

export class Heading {
  constructor(node, act) {
    this.node = node;
    this.#part("all").onclick = () => act("all");
    this.#part("one").onclick = () => act("one");
    this.#part("before").onclick = () => act("unit", -1);
    this.#part("after").onclick = () => act("unit", 1);
    this.#part("unit input").onchange = (event) => act("number", event.target);
    this.#part("layer select").onchange = (event) => act("layer", event.target.value);
  }

  #part(name) {
    return this.node.querySelector(`.${name}`);
  }

  fill(reading, view) {
    const one = view.unit !== null;
    put(this.#part("all"), `All ${reading.units} units`);
    this.#part("all").setAttribute("aria-pressed", String(!one));
    this.#part("one").setAttribute("aria-pressed", String(one));
    this.#part("unit").hidden = !one;
    this.#part("marks").hidden = one;
    put(this.#part("marks"), marksOf(reading));
    const number = this.#part("unit input");
    number.max = String(reading.units - 1);
    if (this.unit !== view.unit) number.value = view.unit ?? ""; // what is being typed stays
    this.unit = view.unit;
    this.#part("layer").hidden = reading.layers.length < 2;
    this.#part("layer select").disabled = !reading.menus; // in a file there is nobody to ask
    const layers = reading.layers.map(([layer, direction]) => [
      spelled(layer, direction),
      nameOfLayer(layer, direction, reading),
    ]);
    options(this.#part("layer select"), layers, spelled(...reading.layer));
  }

  show(moment, view, palette) {
    const word = nameOf(moment.reading.words[moment.word][1]);
    put(
      this.#part("title"),
      `${moment.reading.experiment ? "What if: " : ""}${view.unit === null ? "Inside the cell" : "One unit"} at “${word}”`,
    );
    const { kind, projected } = moment.reading;
    const general = () => lawOf(kind, squashOf(moment.reading), projected);
    const pieces = view.unit === null ? general() : sumOf(moment, view.unit);
    const said = saidPlainly(pieces);
    const law = this.#part("law");
    if (law.textContent === said && this.palette === palette) return;
    this.palette = palette;
    law.replaceChildren(...coloured(pieces, palette));
    law.title = view.unit === null ? "" : saidPlainly(sumOf(moment, view.unit, 5));
  }

  // The cell in words.
  sentence(moment, view) {
    if (view.unit !== null) return `Unit ${view.unit}: ${saidPlainly(sumOf(moment, view.unit))}`;
    const gates = moment.reading.quantities.map(
      ({ name, label, gate }) => `${label} ${moment.mean(name, !gate).toFixed(2)}${gate ? "" : " mean size"}`,
    );
    return `The cell after ${nameOf(moment.reading.words[moment.word][1])}. ${gates.join(", ")}`;
  }
}

// What is drawn of each unit.
function marksOf({ kind, units }) {
  const unit = units > MOST_DOTS ? "threads are averaged, bars count units" : "one thread, one dot = one unit";
  return kind === "RNN" ? unit : `${unit}  ·  pipe width = mean (pale = 1)`;
}

// As in links: 2-forward.
function spelled(layer, direction) {
  return `${layer + 1}-${direction}`;
}

function nameOfLayer(layer, direction, { layers }) {
  const both = layers.some(([, other]) => other === "backward");
  const way = direction === "forward" ? "→" : "←";
  return both ? `${layer + 1} ${way}` : String(layer + 1);
}
