// Numbers in rows and columns.

/** Of a quantity, a row per word and a column per unit. */
export class Matrix {
  /** @param {number} rows @param {number} columns @param {Float32Array} data row by row */
  constructor(rows, columns, data) {
    this.rows = rows;
    this.columns = columns;
    this.data = data;
  }

  /** @param {number} index */
  row(index) {
    return this.data.subarray(index * this.columns, (index + 1) * this.columns);
  }

  /** @param {number} index */
  column(index) {
    return Float32Array.from({ length: this.rows }, (_, row) => this.data[row * this.columns + index]);
  }
}

/**
 * A value for each of others. A long review has 100,000 of them, which Float32Array.from is slow for.
 * @param {ArrayLike<number>} values
 * @param {(value: number, index: number) => number} law
 */
export function mapped(values, law) {
  const found = new Float32Array(values.length);
  for (let index = 0; index < values.length; index += 1) found[index] = law(values[index], index);
  return found;
}

/**
 * Two matrices value by value.
 * @param {Matrix} first
 * @param {Matrix} second
 * @param {(one: number, other: number) => number} law
 */
export function combined(first, second, law) {
  const data = mapped(first.data, (value, index) => law(value, second.data[index]));
  return new Matrix(first.rows, first.columns, data);
}

/**
 * Each row as it was one word before in the direction of reading; before the first stands ``start``.
 * @param {Matrix} states
 * @param {Float32Array} start
 * @param {boolean} backward
 */
export function delayed({ rows, columns, data }, start, backward) {
  const found = new Float32Array(data.length);
  if (backward) {
    found.set(data.subarray(columns));
    found.set(start, (rows - 1) * columns);
  } else {
    found.set(data.subarray(0, data.length - columns), columns);
    found.set(start);
  }
  return new Matrix(rows, columns, found);
}
