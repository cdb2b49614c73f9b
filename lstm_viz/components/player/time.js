// stub
export class Time {
  constructor(canvas, tip, acts) { Object.assign(this, { canvas, tip, acts }); }
  measure() {}
  draw() {}
  zoomed() {}
  say() {}
  get focused() { return false; }
}
