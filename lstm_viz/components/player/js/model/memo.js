// Costly values are computed once and kept until their key changes.

/** @type {WeakMap<object, Map<string, {key: string | number, value: any}>>} */
const memories = new WeakMap();

/**
 * One value for each owner and name: recomputed when the key changes, freed with its owner.
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
