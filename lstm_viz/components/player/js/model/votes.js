// What do the units say for a label? A vote is a hidden state times its weight in the read-out.

/** @param {Float32Array} values */
const sum = (values) => values.reduce((total, value) => total + value, 0);

/**
 * What speaks against and for a label after a word; null where units have no say of their own.
 * @param {TraceView} trace
 * @param {number} label
 * @param {number} step
 */
export function voteTotals(trace, label, step) {
  const votes = trace.votes(label, step);
  if (!votes || !trace.bias) return null;
  const against = sum(votes.filter((vote) => vote < 0));
  const inFavour = sum(votes.filter((vote) => vote > 0));
  return { against, inFavour, bias: trace.bias[label], total: against + inFavour + trace.bias[label] };
}

/**
 * The largest sum on either side in the whole text: the end of a fixed axis.
 * @param {TraceView} trace
 * @param {number} label
 */
export function largestVoteTotal(trace, label) {
  let most = 0;
  for (let step = 0; step < trace.steps; step += 1) {
    const found = voteTotals(trace, label, step);
    if (found) most = Math.max(most, -found.against, found.inFavour);
  }
  return most;
}

/**
 * The units whose votes a word changed most, the largest change first.
 * @param {TraceView} trace
 * @param {number} label
 * @param {number} step
 * @param {number} count
 */
export function changedVotes(trace, label, step, count) {
  if (!trace.arrays.has("weight") || trace.projected) return [];
  const weight = trace.of("weight").row(label);
  const [now, before] = [trace.of("hidden_state").row(step), trace.of("hidden_before").row(step)];
  /** @type {[unit: number, change: number][]} */
  const changes = Array.from(weight, (w, unit) => [unit, w * (now[unit] - before[unit])]);
  return changes.sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]) || a[0] - b[0]).slice(0, count);
}

/**
 * The sum of all votes and the bias without one unit's vote.
 * @param {TraceView} trace
 * @param {number} label
 * @param {number} step
 * @param {number} unit
 */
export function totalWithout(trace, label, step, unit) {
  return voteTotals(trace, label, step).total - trace.votes(label, step)[unit];
}

/**
 * The probability of a label of two without one unit's vote, everything else as it is.
 * @param {TraceView} trace
 * @param {number} label
 * @param {number} step
 * @param {number} unit
 */
export function probabilityWithout(trace, label, step, unit) {
  return 1 / (1 + Math.exp(-totalWithout(trace, label, step, unit)));
}

/**
 * The labels after one word and their percentages, the likeliest first; those without a band left out.
 * @param {TraceView} trace
 * @param {number} step
 * @returns {[label: string, percent: number][]}
 */
export function rankedLabels(trace, step) {
  const probabilities = trace.of("probability").row(step);
  const percents = trace.percents(step);
  return trace.bands
    .filter(({ rest }) => !rest)
    .sort((a, b) => probabilities[b.labels[0]] - probabilities[a.labels[0]])
    .map(({ label, labels }) => [label, percents[labels[0]]]);
}
