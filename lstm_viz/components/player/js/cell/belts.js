// Belts and the operands on them, as numbers.

export const SLOT = 14; // pixels across an operand
const BESIDE = 4; // pixels between a belt and a slot

// Belts between the slots on one line, from a start to an end, and the slots themselves.
export function beltLine(names, slots, from, to, across, thick, k, vertical) {
  const size = SLOT * k;
  const belts = names.map((name, index) => {
    const start = index ? slots[index - 1].at + size / 2 + BESIDE * k : from;
    const end = index < slots.length ? slots[index].at - size / 2 - BESIDE * k : to;
    const box = vertical ? [across, start, thick, end - start] : [start, across, end - start, thick];
    return { name, box, tail: index === 0, head: index === names.length - 1 };
  });
  const operands = slots.map(({ name, at, role }) => {
    const [x, y] = vertical ? [across - 2, at - size / 2] : [at - size / 2, across - 2 * k];
    const box = vertical ? [x, y, thick + 4, size] : [x, y, size, thick + 4 * k];
    return { name, role, box };
  });
  return { belts, slots: operands };
}
