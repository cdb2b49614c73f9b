// Pictures to take home.

const SHARPNESS = 2; // pixels of the picture per pixel of the page
const LONGEST_WORD = 16; // letters of a word in a name

/**
 * What a picture of the cell at a word is called: after text and word, see file_names.py.
 * @param {{file?: string, words: Word[]}} trace
 * @param {number} step
 */
export function pictureName({ file = "lstm-viz", words }, step) {
  const word = words[step][1]
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\p{M}\p{C}]+/gu, "");
  const letters = word.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  const name = [...letters].slice(0, LONGEST_WORD).join("");
  return `${file}-cell-word-${step + 1}-${name}`.replace(/-+$/, "");
}

/** @param {string} name @param {string} svg */
export function saveSvg(name, svg) {
  save(`${name}.svg`, new Blob([svg], { type: "image/svg+xml" }));
}

/** @param {string} name @param {string} svg */
export async function savePng(name, svg) {
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = picture.width * SHARPNESS;
  canvas.height = picture.height * SHARPNESS;
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => save(`${name}.png`, blob), "image/png");
}

/** @param {string} name @param {Blob} content */
function save(name, content) {
  const url = URL.createObjectURL(content);
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000); // the browser may read it a moment later
}
