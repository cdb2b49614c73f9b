// The code of the player, which is sent once: readings come by themselves, see mount.js.

import { Player } from "./player.js";

const players = new WeakMap();

function started({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".player");
  const tell = {
    chosen: (where) => setStateValue("chosen", where),
    asked: (what) => {
      (globalThis[Symbol.for("lstm-viz browser")] ??= {}).live = Boolean(what.live);
      setTriggerValue("asked", what);
    },
  };
  if (!players.has(root)) players.set(root, new Player(root, tell));
  const player = players.get(root);
  player.tell = tell;
  player.show(data);
  return () => player.leave();
}

export default function offer() {
  const shared = (globalThis[Symbol.for("lstm-viz player")] ??= { waiting: [] });
  shared.started = started;
  for (const begin of shared.waiting.splice(0)) begin();
}
