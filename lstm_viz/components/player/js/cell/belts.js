// Belts and the operands on them, as numbers.

export const SLOT = 14; // pixels across an operand
const BESIDE = 4; // pixels between a belt and a slot

/**
 * Belts between the slots on one line, and the slots themselves.
 * @param {string[]} names of the belts
 * @param {{name: string, at: number, role: string}[]} operands
 * @param {{from: number, to: number, across: number, thick: number, scale: number, vertical: boolean}} line
 *   from a start to an end; ``across`` is its edge
 * @returns {Pick<CellLayout, "belts" | "slots">}
 */
export function beltLine(names, operands, { from, to, across, thick, scale, vertical }) {
  const size = SLOT * scale;
  const belts = names.map((name, index) => {
    const start = index ? operands[index - 1].at + size / 2 + BESIDE * scale : from;
    const end = index < operands.length ? operands[index].at - size / 2 - BESIDE * scale : to;
    /** @type {Box} */
    const box = vertical ? [across, start, thick, end - start] : [start, across, end - start, thick];
    return { name, box, tail: index === 0, head: index === names.length - 1 };
  });
  const slots = operands.map(({ name, at, role }) => {
    const [x, y] = vertical ? [across - 2, at - size / 2] : [at - size / 2, across - 2 * scale];
    /** @type {Box} */
    const box = vertical ? [x, y, thick + 4, size] : [x, y, size, thick + 4 * scale];
    return { name, role, box };
  });
  return { belts, slots };
}
