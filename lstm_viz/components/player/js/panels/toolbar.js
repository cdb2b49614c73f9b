// What stands above the text: models, examples, the legend of the tint.

import { tintChoices, tintLegend } from "../draw/word_tints.js";
import { fillMenu, made, part, put, targetOf } from "./dom.js";

export class Toolbar {
  /**
   * @param {HTMLElement} root
   * @param {(request: ServerRequest) => void} ask asks the server for another model or example
   * @param {Act} act acts on the page
   */
  constructor(root, ask, act) {
    this.root = root;
    part(root, "models").onchange = (/** @type {Event} */ event) => ask({ model: targetOf(event).value });
    part(root, "examples").onchange = (/** @type {Event} */ event) => ask({ example: targetOf(event).value });
    part(root, "present").onclick = () => act("present");
    part(root, "tint").onchange = (/** @type {Event} */ event) => act("tint", targetOf(event).value);
  }

  /** A downloaded page has no menus: there is no server to ask. @param {TraceView} trace */
  fill({ menus }) {
    this.root.classList.toggle("alone", !menus);
    if (!menus) return;
    const models = menus.models.map((name) => /** @type {[string, string]} */ ([name, name]));
    fillMenu(part(this.root, "models"), models, menus.model);
    fillMenu(part(this.root, "examples"), menus.examples, menus.example);
  }

  /** @param {TraceView} trace @param {View} view @param {Palette} palette */
  legend(trace, view, palette) {
    const menu = part(this.root, "tint");
    fillMenu(menu, tintChoices(trace, view), view.tint);
    put(part(this.root, "by"), menu.selectedOptions[0].textContent); // where there is no menu
    const scale = part(this.root, "scale");
    const stops = tintLegend(trace, view, palette);
    scale.setAttribute("aria-label", `Scale of the tint, from ${stops[0][1]} to ${stops.at(-1)[1]}`);
    const swatches = stops.map(([ground, label]) => {
      const swatch = made("b", {}, label);
      swatch.style.background = ground;
      return swatch;
    });
    scale.replaceChildren(...swatches);
  }
}
