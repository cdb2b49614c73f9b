// Where do names stand so that none touches another? Pure.

const BETWEEN = 6; // pixels between two names on an axis

/**
 * The names that fit on an axis, those that weigh most first.
 * @param {number[]} weights
 * @param {number[]} widths
 * @param {number[]} centres
 * @returns {number[]} their indices
 */
export function fittingNames(weights, widths, centres) {
  const order = [...weights.keys()].sort((a, b) => Math.abs(weights[b]) - Math.abs(weights[a]) || a - b);
  /** @type {number[]} */
  const found = [];
  for (const name of order) {
    const free = found.every(
      (other) => Math.abs(centres[name] - centres[other]) >= (widths[name] + widths[other]) / 2 + BETWEEN,
    );
    if (free) found.push(name);
  }
  return found;
}

/**
 * Places for end labels: as near as possible to where they belong, none touching another.
 * @param {number[]} places
 * @param {number} gap
 * @param {number} low
 * @param {number} high
 */
export function apart(places, gap, low, high) {
  const order = [...places.keys()].sort((a, b) => places[a] - places[b]);
  const found = places.slice();
  order.forEach((label, rank) => {
    found[label] = Math.max(found[label], rank ? found[order[rank - 1]] + gap : low);
  });
  for (let rank = order.length - 1; rank >= 0; rank -= 1) {
    const limit = rank === order.length - 1 ? high : found[order[rank + 1]] - gap;
    found[order[rank]] = Math.min(found[order[rank]], limit);
  }
  return found;
}

/**
 * Where a name that is so many columns wide has most room inside a band: its column and its height.
 * Heights are in pixels from the top; null where nowhere are ``least`` of them free.
 * @param {number[]} tops
 * @param {number[]} bottoms
 * @param {number} columns
 * @param {number} least
 */
export function openPlace(tops, bottoms, columns, least) {
  /** @type {{at: number, y: number, room: number} | null} */
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
