// Numbers as they are written and coloured. Nothing here knows the page, so that it can be tested.

export const MINUS = "−";

export function signed(value, digits) {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return (value < 0 ? MINUS : "+") + text;
}

export function plain(value, digits) {
  return signed(value, digits).replace("+", "");
}

// A chance in percent as it is shown: whole, half up; near an end with one digit, and never 0 or 100
// for what is neither: 99.97 is not certainty. Whatever is said beside it is computed from this.
export function shownChance(probability) {
  const value = probability * 100;
  if (value <= 0 || value >= 100) return value <= 0 ? 0 : 100;
  if (value >= 1 && value <= 99) return Math.floor(value + 0.5);
  return Math.min(99.9, Math.max(0.1, tenths(value)));
}

// The chances of all labels as they are shown; of two, the first is what the second leaves of 100.
export function shownChances(chances) {
  const shown = Array.from(chances, shownChance);
  return shown.length === 2 ? [tenths(100 - shown[1]), shown[1]] : shown;
}

// A shown chance, or the difference of two, without what computing adds behind its last digit.
export function tenths(value) {
  return Math.floor(value * 10 + 0.5) / 10;
}

// A shown chance as it is written.
export function written(shown) {
  return shown.toFixed((shown > 0 && shown < 1) || (shown > 99 && shown < 100) ? 1 : 0);
}

export function percent(probability) {
  return written(shownChance(probability));
}

// A difference of two shown chances as it is written, with its sign: digits as many as it has.
export function signedPoints(moved) {
  return signed(moved, Number.isInteger(moved) ? 0 : 1);
}

// The same as a size: "2 points", "1 point".
export function sizeInPoints(moved) {
  const size = Math.abs(moved);
  return `${size} ${size === 1 ? "point" : "points"}`;
}

export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

// Words that may be named on an axis, strongest first, none touching another.
export function namedWords(moved, widths, centres, least) {
  const order = moved.map((_, step) => step).filter((step) => Math.abs(moved[step]) >= least);
  order.sort((a, b) => Math.abs(moved[b]) - Math.abs(moved[a]) || a - b);
  const kept = [];
  for (const step of order) {
    const free = kept.every(
      (other) => Math.abs(centres[step] - centres[other]) >= (widths[step] + widths[other]) / 2 + 6,
    );
    if (free) kept.push(step);
  }
  return kept;
}

// Places for end labels: as near as possible to where they belong, none touching another.
export function apart(places, gap, low, high) {
  const order = places.map((_, k) => k).sort((a, b) => places[a] - places[b]);
  const moved = places.slice();
  order.forEach((k, rank) => {
    moved[k] = Math.max(moved[k], rank ? moved[order[rank - 1]] + gap : low);
  });
  for (let rank = order.length - 1; rank >= 0; rank -= 1) {
    const limit = rank === order.length - 1 ? high : moved[order[rank + 1]] - gap;
    moved[order[rank]] = Math.min(moved[order[rank]], limit);
  }
  return moved;
}

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

// How many Latin letters a text is as wide as: signs of Chinese, Japanese and Korean count double.
export function breadth(text) {
  return [...text].reduce((sum, sign) => sum + (WIDE.test(sign) ? 2 : 1), 0);
}

export function short(text, most) {
  if (breadth(text) <= most) return text;
  let found = "";
  for (const sign of text) {
    if (breadth(found + sign) > most - 1) break;
    found += sign;
  }
  return `${found}…`;
}

// Whether a line may end before a word that no space stands before, as between words of Chinese.
export function opens(text) {
  return WIDE.test(text[0]) && /^\p{L}/u.test(text);
}

// Where a name that is so many columns wide has most room inside a band: its column and its height.
// Heights are in pixels from the top; null where nowhere are ``least`` of them free.
export function openPlace(tops, bottoms, columns, least) {
  let best = null;
  for (let from = 0; from + columns <= tops.length; from += 1) {
    const top = Math.max(...tops.slice(from, from + columns));
    const bottom = Math.min(...bottoms.slice(from, from + columns));
    if (bottom - top >= Math.max(least, best ? best.room + 0.01 : 0)) {
      best = { at: from + columns / 2, y: (top + bottom) / 2, room: bottom - top };
    }
  }
  return best && { at: best.at, y: best.y };
}
