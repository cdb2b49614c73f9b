// The player: one reading on the page, and everything that moves with the playhead.

import { Bar } from "./panels/toolbar.js";
import { OtherFormatError, decode } from "./model/decode.js";
import { pictureName, save, savePng } from "./panels/download.js";
import { Heading } from "./panels/cell_header.js";
import { actionOf } from "./model/keymap.js";
import { lookOf, sameLook } from "./draw/theme.js";
import { Motion } from "./model/motion.js";
import { sentence, unitSentence } from "./model/describe.js";
import { clamp } from "./model/format.js";
import { besideOf, put } from "./panels/dom.js";
import { sentenceStarts } from "./model/easing.js";
import { Script, notesOf } from "./panels/transcript.js";
import { Sizes } from "./panels/resize.js";
import { Stage, cellPicture } from "./panels/cell_panel.js";
import { Time } from "./panels/timeline_panel.js";
import { VERDICT, tints } from "./draw/word_tints.js";
import { setFamilies } from "./draw/surface.js";
import { Transport, turningPoint } from "./panels/transport.js";
import { Typing } from "./panels/text_editor.js";
import { Verdict } from "./panels/prediction.js";

const SERVER = "lstm-viz-server"; // told by the page: whether the server answers, see browser.js
const FOLLOWS_LINKS = ["pointerdown", "keydown"];
// Where the focus is when nobody chose: on the page, on what scrolls there, on the link to the page.
const NOWHERE = "body, [data-testid=stMain], .st-key-pages a";
const REPORT_AFTER = 400; // milliseconds of rest, after which the server hears of the word

const textOf = ({ words, tail }) => words.map(([gap, text]) => gap + text).join("") + tail;

export class Player {
  // ``tell`` takes what the server is to hear: chosen(where) and asked(what).
  constructor(root, tell) {
    Object.assign(this, { root, tell, reading: null, frame: 0, presenting: false });
    this.motion = new Motion();
    this.view = { position: 0, unit: null, depth: 0, order: "similarity", speed: 3, loop: false, tint: VERDICT };
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.#build();
    this.#listen();
  }

  #part(name) {
    return this.root.querySelector(`.${name}`);
  }

  #build() {
    this.bar = new Bar(
      this.root,
      (what) => this.#ask(what),
      (action, value) => this.act(action, value),
    );
    this.script = new Script(this.#part("script"), (step) => this.go(step, { jump: true, focus: true }));
    this.heading = new Heading(this.#part("head"), (action, value) => this.act(action, value));
    this.stage = new Stage(this.#part("cell"), (unit) => this.choose(unit));
    this.verdict = new Verdict(this.#part("verdict"), (unit) => this.choose(unit));
    this.timeline = new Time(this.#part("timeline"), this.#part("tip"), {
      go: (step, ended) => this.go(step, { jump: true, quiet: !ended }),
      choose: (unit) => this.choose(unit),
      see: (changes) => this.#see(changes),
    });
    this.transport = new Transport(this.#part("controls"), (action, value) => this.act(action, value));
    this.typing = new Typing(this.root, {
      read: (text, live) => this.#read(text, live),
      changed: () => this.#typingChanged(),
    });
  }

  #listen() {
    this.root.onkeydown = (event) => this.#key(event, event.composedPath()[0].tagName);
    this.outside = (event) => {
      if (event.target.matches?.(NOWHERE)) this.#key(event, "BODY");
    };
    document.addEventListener("keydown", this.outside);
    // Who goes to another page is not overtaken: a report while the server is at work for that would
    // have it stay here.
    this.left = (event) => {
      const follows = event.type === "pointerdown" || event.key === "Enter";
      if (follows && event.composedPath().some((node) => node.localName === "a")) clearTimeout(this.timer);
    };
    for (const type of FOLLOWS_LINKS) document.addEventListener(type, this.left, true);
    // Nor who goes back.
    this.wentBack = () => clearTimeout(this.timer);
    window.addEventListener("popstate", this.wentBack);
    this.heard = ({ detail }) => this.#server(detail);
    document.addEventListener(SERVER, this.heard);
    const drawnIn = ["cell", "timeline", "script"].map((name) => this.#part(name));
    this.sizes = new Sizes(drawnIn, this.#part("depth"), () => this.#fit());
  }

  // Leaves no trace on the page.
  leave() {
    document.removeEventListener("keydown", this.outside);
    for (const type of FOLLOWS_LINKS) document.removeEventListener(type, this.left, true);
    window.removeEventListener("popstate", this.wentBack);
    document.removeEventListener(SERVER, this.heard);
    this.sizes.leave();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    for (const node of this.hidden ?? []) node.inert = false;
  }

  // --- what comes from the server ---

  show(bytes) {
    const reading = this.#decoded(bytes);
    this.root.classList.toggle("refused", !reading);
    if (!reading) return;
    setFamilies(reading.font);
    this.root.style.setProperty("--families", reading.font);
    const fresh = reading.id !== this.reading?.id;
    const stood = this.#stood(reading);
    this.reading = reading;
    if (fresh) this.#open();
    if (stood) {
      Object.assign(this.view, stood);
      this.#report();
    }
    this.course = reading.course(this.view.label);
    this.turning = turningPoint(this.course);
    this.#menus();
    if (!this.typing.open) this.#hint(false);
    this.#redraw();
  }

  // The reading, or the sentence that says why there is none.
  #decoded(bytes) {
    try {
      return decode(bytes);
    } catch (error) {
      if (!(error instanceof OtherFormatError)) throw error;
      put(this.#part("notes"), error.message);
      return null;
    }
  }

  // Where the reader stands, if that is not known to a server that was away and shows the same again.
  #stood(reading) {
    const same =
      this.returned && this.reading && textOf(reading) === textOf(this.reading) && reading.units === this.reading.units;
    this.returned = false;
    const { position, unit, depth, quantity, order } = this.view;
    return same && reading.has(quantity) && reading.orders[order] ? { position, unit, depth, quantity, order } : null;
  }

  #open() {
    const { reading, view } = this;
    this.motion = new Motion();
    Object.assign(view, {
      position: clamp(reading.step, 0, reading.steps - 1),
      unit: reading.unit,
      depth: reading.unit === null ? 0 : 1,
      label: this.#labelOf(reading),
      from: 0,
      to: reading.steps,
      rows: null,
      order: [reading.order, view.order, "index"].find((name) => name in reading.orders),
      quantity: [reading.map, reading.memory].find((name) => name && reading.has(name)),
      tint: reading.has(view.tint) ? view.tint : VERDICT,
    });
    this.lastUnit = reading.unit;
  }

  // The one that the reader follows, where it is known.
  #labelOf({ labels, label }) {
    const followed = labels.indexOf(this.followed);
    return followed < 0 ? label : followed;
  }

  #menus() {
    const { menus } = this.reading;
    this.bar.fill(this.reading);
    this.typing.show(textOf(this.reading) + (menus?.rest ?? ""));
    if (!menus) return;
    this.typing.field.maxLength = menus.longest;
    this.typing.name(menus.reads);
  }

  // --- what the reader does ---

  #key(event, tag) {
    if (!this.reading) return;
    if (this.typing.open) {
      if (event.key === "Escape") this.typing.stop();
      return;
    }
    const action = actionOf(event, tag);
    if (!action && event.key === "Escape" && this.presenting) this.act("present");
    if (!action) return;
    event.preventDefault();
    this.act(...action);
  }

  act(action, value) {
    const { reading, view } = this;
    const step = this.#target;
    const focus = this.script.focused; // goes along where a word has it
    const acts = {
      play: () => (this.motion.playing ? this.#pause() : this.#play(reading.lastRead)),
      first: () => this.go(0, { jump: true, focus }),
      last: () => this.go(reading.steps - 1, { jump: true, focus }),
      on: () => this.go(step + 1, { focus }),
      back: () => this.go(step - 1, { focus }),
      sentence: () => this.go(this.#sentence(step, value), { jump: true, focus }),
      turning: () =>
        reading.precedes(step, this.turning) ? this.#play(this.turning) : this.go(this.turning, { jump: true, focus }),
      unit: () => this.choose(this.#neighbour(value)),
      number: () => this.#numbered(value),
      depth: () => this.choose(this.motion.unitOf(view) === null ? this.#usualUnit() : null),
      all: () => this.choose(null),
      one: () => this.choose(this.#usualUnit()),
      layer: () => this.#ask({ layer: value }),
      present: () => this.#present(!this.presenting),
      map: () => this.#see({ quantity: value }, true),
      order: () => this.#see({ order: value }, true),
      followed: () => this.#follow(Number(value)),
      speed: () => this.#paced(Number(value)),
      loop: () => this.#see({ loop: value }),
      tint: () => this.#see({ tint: value }, true),
      zoom: () => this.timeline.zoomed(value, this.view),
      rows: () => this.timeline.rowsZoomed(value),
      svg: () => save(`${pictureName(this.reading, this.step)}.svg`, "image/svg+xml", this.#picture()),
      png: () => savePng(`${pictureName(this.reading, this.step)}.png`, this.#picture()),
    };
    acts[action]();
  }

  #picture() {
    return cellPicture(this.reading, { ...this.view, position: this.step }, this.look);
  }

  #sentence(step, way) {
    const starts = sentenceStarts(this.reading.words);
    const found = way > 0 ? starts.find((start) => start > step) : starts.findLast((start) => start < step);
    return found ?? (way > 0 ? this.reading.steps - 1 : 0);
  }

  #neighbour(way) {
    const order = this.reading.orders[this.view.order];
    if (this.view.unit === null) return this.#usualUnit();
    const place = order.indexOf(this.view.unit) + way;
    return order[(place + order.length) % order.length];
  }

  // A number that is typed; what is none leaves the unit as it is.
  #numbered(field) {
    const unit = field.valueAsNumber;
    if (Number.isInteger(unit) && unit >= 0 && unit < this.reading.units) this.choose(unit);
    else field.value = this.view.unit;
  }

  #usualUnit() {
    return this.lastUnit ?? this.verdict.mover(this.reading, this.course, this.step) ?? 0;
  }

  #read(text, live) {
    if (!text.trim()) {
      this.#hint(true);
      return false;
    }
    this.#hint(false);
    this.#ask({ text, live });
    return true;
  }

  // The hint concerns what is in the field: it goes with it. Nobody reads and types at once.
  #typingChanged() {
    if (!this.typing.open) this.#hint(false);
    else if (this.motion.playing) this.#pause();
  }

  #hint(empty) {
    this.root.classList.toggle("empty", empty);
    put(this.#part("notes"), empty ? "There is nothing to read yet: type at least one word." : notesOf(this.reading));
  }

  // Another thing to look at, which changes nothing of the reading.
  #see(changes, filled = false) {
    Object.assign(this.view, changes);
    if (filled) {
      this.#redraw();
      this.#report();
    } else this.#paint();
  }

  // Another speed from the word on that is being read.
  #paced(speed) {
    this.#see({ speed });
    if (this.motion.playing) this.motion.play(this.step, this.motion.way.to);
  }

  #follow(label) {
    this.view.label = label;
    this.followed = this.reading.labels[label];
    this.course = this.reading.course(label);
    this.turning = turningPoint(this.course);
    this.#redraw();
  }

  // --- where the reader stands ---

  // The word that is being read: the nearer one.
  get step() {
    return Math.round(this.view.position);
  }

  // Where a movement under way leads.
  get #target() {
    return this.motion.target ?? this.step;
  }

  // ``jump`` goes there at once; ``quiet`` tells the server nothing yet.
  go(step, { jump = false, focus = false, quiet = false } = {}) {
    const to = clamp(step, 0, this.reading.steps - 1);
    if (jump || this.still.matches || Math.abs(to - this.view.position) > 1.5) {
      this.motion.rest();
      this.view.position = to;
    } else this.motion.step(this.view.position, to);
    this.focusing = focus;
    if (!quiet) this.#report();
    this.#run();
  }

  choose(unit) {
    this.lastUnit = unit ?? this.view.unit ?? this.lastUnit;
    this.motion.deepen(this.view, unit, this.still.matches);
    this.#report();
    this.#redraw();
    this.#run();
  }

  #play(until) {
    const { reading, step } = this;
    this.motion.play(reading.precedes(step, until) ? step : reading.firstRead, until);
    this.#run();
  }

  #pause() {
    this.motion.rest();
    this.view.position = this.step;
    this.#report();
    this.#run();
  }

  // The server hears of the place once it is reached: never while playing or scrubbing.
  #report() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (!this.motion.playing) this.tell.chosen(this.#place);
    }, REPORT_AFTER);
  }

  // Asks for another thing to look at. The place goes along: a report on its own, while the server
  // is at work for this, could have it forget what was asked.
  #ask(what) {
    clearTimeout(this.timer);
    if (this.gone && what.text === undefined) this.unsaid = what;
    this.tell.asked({ ...what, place: this.#place });
  }

  // The player needs no server. Once it is back, it hears of what was done meanwhile.
  #server(there) {
    this.typing.server(there);
    this.gone = !there;
    this.returned = there;
    if (there && this.unsaid) this.#ask(this.unsaid);
    else if (there) this.#report();
    this.unsaid = null;
  }

  get #place() {
    const { reading, view } = this;
    // What is usual goes unsaid, so that a link is short.
    const order = view.order === Object.keys(reading.orders)[0] ? "" : view.order;
    const map = view.quantity === reading.memory ? "" : view.quantity;
    return { id: reading.id, step: this.#target, unit: this.motion.unitOf(view), order, map };
  }

  // --- drawing ---

  #run() {
    if (!this.frame) this.frame = requestAnimationFrame((now) => this.#next(now));
  }

  #next(now) {
    this.frame = 0;
    const { arrived, deepened } = this.motion.advance(this.view, now, this.reading, this.still.matches);
    if (deepened) this.#redraw();
    else this.#paint();
    if (arrived) this.#report();
    if (this.motion.underWay) this.#run();
  }

  // Only what another size concerns is done, and only where there is one.
  #fit() {
    if (!this.reading || !this.root.isConnected) return;
    if (!sameLook(this.look, this.#lookNow())) this.#redraw();
    else if (this.sizes.seen !== this.laidOut) this.#lay();
  }

  // Everything anew: for another text, unit, theme or window.
  #redraw() {
    const { root, reading, view } = this;
    this.#lookAround();
    const { palette } = this.look;
    for (const role of ["page", "panel", "ink", "muted", "rule", "positive"])
      root.style.setProperty(`--${role}`, palette[role]);
    root.style.setProperty("--k", this.look.k);
    if (this.filled !== reading || this.filledCourse !== this.course) this.script.fill(reading, this.course);
    this.filled = reading;
    this.filledCourse = this.course;
    const found = tints(reading, this.course, view.tint, view.unit, palette);
    this.script.tint(found);
    this.typing.tint(
      reading,
      found.map(({ ground }) => ground),
    );
    this.bar.legend(reading, view, palette);
    if (!this.root.classList.contains("empty")) put(this.#part("notes"), notesOf(reading));
    this.transport.fill(reading, this.course, view);
    this.heading.fill(reading, view);
    this.painted = null;
    this.#lay();
  }

  // What is drawn takes the sizes that the page gives it.
  #lay() {
    this.script.measure();
    this.stage.measure(this.reading, this.look);
    this.timeline.measure(this.look);
    this.laidOut = this.sizes.seen;
    this.#paint();
  }

  #lookAround() {
    const { root, presenting } = this;
    root.classList.toggle("presenting", presenting); // first: it decides where the player stands
    this.look = this.#lookNow();
    root.classList.toggle("phone", this.look.phone);
    root.classList.toggle("spaced", this.look.spaced);
    root.style.minHeight = this.look.height;
  }

  #lookNow() {
    return lookOf(this.root, this.reading.palettes, this.presenting);
  }

  #paint() {
    if (!this.reading) return;
    const { reading, view, look, step } = this;
    this.stage.draw(reading, view, look);
    this.heading.show(this.stage.moment, view, look.palette);
    this.timeline.draw(reading, view, look);
    if (this.painted?.step === step && this.painted.playing === this.motion.playing) return;
    this.painted = { step, playing: this.motion.playing };
    this.script.mark(step, { focus: this.focusing, moving: look.presenting });
    this.focusing = false;
    this.verdict.show(reading, this.course, step, view.unit, look.palette);
    this.transport.show(reading, step, this.motion.playing, this.presenting);
    this.#say(step);
  }

  // In words, for whoever cannot see it. Not while playing: nobody could listen so fast.
  #say(step) {
    const said = sentence(this.reading, this.course, step);
    this.timeline.say(step, this.reading.steps, said);
    this.stage.node.setAttribute("aria-label", this.heading.sentence(this.stage.moment, this.view));
    const { unit } = this.view;
    if (this.saidUnit !== undefined && this.saidUnit !== unit) {
      put(this.#part("announce"), unitSentence(this.reading, this.course, step, unit));
    } else if (!this.motion.playing && !this.script.focused && !this.timeline.focused)
      put(this.#part("announce"), said);
    this.saidUnit = unit;
  }

  // --- presenter size ---

  #present(on) {
    const { root } = this;
    this.presenting = on;
    // A popover stands above everything else, and leaves nothing behind.
    if (on) {
      root.setAttribute("popover", "manual");
      root.showPopover();
      this.hidden = besideOf(root); // which the focus would go to unseen
      for (const node of this.hidden) node.inert = true;
    } else {
      for (const node of this.hidden) node.inert = false;
      root.hidePopover();
      root.removeAttribute("popover");
    }
    put(this.#part("present"), on ? "Leave" : "Present");
    this.#redraw();
    this.#part(on ? "play" : "present").focus();
  }
}
