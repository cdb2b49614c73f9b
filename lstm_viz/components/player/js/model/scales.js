// On which scale is a quantity drawn? The numbers are those of scales.py; each trace brings them.

/** @type {Pick<ValueScale, "encoding">} */
const LINEAR = { encoding: "linear" };
const OF_THE_MEMORY = ["memory_before", "kept", "written"]; // on the scale of what they add up to

/** @param {TraceView} trace @param {string} name */
export function scaleOf(trace, name) {
  const found = OF_THE_MEMORY.includes(name) ? trace.memory : name;
  return trace.quantities.find((quantity) => quantity.name === found)?.scale ?? LINEAR;
}

/** What is done to a true value before it is drawn.
 * @param {Pick<ValueScale, "encoding">} scale @returns {(value: number) => number} */
export function encoder({ encoding }) {
  return encoding === "tanh" ? Math.tanh : (value) => value;
}
