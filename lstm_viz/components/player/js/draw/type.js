// Type: its families, how wide a text is, and where it is cut.

/** The families, as the first trace brings them: those of a program, the same in all. */
let families = "sans-serif";

/** @param {string} list */
export function setFamilies(list) {
  families = list;
}

export function typeFamilies() {
  return families;
}

const measuring = globalThis.document?.createElement("canvas").getContext("2d");

/** @param {Pick<TextStyle, "size" | "weight">} style */
export function fontOf({ size, weight = 400 }) {
  return `${weight} ${size}px ${families}`;
}

const MOST_WIDTHS = 2000;
/** @type {Map<string, number>} */
const widths = new Map();
let faces = 0; // how often faces of type came after they were asked for: texts are then others

export function facesOfType() {
  return faces;
}

globalThis.document?.fonts?.addEventListener("loadingdone", () => {
  widths.clear();
  faces += 1;
});

/** Most texts stay from frame to frame. @param {string} string @param {Pick<TextStyle, "size" | "weight">} style */
export function widthOf(string, style) {
  const font = fontOf(style);
  const key = `${font} ${string}`;
  if (!widths.has(key)) {
    if (widths.size >= MOST_WIDTHS) widths.clear();
    measuring.font = font;
    widths.set(key, measuring.measureText(string).width);
  }
  return widths.get(key);
}

/** @param {string} string @param {TextStyle} style */
export function cutToWidth(string, style) {
  if (!style.most || widthOf(string, style) <= style.most) return string;
  const signs = [...string];
  while (signs.length > 1 && widthOf(`${signs.join("")}…`, style) > style.most) signs.pop();
  return `${signs.join("")}…`;
}
