// A trace on the page: drawn by the code of the player, as soon as that is there.

/** @param {any} component of Streamlit */
export default function mount(component) {
  const all = /** @type {any} */ (globalThis);
  const name = Symbol.for("lstm-viz player");
  all[name] ??= {};
  const shared = all[name];
  shared.waiting ??= [];
  if (shared.started) return shared.started(component);
  /** @type {(() => void) | null} */
  let leave = null;
  let gone = false;
  shared.waiting.push(() => {
    if (!gone) leave = shared.started(component);
  });
  return () => {
    gone = true;
    leave?.();
  };
}
