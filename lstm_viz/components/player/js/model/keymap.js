// Which key does what? Pure: an action and its argument, or null.

/** @type {Record<string, [action: string, value?: number]>} */
const ACTIONS = {
  " ": ["play"],
  ArrowRight: ["on"],
  ArrowLeft: ["back"],
  Home: ["first"],
  End: ["last"],
  PageDown: ["sentence", 1],
  PageUp: ["sentence", -1],
  ArrowUp: ["unit", -1],
  ArrowDown: ["unit", 1],
  u: ["depth"],
  t: ["turning"],
  p: ["present"],
  "+": ["zoom", 1.5],
  "-": ["zoom", 1 / 1.5],
  0: ["zoom", 0],
  i: ["rows", 1.5],
  o: ["rows", 1 / 1.5],
};

const TAKEN = ["INPUT", "SELECT", "TEXTAREA", "BUTTON"];

/**
 * @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">} event
 * @param {string} tag of the element that has the focus
 */
export function keyAction({ key, ctrlKey, metaKey, altKey }, tag) {
  if (ctrlKey || metaKey || altKey) return null;
  // A control that has the focus handles its own keys: space presses a button, arrows choose in a menu.
  if (tag === "BUTTON" ? key === " " : TAKEN.includes(tag)) return null;
  return ACTIONS[key.length === 1 ? key.toLowerCase() : key] ?? null;
}
