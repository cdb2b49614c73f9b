// On which scale is a quantity drawn? The numbers are those of scales.py; each reading brings them.

const LINEAR = { encoding: "linear" };
const OF_THE_MEMORY = ["memory_before", "kept", "written"]; // on the scale of what they add up to

export function scaleOf(reading, name) {
  const found = OF_THE_MEMORY.includes(name) ? reading.memory : name;
  return reading.quantities.find((quantity) => quantity.name === found)?.scale ?? LINEAR;
}

// What is done to a true value before it is drawn.
export function encoder({ encoding }) {
  return encoding === "tanh" ? Math.tanh : (value) => value;
}
