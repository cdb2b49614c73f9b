// The code of the player, which is sent once: traces come by themselves, see mount.js.

import { Player } from "./player.js";

/** @type {WeakMap<HTMLElement, Player>} */
const players = new WeakMap();

/** A component of Streamlit. @typedef {{
 *   data: Uint8Array, parentElement: HTMLElement,
 *   setStateValue: (name: string, value: any) => void, setTriggerValue: (name: string, value: any) => void,
 * }} Component */

/** Returns what takes it away again. @param {Component} component */
function started({ data, parentElement, setStateValue, setTriggerValue }) {
  /** @type {HTMLElement} */
  const root = parentElement.querySelector(".player");
  /** @type {Server} */
  const server = {
    chosen: (place) => setStateValue("chosen", place),
    asked: (request) => {
      shared("lstm-viz window").live = Boolean(request.live);
      setTriggerValue("asked", request);
    },
  };
  if (!players.has(root)) players.set(root, new Player(root, server));
  const player = players.get(root);
  player.bridge.server = server;
  player.show(data);
  return () => player.leave();
}

/** What components have in common. @param {string} name */
function shared(name) {
  const all = /** @type {any} */ (globalThis);
  all[Symbol.for(name)] ??= {};
  return all[Symbol.for(name)];
}

export default function offer() {
  const own = shared("lstm-viz player");
  own.started = started;
  for (const begin of own.waiting?.splice(0) ?? []) begin();
}
