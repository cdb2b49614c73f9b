// A trace, from the bytes that payload.py packed.

import { Matrix, mapped } from "./matrix.js";
import { TraceView } from "./trace_view.js";

export const FORMAT = 2; // that of payload.py
const STEPS = 65_535; // of a whole number of 16 bits

export class OtherFormatError extends Error {}

/**
 * A trace of another format would be drawn wrongly, and is not drawn.
 * @param {Uint8Array} bytes
 */
export function decode(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  /** @type {Facts} */
  const facts = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  if (facts.format !== FORMAT) throw new OtherFormatError(otherFormatText(facts.format));
  /** @type {Map<string, Matrix>} */
  const arrays = new Map();
  let place = 4 + length;
  for (const header of facts.arrays) {
    const size = header.rows * header.columns * (header.dtype === "uint16" ? 2 : 4);
    // A copy starts at 0: numbers cannot be read at any odd address.
    arrays.set(header.name, unpacked(header, bytes.slice(place, place + size).buffer));
    place += Math.ceil(size / 4) * 4;
  }
  return new TraceView(facts, arrays);
}

/** @param {number} format */
function otherFormatText(format) {
  return format > FORMAT
    ? "This page was opened before the program was updated: reload the page."
    : "This view was made by an older version of the program: open the text again.";
}

/** @param {ArrayHeader} header @param {ArrayBuffer} buffer */
function unpacked({ dtype, low, high, rows, columns }, buffer) {
  if (dtype !== "uint16") return new Matrix(rows, columns, new Float32Array(buffer));
  const step = (high - low) / STEPS;
  return new Matrix(
    rows,
    columns,
    mapped(new Uint16Array(buffer), (whole) => low + whole * step),
  );
}
