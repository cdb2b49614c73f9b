// A small trace for tests, packed by hand as payload.py packs it.

const QUANTITIES = {
  LSTM: ["input_gate", "forget_gate", "candidate", "output_gate", "cell_state", "hidden_state"],
  GRU: ["reset_gate", "update_gate", "candidate", "hidden_state"],
  RNN: ["hidden_state"],
};

export const PALETTE = {
  name: "light",
  page: "#ffffff",
  panel: "#f6f7f9",
  ink: "#15171c",
  muted: "#565b66",
  rule: "#d5d8df",
  negative: "#b3401b",
  positive: "#2450c0",
  forget: "#a0458e",
  input: "#137d4a",
  candidate: "#5e4200",
  output: "#3f3285",
  full_negative: "#f3ae93",
  full_positive: "#a3c5f7",
  power: 0.8,
};

// As scales.py has them; tests/components/test_scales.py holds both languages equal.
const GATE = { encoding: "linear", low: 0, high: 1, ticks: [0, 0.5, 1] };
const STATE = { encoding: "linear", low: -1, high: 1, ticks: [-1, 0, 1] };
const UNBOUNDED = { encoding: "tanh", low: -1, high: 1, ticks: [-2, 0, 2] };
export const scaleFor = (name) => (name.endsWith("gate") ? GATE : name === "cell_state" ? UNBOUNDED : STATE);
export const TINTS = { least: 0.03, full: 0.3, numbered: 10, ground: 0.45, pale: 0.45 };

// Numbers that theme random and are always the same.
export function numbers(count, low, high, seed) {
  let state = seed * 2654435761;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + ((high - low) * state) / 2 ** 32;
  });
}

export function packed(facts, arrays) {
  const abouts = Object.entries(arrays).map(([name, { rows, columns, low = 0, high = 0 }]) => ({
    name,
    rows,
    columns,
    low,
    high,
    dtype: high > low ? "uint16" : "float32",
  }));
  let head = JSON.stringify({ ...facts, arrays: abouts });
  head += " ".repeat((4 - (head.length % 4)) % 4);
  const pieces = [new Uint8Array(new Uint32Array([head.length]).buffer), new TextEncoder().encode(head)];
  for (const { values, low = 0, high = 0 } of Object.values(arrays)) {
    const whole = (value) => Math.round(((value - low) / (high - low)) * 65535);
    const data = high > low ? Uint16Array.from(values, whole) : Float32Array.from(values);
    pieces.push(new Uint8Array(data.buffer), new Uint8Array((4 - (data.byteLength % 4)) % 4));
  }
  // At an odd place in memory, as it comes from the network.
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const bytes = new Uint8Array(new ArrayBuffer(size + 3), 3, size);
  let place = 0;
  for (const piece of pieces) {
    bytes.set(piece, place);
    place += piece.length;
  }
  return bytes;
}

export function example({
  kind = "LSTM",
  steps = 5,
  units = 3,
  labels = ["negative", "positive"],
  backward = false,
  outputs = units,
} = {}) {
  const table = ([rows, columns], low, high, seed) => ({
    rows,
    columns,
    values: numbers(rows * columns, low, high, seed),
  });
  const gate = (seed) => ({ ...table([steps, units], 0, 1, seed), low: 0, high: 1 });
  const arrays = {
    probability: table([steps, labels.length], 0.1, 0.9, 1),
    weight: table([labels.length, outputs], -1, 1, 2),
  };
  for (const name of QUANTITIES[kind]) {
    if (name.endsWith("gate")) arrays[name] = gate(name.length);
    else if (name === "candidate") arrays[name] = { ...table([steps, units], -1, 1, 9), low: -1, high: 1 };
    else if (name === "cell_state") arrays[name] = table([steps, units], -2, 2, 7);
    else if (kind !== "LSTM") arrays[name] = table([steps, units], -1, 1, 8);
  }
  if (outputs !== units) arrays.hidden_state = table([steps, outputs], -1, 1, 8);
  arrays.initial_hidden_state = table([1, outputs], 0.1, 0.2, 3);
  if (kind === "LSTM") arrays.initial_cell_state = table([1, units], 0.3, 0.4, 4);
  const words = Array.from({ length: steps }, (_, step) => [step ? " " : "", `word${step}`, step !== 1]);
  const facts = {
    format: 2,
    id: "example",
    words,
    tail: "",
    labels,
    label: labels.length === 2 ? 1 : 0,
    kind,
    turningPoint: 0,
    prior: labels.map(() => 1 / labels.length),
    bias: labels.map((_, k) => 0.1 * k),
    bands: [],
    quantities: QUANTITIES[kind].map((name) => ({
      name,
      label: name.replace("_", " "),
      symbol: name[0],
      gate: name.endsWith("gate"),
      scale: scaleFor(name),
      color: name.endsWith("gate")
        ? name.replace("_gate", "").replace("update", "input").replace("reset", "forget")
        : "candidate",
    })),
    orders: {
      similarity: numbers(units, 0, 1, 5)
        .map((v, k) => [v, k])
        .sort((a, b) => a[0] - b[0])
        .map(([, k]) => k),
    },
    layers: [[0, backward ? "backward" : "forward"]],
    layer: [0, backward ? "backward" : "forward"],
    step: 0,
    unit: null,
    order: "",
    map: "",
    truncated: 0,
    about: "",
    menus: null,
    tints: TINTS,
    font: "sans-serif",
    palettes: { light: PALETTE, dark: { ...PALETTE, name: "dark" } },
  };
  return packed(facts, arrays);
}
