// How is a word named where it cannot be pointed at?

// A sign that cannot be seen is named by its code.
export function nameOf(text) {
  const code = (sign) => `U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  return /^[\p{C}\p{Z}]*$/u.test(text) ? [...text].map(code).join(" ") : text;
}
