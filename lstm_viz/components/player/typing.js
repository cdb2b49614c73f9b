// The script as a text box: same place, same size. Live, the picture follows what is typed: one text
// is read at a time, and the next is what stands in the field when that is there.

import { put, serverAtWork } from "./page.js";

const MOST_ASKED = 3; // times that the same text is asked for
const PATIENCE = 2000; // milliseconds of waiting for an answer

export class Typing {
  // ``read`` takes a text and whether it is still being typed, and says whether there is something to
  // read; ``changed`` hears of opening and closing.
  constructor(root, { read, changed }) {
    Object.assign(this, { read, changed, waiting: 0, closing: false, sent: null });
    this.box = root.querySelector(".typing");
    this.field = this.box.querySelector("textarea");
    this.live = root.querySelector(".live input");
    this.own = root.querySelector(".own");
    this.own.onclick = () => this.start();
    this.box.querySelector(".read").onclick = () => this.submit();
    this.box.querySelector(".leave").onclick = () => this.stop();
    this.live.onchange = () => (this.live.checked ? this.start() : this.stop());
    this.field.oninput = () => this.#typed();
    this.field.onkeydown = (event) => this.#key(event);
  }

  get open() {
    return !this.box.hidden;
  }

  // What the model reads: a review, a news title.
  name(reads) {
    put(this.own, `Type your own ${reads}`);
    this.field.setAttribute("aria-label", `Type a ${reads}`);
  }

  start() {
    this.box.hidden = false;
    if (this.draft === undefined || this.field.value.trim() === "") this.field.value = this.text;
    this.changed();
    this.field.focus();
    this.field.select();
  }

  stop() {
    this.#forget();
    this.draft = this.field.value;
    this.box.hidden = true;
    this.live.checked = false;
    this.changed();
    this.own.focus();
  }

  // What the server shows now, before the page is drawn anew: it replaces a draft only if it came from
  // elsewhere.
  show(text) {
    const elsewhere = text !== this.sent && text !== this.text;
    const answered = text === this.sent || text !== this.text; // a server that was away begins anew
    this.text = text;
    if (elsewhere) this.draft = undefined;
    if (elsewhere && !this.live.checked) this.#close();
    else if (elsewhere && this.open && !this.waiting) this.field.value = text;
    if (answered) this.#answered();
  }

  #close() {
    this.box.hidden = true;
    this.draft = undefined;
  }

  // The field stays until the text is there as a script: nothing else is seen in between.
  submit() {
    this.#forget();
    if (this.field.value === this.text && !this.live.checked) this.stop();
    else if (this.#ask(false)) this.closing = !this.live.checked;
    else this.field.focus();
  }

  #typed() {
    this.draft = this.field.value;
    if (this.live.checked && !this.waiting) this.#ask(true);
  }

  // Says whether there is something to read.
  #ask(live) {
    this.sent = this.field.value;
    this.asked = 1;
    const asked = this.read(this.sent, live);
    if (asked) this.waiting = setTimeout(() => this.#unanswered(), PATIENCE);
    return asked;
  }

  // The server may have been interrupted while it read.
  #unanswered() {
    if (this.gone || serverAtWork()) this.waiting = setTimeout(() => this.#unanswered(), PATIENCE);
    else if (this.text !== this.sent && this.asked < MOST_ASKED) this.#again();
    else {
      this.closing = false; // what was typed stays to be asked for again
      this.#answered();
      this.changed();
    }
  }

  // What was typed while the server was gone is asked for once it is there.
  server(there) {
    this.gone = !there;
    if (!there || !this.waiting) return;
    clearTimeout(this.waiting);
    this.asked = 0;
    this.#again();
  }

  #again() {
    const { asked, closing } = this;
    if (this.#ask(!closing)) Object.assign(this, { asked: asked + 1, closing });
  }

  #answered() {
    if (!this.waiting) return;
    const { closing } = this;
    this.#forget();
    if (closing) this.#close();
    else if (this.live.checked && this.field.value !== this.sent) this.#ask(true);
  }

  #forget() {
    clearTimeout(this.waiting);
    Object.assign(this, { waiting: 0, closing: false });
  }

  #key(event) {
    event.stopPropagation(); // no key of the player
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.stop();
    }
  }
}
