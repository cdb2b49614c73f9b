// Small helps for the parts of the page. All text goes in as text.

export function made(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// Pieces of an equation: [text, role].
export function coloured(pieces, palette) {
  return pieces.map(([text, role]) => {
    if (!role) return text;
    const piece = made("b", {}, text);
    piece.style.color = palette[role];
    return piece;
  });
}

// Changes a text only where it is another: what is read aloud is not read twice.
export function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// Whether the server is at work for this page; a page from disk has none.
export function serverAtWork() {
  const state = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
  return ["initial", "running", "rerunRequested"].includes(state);
}

const filledWith = new WeakMap();

// A menu that has these entries keeps them: making all menus anew at each key takes its time.
export function options(select, entries, chosen) {
  const key = JSON.stringify(entries);
  if (filledWith.get(select) !== key) {
    select.replaceChildren(...entries.map(([value, label]) => made("option", { value }, label)));
    filledWith.set(select, key);
  }
  select.value = chosen;
}

// Everything that neither holds a node nor lies in it, and can have the focus.
export function besideOf(node) {
  const found = [];
  for (let at = node; at; at = at.parentNode ?? at.host) {
    const others = [...(at.parentNode?.children ?? [])].filter((other) => other !== at);
    found.push(...others.filter((other) => other instanceof HTMLElement && !other.inert));
  }
  return found;
}

// Gives a canvas the size of a node in pixels of the screen, and returns it in those of the page. A
// canvas that has it is left alone: even the same size anew has the page laid out again.
export function sized(canvas, { clientWidth, clientHeight }, ratio) {
  const [width, height] = [clientWidth, clientHeight].map((pixels) => Math.round(pixels * ratio));
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  return [clientWidth, clientHeight];
}
