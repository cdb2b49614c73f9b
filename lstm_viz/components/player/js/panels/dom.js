// Small helps for the parts of the page. All text goes in as text.

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number>} attributes
 * @param {(Node | string)[]} children
 */
export function made(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/**
 * A part of the player by its class, or by a selector that begins with one.
 * @param {ParentNode} root
 * @param {string} name
 * @returns {any}
 */
export function part(root, name) {
  return root.querySelector(`.${name}`);
}

/** What a click, a change or a key was on, as one of its own kind. @param {Event} event @returns {any} */
export function targetOf(event) {
  return event.target;
}

/** Pieces of an equation. @param {Piece[]} pieces @param {Palette} palette */
export function coloured(pieces, palette) {
  return pieces.map(([text, role]) => {
    if (!role) return text;
    const piece = made("b", {}, text);
    piece.style.color = palette[role];
    return piece;
  });
}

/** Changes a text only where it is another: what is read aloud is not read twice.
 * @param {Node} node @param {string} text */
export function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Whether the server is at work for this page; a page from disk has none. */
export function serverAtWork() {
  /** @type {HTMLElement | null} */
  const app = document.querySelector("[data-testid=stApp]");
  return ["initial", "running", "rerunRequested"].includes(app?.dataset.testScriptState);
}

/** @type {WeakMap<HTMLSelectElement, string>} */
const filledWith = new WeakMap();

/**
 * Entries are replaced only when they change: rebuilding all menus at every keystroke is slow.
 * @param {HTMLSelectElement} select
 * @param {[value: string | number, label: string][]} entries
 * @param {string | number} chosen
 */
export function fillMenu(select, entries, chosen) {
  const key = JSON.stringify(entries);
  if (filledWith.get(select) !== key) {
    select.replaceChildren(...entries.map(([value, label]) => made("option", { value }, label)));
    filledWith.set(select, key);
  }
  select.value = String(chosen);
}

/** Everything that neither holds a node nor lies in it, and can have the focus. @param {HTMLElement} node */
export function besideOf(node) {
  /** @type {HTMLElement[]} */
  const found = [];
  for (let at = /** @type {any} */ (node); at; at = at.parentNode ?? at.host) {
    for (const other of at.parentNode?.children ?? []) {
      if (other !== at && other instanceof HTMLElement && !other.inert) found.push(other);
    }
  }
  return found;
}

/** Whether a node, or one in it, has the focus. @param {HTMLElement} node */
export function hasFocus(node) {
  return node.contains(focusedIn(node));
}

/** @param {Node} node @returns {Element | null} what has the focus where the node is */
export function focusedIn(node) {
  return /** @type {ShadowRoot | Document} */ (node.getRootNode()).activeElement;
}

/**
 * Gives a canvas the size that the page gives it in pixels of the screen, and returns it in those of the
 * page. Setting even the same size would trigger a new layout of the page.
 * @param {HTMLCanvasElement} canvas
 * @param {number} ratio
 * @returns {[width: number, height: number]}
 */
export function fitCanvas(canvas, ratio) {
  const { clientWidth, clientHeight } = canvas;
  const [width, height] = [clientWidth, clientHeight].map((pixels) => Math.round(pixels * ratio));
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  return [clientWidth, clientHeight];
}
