// What the reader does: click a word, walk with the keys, drag along the timeline.

import { clamp, isDark, points, sentenceStarts, signed } from "./numbers.js";
import { drawCell, drawLegend, drawNotes, drawScript, drawTimeline, drawVerdict, nameOf, sentence } from "./drawing.js";

const REPORT_AFTER = 150; // milliseconds without another step: the server need not know each one
const readers = new WeakMap();

export default function player({ data, parentElement, setStateValue }) {
  let reader = readers.get(parentElement);
  if (!reader) {
    reader = { root: parentElement.querySelector(".reader"), step: 0, id: null, width: 0, timer: 0 };
    readers.set(parentElement, reader);
    reader.observer = new ResizeObserver(() => resized(reader));
    reader.observer.observe(reader.root);
  }
  reader.data = data;
  reader.report = (unit) =>
    setStateValue("chosen", { id: reader.id, step: reader.step, unit: unit ?? null });
  if (reader.id !== data.id) {
    reader.id = data.id;
    reader.step = data.step;
  }
  reader.step = clamp(reader.step, 0, data.words.length - 1);
  clearTimeout(reader.timer);
  listen(reader);
  redraw(reader);
  return () => {
    clearTimeout(reader.timer);
    reader.observer.disconnect();
    readers.delete(parentElement);
  };
}

function part(reader, name) {
  return reader.root.querySelector(`.${name}`);
}

function resized(reader) {
  const width = Math.round(part(reader, "timeline").getBoundingClientRect().width);
  if (width && width !== reader.width) redraw(reader);
}

// Everything anew: for a new text, unit, theme or width.
function redraw(reader) {
  const { root, data } = reader;
  const ground = getComputedStyle(root).getPropertyValue("--st-background-color").trim() || "#ffffff";
  reader.palette = data.palettes[isDark(ground) ? "dark" : "light"];
  for (const role of ["page", "panel", "ink", "muted", "rule"]) {
    root.style.setProperty(`--${role}`, reader.palette[role]);
  }
  drawScript(part(reader, "script"), data, reader.palette);
  drawLegend(part(reader, "legend"), data, reader.palette);
  drawNotes(part(reader, "notes"), data);
  const turning = part(reader, "turning");
  const at = data.turningPoint;
  turning.hidden = data.words.length < 2;
  turning.textContent = `Turning point: “${nameOf(data.words[at][1])}” ${signed(points(data.course.moved[at]), 0)}`;
  show(reader);
}

// Only what depends on the current word.
function show(reader) {
  const { data, palette, step } = reader;
  const report = (unit) => { clearTimeout(reader.timer); reader.report(unit); };
  part(reader, "where").textContent = `word ${step + 1} of ${data.words.length}`;
  const script = part(reader, "script");
  for (const word of script.querySelectorAll(".word")) {
    const current = Number(word.dataset.step) === step;
    word.classList.toggle("current", current);
    word.setAttribute("aria-selected", String(current));
    word.tabIndex = current ? 0 : -1;
    if (current) follow(script, word);
  }
  drawVerdict(part(reader, "verdict"), data, palette, step);
  drawCell(part(reader, "cell"), data, palette, step, report);
  const timeline = part(reader, "timeline");
  reader.width = Math.round(timeline.getBoundingClientRect().width);
  if (reader.width) reader.place = drawTimeline(timeline, data, palette, step, reader.width);
  timeline.setAttribute("aria-valuemin", "1");
  timeline.setAttribute("aria-valuemax", String(data.words.length));
  timeline.setAttribute("aria-valuenow", String(step + 1));
  timeline.setAttribute("aria-valuetext", sentence(data, step));
}

function follow(script, word) {
  const above = word.offsetTop - 40;
  const below = word.offsetTop + word.offsetHeight + 40 - script.clientHeight;
  if (script.scrollTop > above) script.scrollTop = above;
  if (script.scrollTop < below) script.scrollTop = below;
}

function go(reader, step, { focus = false } = {}) {
  const next = clamp(step, 0, reader.data.words.length - 1);
  if (next !== reader.step) {
    reader.step = next;
    show(reader);
    clearTimeout(reader.timer);
    reader.timer = setTimeout(() => reader.report(reader.data.unit?.unit), REPORT_AFTER);
  }
  if (focus) part(reader, "script").querySelector(".current")?.focus({ preventScroll: true });
}

function listen(reader) {
  const script = part(reader, "script");
  const timeline = part(reader, "timeline");
  script.onclick = (event) => {
    const word = event.target.closest(".word");
    if (word) go(reader, Number(word.dataset.step), { focus: true });
  };
  script.onkeydown = (event) => walk(reader, event, true);
  timeline.onkeydown = (event) => walk(reader, event, false);
  part(reader, "turning").onclick = () => go(reader, reader.data.turningPoint);
  const under = (event) => {
    const box = timeline.getBoundingClientRect();
    return Math.floor((event.clientX - box.left - reader.place.left) / reader.place.column);
  };
  timeline.onpointerdown = (event) => {
    timeline.setPointerCapture(event.pointerId);
    go(reader, under(event));
  };
  timeline.onpointermove = (event) => {
    if (timeline.hasPointerCapture(event.pointerId)) go(reader, under(event));
  };
}

function walk(reader, event, focus) {
  const starts = sentenceStarts(reader.data.words);
  const targets = {
    ArrowRight: reader.step + 1,
    ArrowLeft: reader.step - 1,
    Home: 0,
    End: reader.data.words.length - 1,
    PageDown: starts.find((start) => start > reader.step) ?? reader.data.words.length - 1,
    PageUp: starts.findLast((start) => start < reader.step) ?? 0,
  };
  if (!(event.key in targets) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  go(reader, targets[event.key], { focus });
}
