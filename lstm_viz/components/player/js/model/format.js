// How numbers and names are written. Nothing here knows the page, so that it can be tested.

export const MINUS = "−";

/** @param {number} value @param {number} digits */
export function signed(value, digits) {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return (value < 0 ? MINUS : "+") + text;
}

/** @param {number} value @param {number} digits */
export function plain(value, digits) {
  return signed(value, digits).replace("+", "");
}

/**
 * A probability in percent as it is written: whole, half up; near an end with one digit, and never 0 or
 * 100 for what is neither: 99.97 is not certainty. Whatever stands beside it is computed from this.
 * @param {number} probability
 */
export function displayPercent(probability) {
  const value = probability * 100;
  if (value <= 0 || value >= 100) return value <= 0 ? 0 : 100;
  if (value >= 1 && value <= 99) return Math.floor(value + 0.5);
  return Math.min(99.9, Math.max(0.1, roundToTenth(value)));
}

/**
 * The same for all labels; of two, the first is what the second leaves of 100.
 * @param {ArrayLike<number>} probabilities
 */
export function displayPercents(probabilities) {
  const found = Array.from(probabilities, displayPercent);
  return found.length === 2 ? [roundToTenth(100 - found[1]), found[1]] : found;
}

/**
 * A written percentage, or the difference of two, without what computing adds behind its last digit.
 * @param {number} value
 */
export function roundToTenth(value) {
  return Math.floor(value * 10 + 0.5) / 10;
}

/** A percentage from displayPercent as a text. @param {number} percent */
export function percentText(percent) {
  return percent.toFixed((percent > 0 && percent < 1) || (percent > 99 && percent < 100) ? 1 : 0);
}

/** @param {number} probability */
export function formatPercent(probability) {
  return percentText(displayPercent(probability));
}

/**
 * A difference of two written percentages, with its sign: digits as many as it has.
 * @param {number} points
 */
export function signedPoints(points) {
  return signed(points, Number.isInteger(points) ? 0 : 1);
}

/** The same as a size: "2 points", "1 point". @param {number} points */
export function sizeInPoints(points) {
  const size = Math.abs(points);
  return `${size} ${size === 1 ? "point" : "points"}`;
}

/** @param {number} value @param {number} low @param {number} high */
export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/**
 * How many Latin letters a text is as wide as: signs of Chinese, Japanese and Korean count double.
 * @param {string} text
 */
export function breadth(text) {
  return [...text].reduce((sum, sign) => sum + (WIDE.test(sign) ? 2 : 1), 0);
}

/** @param {string} text @param {number} most Latin letters */
export function shorten(text, most) {
  if (breadth(text) <= most) return text;
  let found = "";
  for (const sign of text) {
    if (breadth(found + sign) > most - 1) break;
    found += sign;
  }
  return `${found}…`;
}

/**
 * Whether a line may end before a word that no space stands before, as between words of Chinese.
 * @param {string} text
 */
export function mayBreakBefore(text) {
  return WIDE.test(text[0]) && /^\p{L}/u.test(text);
}
