// The player: one trace on the page, and everything that moves with the playhead. Here its parts are joined.

import { changesOf } from "./actions.js";
import { Bridge } from "./bridge.js";
import { Clock } from "./clock.js";
import { applyTheme, sameTheme, themeOf } from "./draw/theme.js";
import { setFamilies } from "./draw/type.js";
import { wordTints } from "./draw/word_tints.js";
import { decode, OtherFormatError } from "./model/decode.js";
import { wordSentence } from "./model/describe.js";
import { clamp } from "./model/format.js";
import { keyAction } from "./model/keymap.js";
import { Announcer } from "./panels/announcer.js";
import { CellHeader } from "./panels/cell_header.js";
import { CellPanel, cellPicture } from "./panels/cell_panel.js";
import { part } from "./panels/dom.js";
import { pictureName, savePng, saveSvg } from "./panels/download.js";
import { Notes } from "./panels/notes.js";
import { Prediction } from "./panels/prediction.js";
import { ResizeWatcher } from "./panels/resize.js";
import { TextEditor } from "./panels/text_editor.js";
import { TimelinePanel } from "./panels/timeline_panel.js";
import { Toolbar } from "./panels/toolbar.js";
import { Transcript } from "./panels/transcript.js";
import { Transport } from "./panels/transport.js";
import { Presenter } from "./presenter.js";
import { Store } from "./store.js";

// Where the focus is by default: on the page, its scrolling container, or the link to the page.
const NOWHERE = "body, [data-testid=stMain], .st-key-pages a";

export class Player {
  /** @param {HTMLElement} root @param {Server} server what hears of what is chosen and asked for */
  constructor(root, server) {
    this.root = root;
    this.store = new Store();
    this.clock = new Clock(this.store, (ended) => this.#drawFrame(ended));
    this.presenter = new Presenter(root);
    this.bridge = new Bridge(server, {
      place: () => this.store.place(this.clock.target, this.clock.unit),
      playing: () => this.clock.playing,
      heard: (there) => this.editor.server(there),
    });
    /** @type {Theme | null} */
    this.theme = null;
    this.focusing = false; // whether the word that is shown next takes the focus
    /** What the transcript holds. @type {PredictionPath | null} */
    this.filled = null;
    /** What the panels show. @type {{step: number, playing: boolean} | null} */
    this.painted = null;
    this.fitted = ""; // the sizes that the pictures are drawn for
    this.#build();
    this.#listen();
  }

  #build() {
    const { root } = this;
    /** @type {Act} */
    const act = (action, value) => this.act(action, value);
    /** @param {number | null} unit */
    const choose = (unit) => this.choose(unit);
    this.notes = new Notes(root);
    this.announcer = new Announcer(part(root, "announce"));
    this.toolbar = new Toolbar(root, (request) => this.bridge.ask(request), act);
    this.transcript = new Transcript(part(root, "transcript"), (step) => this.go(step, { jump: true, focus: true }));
    this.header = new CellHeader(part(root, "cell-header"), act);
    this.cell = new CellPanel(part(root, "cell"), choose);
    this.prediction = new Prediction(part(root, "prediction"), choose);
    this.timeline = new TimelinePanel(part(root, "timeline"), part(root, "tooltip"), {
      go: (step, ended) => this.go(step, { jump: true, quiet: !ended }),
      choose,
      see: (changes) => this.#see(changes),
    });
    this.transport = new Transport(part(root, "controls"), act);
    this.editor = new TextEditor(root, {
      read: (text, live) => this.#read(text, live),
      changed: () => this.#editorChanged(),
    });
  }

  #listen() {
    const { root } = this;
    root.onkeydown = (event) => this.#key(event, /** @type {Element} */ (event.composedPath()[0]).tagName);
    this.away = new AbortController();
    /** @param {KeyboardEvent} event */
    const outside = (event) => {
      if (/** @type {Element} */ (event.target).matches?.(NOWHERE)) this.#key(event, "BODY");
    };
    document.addEventListener("keydown", outside, { signal: this.away.signal });
    const drawnIn = ["cell", "timeline", "transcript"].map((name) => part(root, name));
    this.resize = new ResizeWatcher(drawnIn, part(root, "depth"), () => this.#fit());
  }

  /** Removes all listeners and timers. */
  leave() {
    this.away.abort();
    for (const one of [this.bridge, this.resize, this.clock, this.presenter]) one.leave();
  }

  // --- what comes from the server ---

  /** @param {Uint8Array} bytes of a trace */
  show(bytes) {
    const { root, store, editor } = this;
    const trace = this.#decoded(bytes);
    if (!trace) return;
    setFamilies(trace.font);
    root.style.setProperty("--families", trace.font);
    const { fresh, kept } = store.show(trace, this.bridge.returned);
    this.bridge.returned = false;
    if (fresh) this.clock.reset();
    if (kept) this.bridge.report();
    this.toolbar.fill(trace);
    editor.show(trace.text + (trace.menus?.unread_text ?? ""));
    if (trace.menus) editor.fill(trace.menus);
    if (!editor.open) this.notes.hint(false, trace);
    this.#drawAll();
  }

  /** The trace; null where a note says why there is none. @param {Uint8Array} bytes */
  #decoded(bytes) {
    try {
      const trace = decode(bytes);
      this.notes.refuse("");
      return trace;
    } catch (error) {
      if (!(error instanceof OtherFormatError)) throw error;
      this.notes.refuse(error.message);
      return null;
    }
  }

  // --- what the reader does ---

  /** @param {KeyboardEvent} event @param {string} tag */
  #key(event, tag) {
    if (!this.store.trace) return;
    const escapes = event.key === "Escape";
    if (this.editor.open) {
      if (escapes) this.editor.stop();
      return;
    }
    const action = keyAction(event, tag);
    if (!action && escapes && this.presenter.on) this.act("present");
    if (!action) return;
    event.preventDefault();
    this.act(...action);
  }

  /** @param {string} action @param {any} value */
  act(action, value = undefined) {
    const { trace, path, view, turning, lastUnit, step } = this.store;
    const { target, unit, playing } = this.clock;
    const presenting = this.presenter.on;
    const state = { trace, path, view, turning, lastUnit, step, target, unit, playing, presenting };
    this.#carryOut(changesOf(state, action, value));
  }

  /** @param {import("./actions.js").Changes} changes */
  #carryOut({ step, jump, unit, play, rest, view, request, present, zoom, rows, picture, reset }) {
    // The focus goes along where a word has it.
    if (step !== undefined) this.go(step, { jump, focus: this.transcript.focused });
    if (unit !== undefined) this.choose(unit);
    if (play !== undefined) this.clock.play(play);
    if (rest) this.#rest();
    if (view) this.#see(view);
    if (request) this.bridge.ask(request);
    if (present !== undefined) this.#present(present);
    if (zoom !== undefined) this.timeline.zoom(zoom, this.store.view);
    if (rows !== undefined) this.timeline.zoomRows(rows);
    if (picture) this.#save(picture);
    if (reset) this.header.resetNumber(this.store.view.unit);
  }

  /** ``jump`` goes there at once; ``quiet`` tells the server nothing yet.
   * @param {number} step @param {{jump?: boolean, focus?: boolean, quiet?: boolean}} how */
  go(step, { jump = false, focus = false, quiet = false } = {}) {
    this.focusing = focus;
    if (!quiet) this.bridge.report();
    this.clock.go(clamp(step, 0, this.store.trace.steps - 1), jump);
  }

  /** @param {number | null} unit null for all */
  choose(unit) {
    const { store } = this;
    store.lastUnit = unit ?? store.view.unit ?? store.lastUnit;
    this.clock.deepen(unit);
    this.bridge.report();
    this.#drawAll();
  }

  #rest() {
    this.clock.rest();
    this.bridge.report();
  }

  /** Changes the view. @param {Partial<View>} changes */
  #see(changes) {
    const dirty = this.store.change(changes);
    if (changes.speed) this.clock.pace();
    if (dirty === "pictures") this.#paint();
    else this.#drawAll();
    if (changes.order || changes.quantity) this.bridge.report();
  }

  /** @param {boolean} on */
  #present(on) {
    this.presenter.present(on);
    this.#drawAll();
    this.presenter.focus();
  }

  /** @param {"svg" | "png"} kind */
  #save(kind) {
    const { trace, view, step } = this.store;
    const save = { svg: saveSvg, png: savePng }[kind];
    save(pictureName(trace, step), cellPicture(trace, { ...view, position: step }, this.theme));
  }

  /** Says whether there is something to read. @param {string} text @param {boolean} live */
  #read(text, live) {
    const empty = !text.trim();
    this.notes.hint(empty, this.store.trace);
    if (!empty) this.bridge.ask({ text, live });
    return !empty;
  }

  /** The hint disappears with the field; playing stops while the reader types. */
  #editorChanged() {
    if (!this.editor.open) this.notes.hint(false, this.store.trace);
    else if (this.clock.playing) this.#rest();
  }

  // --- drawing ---

  /** @param {{arrived: boolean, deepened: boolean}} ended */
  #drawFrame({ arrived, deepened }) {
    if (deepened) this.#drawAll();
    else this.#paint();
    if (arrived) this.bridge.report();
  }

  /** Redraws as much as a change of size or theme needs. */
  #fit() {
    const { trace } = this.store;
    if (!trace || !this.root.isConnected) return;
    if (!sameTheme(this.theme, themeOf(this.root, trace.palettes, this.presenter.on))) this.#drawAll();
    else if (this.resize.sizes !== this.fitted) this.#layOut();
  }

  /** Redraws everything: for another text, unit, theme or window. */
  #drawAll() {
    const { root, transcript } = this;
    const { trace, path, view } = this.store;
    this.theme = applyTheme(root, trace.palettes, this.presenter.on);
    const { palette } = this.theme;
    if (this.filled !== path) transcript.fill(trace, path);
    this.filled = path;
    const tints = wordTints(trace, path, view, palette);
    transcript.tint(tints);
    this.editor.tint(
      trace,
      tints.map(({ ground }) => ground),
    );
    this.toolbar.legend(trace, view, palette);
    this.notes.show(trace);
    this.transport.fill(trace, path, view);
    this.header.fill(trace, view);
    this.painted = null;
    this.#layOut();
  }

  /** Fits the pictures to their elements. */
  #layOut() {
    this.transcript.measure();
    this.cell.measure(this.store.trace, this.theme);
    this.timeline.measure(this.theme);
    this.fitted = this.resize.sizes;
    this.#paint();
  }

  #paint() {
    const { theme, cell } = this;
    const { trace, path, view, step } = this.store;
    if (!trace) return;
    const { playing } = this.clock;
    cell.draw(trace, view, theme);
    this.header.show(cell.frame, view, theme.palette);
    this.timeline.draw(trace, view, theme);
    if (this.painted?.step === step && this.painted.playing === playing) return;
    this.painted = { step, playing };
    this.transcript.mark(step, { focus: this.focusing, moving: theme.presenting });
    this.focusing = false;
    this.prediction.show({ trace, path, step, unit: view.unit, palette: theme.palette });
    this.transport.show(trace, step, playing, this.presenter.on);
    this.#describe();
  }

  /** Describes the picture in words, for screen readers. Silent while playing. */
  #describe() {
    const { trace, path, view, step } = this.store;
    const { cell, timeline } = this;
    const sentence = wordSentence(trace, path, step);
    timeline.describe(step, trace.steps, sentence);
    cell.node.setAttribute("aria-label", this.header.sentence(cell.frame, view));
    const silent = this.clock.playing || this.transcript.focused || timeline.focused;
    this.announcer.announce({ trace, path, step, unit: view.unit }, sentence, silent);
  }
}
