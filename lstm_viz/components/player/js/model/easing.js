// The position over time, while playing and stepping. Times in milliseconds, positions in words. A frame
// may have begun before the movement: the elapsed time is then negative, and nothing has moved.

import { clamp } from "./format.js";

export const STEP_MS = 240; // a step by key
export const DEPTH_MS = 280; // from all units to one and back

/** @param {number} share from 0 to 1 */
export const cubicOut = (share) => 1 - (1 - share) ** 3;

/** @param {number} share from 0 to 1 */
const cubicInOut = (share) => (share < 0.5 ? 4 * share ** 3 : 1 - (2 - 2 * share) ** 3 / 2);

/**
 * Playing, to the right or to the left: the first half of each word rests, in the second the next
 * one comes.
 * @param {number} from
 * @param {number} elapsed
 * @param {number} wordsPerSecond
 * @param {number} to
 */
export function playingPosition(from, elapsed, wordsPerSecond, to) {
  const words = (Math.max(0, elapsed) / 1000) * wordsPerSecond;
  const whole = Math.floor(words);
  const share = words - whole;
  const far = Math.abs(to - from);
  const gone = Math.min(far, whole + (share < 0.5 ? 0 : cubicInOut(share * 2 - 1)));
  return { position: from + Math.sign(to - from) * gone, ended: whole >= far };
}

/** A step by key: a short way, quickly begun. @param {number} from @param {number} to @param {number} elapsed */
export function steppingPosition(from, to, elapsed) {
  const share = clamp(elapsed / STEP_MS, 0, 1);
  return { position: from + (to - from) * cubicOut(share), ended: share === 1 };
}
