// The values at one moment, which may lie between two words: then they are on the way from one to
// the other. Kept, written and memory are each on a straight line, so kept + written = memory at
// every moment.

export class Frame {
  /** @param {TraceView} trace @param {number} position in words */
  constructor(trace, position) {
    this.trace = trace;
    this.step = Math.floor(position);
    this.share = position - this.step;
    this.next = Math.min(this.step + 1, trace.steps - 1);
    /** @type {Map<string, Float32Array>} */
    this.found = new Map();
  }

  /** The word that is being read: the nearer one. */
  get word() {
    return this.share < 0.5 ? this.step : this.next;
  }

  /** @param {string} name of a quantity; a value per unit */
  of(name) {
    if (!this.found.has(name)) {
      const matrix = this.trace.of(name);
      this.found.set(name, interpolated(matrix.row(this.step), matrix.row(this.next), this.share));
    }
    return this.found.get(name);
  }

  /** Mean over units: of the value, or of the size of what has a sign. @param {string} name @param {boolean} signed */
  mean(name, signed) {
    const values = this.of(name);
    let sum = 0;
    for (const value of values) sum += signed ? Math.abs(value) : value;
    return sum / values.length;
  }
}

/** @param {Float32Array} first @param {Float32Array} second @param {number} share */
function interpolated(first, second, share) {
  if (share === 0 || first === second) return first;
  return first.map((value, unit) => value + (second[unit] - value) * share);
}
