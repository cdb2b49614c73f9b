// In a browser all modules are one script, see bundle.py: no two may use a name at their top.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

const FOLDER = new URL("../../lstm_viz/components/player/", import.meta.url);
const DECLARED = /^(?:export )?(?:default )?(?:async )?(?:const|let|class|function\*?) (\w+|[[{][^=]*)/gm;

test("every name at the top of a module is its own", () => {
  const found = new Map();
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".js") && name !== "mount.js")) {
    const source = readFileSync(new URL(file, FOLDER), "utf-8");
    for (const [, names] of source.matchAll(DECLARED)) {
      for (const name of names.match(/\w+/g)) {
        assert.ok(!found.has(name), `${name} is in ${found.get(name)} and in ${file}`);
        found.set(name, file);
      }
    }
  }
  assert.ok(found.size > 100);
});
