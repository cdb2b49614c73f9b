// When does the reader stand where? Times in milliseconds; positions in words.

export const STEP_MS = 240; // a step by key
export const DEPTH_MS = 280; // from all units to one and back

export const cubicOut = (share) => 1 - (1 - share) ** 3;
export const cubicInOut = (share) => (share < 0.5 ? 4 * share ** 3 : 1 - (2 - 2 * share) ** 3 / 2);

// Playing: the first half of each word rests, in the second the next one comes.
export function whilePlaying(from, elapsed, wordsPerSecond, last) {
  const words = (elapsed / 1000) * wordsPerSecond;
  const whole = Math.floor(words);
  const share = words - whole;
  const position = from + whole + (share < 0.5 ? 0 : cubicInOut(share * 2 - 1));
  return { position: Math.min(last, position), ended: from + whole >= last };
}

// A step by key: a short way, quickly begun.
export function whileStepping(from, to, elapsed) {
  const share = Math.min(1, elapsed / STEP_MS);
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
