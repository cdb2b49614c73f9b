// The values at one moment, which may lie between two words: then they are on the way from one to
// the other. Kept, written and memory are each on a straight line, so kept + written = memory at
// every moment.

export class Moment {
  constructor(reading, position) {
    this.reading = reading;
    this.step = Math.floor(position);
    this.share = position - this.step;
    this.next = Math.min(this.step + 1, reading.steps - 1);
    this.found = new Map();
  }

  // The word that is being read: the nearer one.
  get word() {
    return this.share < 0.5 ? this.step : this.next;
  }

  of(name) {
    if (!this.found.has(name)) {
      const matrix = this.reading.of(name);
      this.found.set(name, between(matrix.row(this.step), matrix.row(this.next), this.share));
    }
    return this.found.get(name);
  }

  // Mean over units: of the value, or of the size of what has a sign.
  mean(name, signed) {
    const values = this.of(name);
    let sum = 0;
    for (const value of values) sum += signed ? Math.abs(value) : value;
    return sum / values.length;
  }
}

export function between(first, second, share) {
  if (share === 0 || first === second) return first;
  return first.map((value, k) => value + (second[k] - value) * share);
}
