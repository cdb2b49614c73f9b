// A trace of another format is refused in a plain sentence, and never drawn.

import assert from "node:assert/strict";
import { test } from "node:test";

import { decode, FORMAT, OtherFormatError } from "../../lstm_viz/components/player/js/model/decode.js";
import { example } from "./packed.mjs";

// The same bytes with another number in front of the facts.
function ofFormat(format) {
  const bytes = example().slice();
  const text = new TextDecoder().decode(bytes);
  const place = text.indexOf(`"format":${FORMAT}`);
  bytes[place + '"format":'.length] = String(format).charCodeAt(0);
  return bytes;
}

test("its own format is read", () => {
  assert.equal(decode(ofFormat(FORMAT)).steps, 5);
});

test("a newer and an older one are refused, each with what to do", () => {
  assert.throws(
    () => decode(ofFormat(FORMAT + 1)),
    (error) => {
      return error instanceof OtherFormatError && /reload the page/.test(error.message);
    },
  );
  assert.throws(
    () => decode(ofFormat(FORMAT - 1)),
    (error) => {
      return error instanceof OtherFormatError && /open the text again/.test(error.message);
    },
  );
});
