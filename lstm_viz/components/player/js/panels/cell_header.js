// What is looked at in the cell: all units or one, which layer, and the equation with its numbers.

import { MOST_DOTS } from "../cell/gate.js";
import { visibleName } from "../model/describe.js";
import { equation, plainText, squashOf, unitEquation } from "../model/equations.js";
import { coloured, fillMenu, part, put, targetOf } from "./dom.js";

export class CellHeader {
  /** @param {HTMLElement} node @param {Act} act */
  constructor(node, act) {
    this.node = node;
    /** @type {number | null} */
    this.unit = null;
    /** @type {Palette | null} */
    this.palette = null;
    part(node, "all").onclick = () => act("all");
    part(node, "one").onclick = () => act("one");
    part(node, "before").onclick = () => act("unit", -1);
    part(node, "after").onclick = () => act("unit", 1);
    part(node, "unit input").onchange = (/** @type {Event} */ event) => act("number", targetOf(event).valueAsNumber);
    part(node, "layer select").onchange = (/** @type {Event} */ event) => act("layer", targetOf(event).value);
  }

  /** @param {TraceView} trace @param {View} view */
  fill(trace, view) {
    const { node } = this;
    const one = view.unit !== null;
    put(part(node, "all"), `All ${trace.units} units`);
    part(node, "all").setAttribute("aria-pressed", String(!one));
    part(node, "one").setAttribute("aria-pressed", String(one));
    part(node, "unit").hidden = !one;
    part(node, "marks").hidden = one;
    put(part(node, "marks"), marksText(trace));
    part(node, "unit input").max = String(trace.units - 1);
    if (this.unit !== view.unit) this.resetNumber(view.unit); // what is being typed stays
    this.unit = view.unit;
    part(node, "layer").hidden = trace.layers.length < 2;
    part(node, "layer select").disabled = !trace.menus; // in a file there is nobody to ask
    const layers = trace.layers.map(
      (layer) => /** @type {[string, string]} */ ([layerKey(layer), layerName(layer, trace)]),
    );
    fillMenu(part(node, "layer select"), layers, layerKey(trace.layer));
  }

  /** The unit again, in place of what was typed. @param {number | null} unit */
  resetNumber(unit) {
    part(this.node, "unit input").value = unit ?? "";
  }

  /** @param {Frame} frame @param {View} view @param {Palette} palette */
  show(frame, view, palette) {
    const { trace } = frame;
    const word = visibleName(trace.words[frame.word][1]);
    const title = view.unit === null ? "Inside the cell" : "One unit";
    put(part(this.node, "title"), `${trace.experiment ? "What if: " : ""}${title} at “${word}”`);
    const general = () => equation(trace.kind, squashOf(trace), trace.projected);
    const pieces = view.unit === null ? general() : unitEquation(frame, view.unit);
    const line = part(this.node, "equation");
    if (line.textContent === plainText(pieces) && this.palette === palette) return;
    this.palette = palette;
    line.replaceChildren(...coloured(pieces, palette));
    line.title = view.unit === null ? "" : plainText(unitEquation(frame, view.unit, 5));
  }

  /** The cell in words. @param {Frame} frame @param {View} view */
  sentence(frame, view) {
    if (view.unit !== null) return `Unit ${view.unit}: ${plainText(unitEquation(frame, view.unit))}`;
    const gates = frame.trace.quantities.map(({ name, label, gate }) => {
      return `${label} ${frame.mean(name, !gate).toFixed(2)}${gate ? "" : " mean size"}`;
    });
    return `The cell after ${visibleName(frame.trace.words[frame.word][1])}. ${gates.join(", ")}`;
  }
}

/** What is drawn of each unit. @param {TraceView} trace */
function marksText({ kind, units }) {
  const unit = units > MOST_DOTS ? "threads are averaged, bars count units" : "one thread, one dot = one unit";
  return kind === "RNN" ? unit : `${unit}  ·  pipe width = mean (pale = 1)`;
}

/** As in links: 2-forward. @param {Layer} layer */
function layerKey([layer, direction]) {
  return `${layer + 1}-${direction}`;
}

/** @param {Layer} layer @param {TraceView} trace */
function layerName([layer, direction], { layers }) {
  const both = layers.some(([, other]) => other === "backward");
  const way = direction === "forward" ? "→" : "←";
  return both ? `${layer + 1} ${way}` : String(layer + 1);
}
