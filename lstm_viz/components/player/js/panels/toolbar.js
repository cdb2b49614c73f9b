// What stands above the review: models, examples, the legend of the tint.

import { made, options, put } from "./dom.js";
import { legend, tintChoices } from "../draw/word_tints.js";

export class Bar {
  // ``ask`` asks the server for another model or example; ``act`` acts on the page.
  constructor(root, ask, act) {
    this.root = root;
    this.#part("models").onchange = (event) => ask({ model: event.target.value });
    this.#part("examples").onchange = (event) => ask({ example: event.target.value });
    this.#part("present").onclick = () => act("present");
    this.#part("tint").onchange = (event) => act("tint", event.target.value);
  }

  #part(name) {
    return this.root.querySelector(`.${name}`);
  }

  // In a file of its own the player has no menus: there is nobody to ask.
  fill({ menus }) {
    this.root.classList.toggle("alone", !menus);
    if (!menus) return;
    options(
      this.#part("models"),
      menus.models.map((name) => [name, name]),
      menus.model,
    );
    options(this.#part("examples"), menus.examples, menus.example);
  }

  legend(reading, view, palette) {
    options(this.#part("tint"), tintChoices(reading, view.label, view.unit), view.tint);
    put(this.#part("by"), this.#part("tint").selectedOptions[0].textContent); // where there is no menu
    const scale = this.#part("scale");
    const stops = legend(reading, view.tint, view.unit, palette);
    scale.setAttribute("aria-label", `Scale of the tint, from ${stops[0][1]} to ${stops.at(-1)[1]}`);
    scale.replaceChildren(
      ...stops.map(([ground, label]) => {
        const swatch = made("b", {}, label);
        swatch.style.background = ground;
        return swatch;
      }),
    );
  }
}
