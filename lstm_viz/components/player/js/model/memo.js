// What is costly is found once, and stays until what it follows from is another.

/** @type {WeakMap<object, Map<string, {key: string | number, value: any}>>} */
const memories = new WeakMap();

/**
 * One value for each owner and name: made anew when the key changes, gone when the owner is.
 * @template T
 * @param {object} owner
 * @param {string} name
 * @param {string | number} key
 * @param {() => T} make
 * @returns {T}
 */
export function memo(owner, name, key, make) {
  if (!memories.has(owner)) memories.set(owner, new Map());
  const memory = memories.get(owner);
  const known = memory.get(name);
  if (known && known.key === key) return known.value;
  const value = make();
  memory.set(name, { key, value });
  return value;
}
