// When does the reader stand where? Times in milliseconds; positions in words. A frame may have
// begun before what it shows did: the time since then is less than 0, and nothing has moved.

import { clamp } from "./format.js";

export const STEP_MS = 240; // a step by key
export const DEPTH_MS = 280; // from all units to one and back

export const cubicOut = (share) => 1 - (1 - share) ** 3;
export const cubicInOut = (share) => (share < 0.5 ? 4 * share ** 3 : 1 - (2 - 2 * share) ** 3 / 2);

// Playing, to the right or to the left: the first half of each word rests, in the second the next
// one comes.
export function whilePlaying(from, elapsed, wordsPerSecond, to) {
  const words = (Math.max(0, elapsed) / 1000) * wordsPerSecond;
  const whole = Math.floor(words);
  const share = words - whole;
  const far = Math.abs(to - from);
  const gone = Math.min(far, whole + (share < 0.5 ? 0 : cubicInOut(share * 2 - 1)));
  return { position: from + Math.sign(to - from) * gone, ended: whole >= far };
}

// A step by key: a short way, quickly begun.
export function whileStepping(from, to, elapsed) {
  const share = clamp(elapsed / STEP_MS, 0, 1);
  return { position: from + (to - from) * cubicOut(share), ended: share === 1 };
}

// Where each sentence begins.
export function sentenceStarts(words) {
  const starts = [0];
  words.forEach(([, text], step) => {
    if (/^[.!?。！？…]+$/.test(text) && step + 1 < words.length) starts.push(step + 1);
  });
  return starts;
}
