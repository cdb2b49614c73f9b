// A reading on the page: drawn by the code of the player, as soon as that is there.

export default function mount(component) {
  const shared = (globalThis[Symbol.for("lstm-viz player")] ??= { waiting: [] });
  if (shared.started) return shared.started(component);
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
