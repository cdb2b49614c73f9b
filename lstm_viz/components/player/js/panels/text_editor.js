// The transcript as a text box: same place, same size. Live, the picture follows what is typed: one text
// is read at a time, and the next is what stands in the field when that is there.

import { part, put, serverAtWork } from "./dom.js";
import { TintedText } from "./tinted_text.js";

const MOST_ASKED = 3; // times that the same text is asked for
const PATIENCE = 2000; // milliseconds of waiting for an answer

export class TextEditor {
  /**
   * @param {HTMLElement} root
   * @param {{read: (text: string, live: boolean) => boolean, changed: () => void}} acts ``read`` takes a text and
   *   whether it is still being typed, and says whether there is something to read; ``changed`` hears of opening
   *   and closing
   */
  constructor(root, { read, changed }) {
    this.root = root;
    this.read = read;
    this.changed = changed;
    this.box = part(root, "editor");
    /** @type {HTMLTextAreaElement} */
    this.field = this.box.querySelector("textarea");
    this.tinted = new TintedText(part(this.box, "tinted"), this.field);
    /** @type {HTMLInputElement} */
    this.live = part(root, "live input");
    this.own = part(root, "own");
    /** What the server shows. @type {string | undefined} */
    this.text = undefined;
    /** What was typed and not read. @type {string | undefined} */
    this.draft = undefined;
    /** @type {TraceView | null} */
    this.trace = null;
    /** @type {string[]} */
    this.grounds = [];
    this.gone = false; // the server
    this.waiting = 0; // for an answer
    this.closing = false; // as soon as it is there
    /** @type {string | null} */
    this.sent = null;
    this.sentLive = false;
    this.asked = 0; // how often
    /** All texts that were asked for since the last answer. @type {Set<string>} */
    this.asks = new Set();
    this.#listen();
  }

  #listen() {
    this.own.onclick = () => this.start();
    part(this.box, "read").onclick = () => this.submit();
    part(this.box, "leave").onclick = () => this.stop();
    this.live.onchange = () => (this.live.checked ? this.start() : this.stop());
    this.field.oninput = () => this.#typed();
    this.field.onkeydown = (event) => this.#key(event);
  }

  get open() {
    return !this.box.hidden;
  }

  /** What the model reads: a review, a news title; so many characters of it. @param {Menus} menus */
  fill({ text_kind, max_length }) {
    this.field.maxLength = max_length;
    put(this.own, `Type your own ${text_kind}`);
    this.field.setAttribute("aria-label", `Type a ${text_kind}`);
  }

  /** The transcript becomes the field, and the field the transcript. @param {boolean} open */
  #swap(open) {
    this.box.hidden = !open;
    this.root.classList.toggle("writing", open);
  }

  start() {
    this.#swap(true);
    if (this.draft === undefined || this.field.value.trim() === "") this.field.value = this.text;
    this.#tint();
    this.changed();
    this.field.focus();
    this.field.select();
  }

  /** Live, what was typed last counts too. */
  stop() {
    const more = this.field.value.trim() && this.field.value !== this.text;
    if (this.live.checked && more && !this.gone) {
      this.submit();
      return;
    }
    this.#forget();
    this.draft = this.field.value;
    this.#swap(false);
    this.live.checked = false;
    this.changed();
    this.own.focus();
  }

  /** What the server shows now, before the page is drawn anew: it replaces a draft only if it came from
   * elsewhere. @param {string} text */
  show(text) {
    const late = Boolean(this.waiting) && text !== this.sent && this.asks.has(text); // more was typed since
    const elsewhere = !late && text !== this.sent && text !== this.text;
    const answered = text === this.sent || text !== this.text; // a server that was away begins anew
    this.text = text;
    if (elsewhere) this.draft = undefined;
    if (elsewhere && !this.live.checked) this.#close();
    else if (elsewhere && this.open && !this.waiting) this.field.value = text;
    if (answered && !late) this.#answered();
  }

  /** The grounds of the words that the model read last. @param {TraceView} trace @param {string[]} grounds */
  tint(trace, grounds) {
    Object.assign(this, { trace, grounds });
    this.#tint();
  }

  /** With live typing, each word is tinted as soon as it is read. */
  #tint() {
    if (this.open) this.tinted.show(this.live.checked ? this.trace : null, this.grounds);
  }

  #close() {
    this.#swap(false);
    this.draft = undefined;
  }

  /** The field stays until the text is there as a transcript: nothing else is seen in between. It ends live
   * typing too, at the word that was typed last. */
  submit() {
    const settled = !this.waiting; // else another text is on its way
    this.#forget();
    if (settled && this.field.value === this.text) this.stop();
    else if (this.#ask(this.live.checked)) {
      this.live.checked = false;
      this.closing = true;
    } else this.field.focus();
  }

  #typed() {
    this.draft = this.field.value;
    this.#tint();
    if (this.live.checked && !this.waiting) this.#ask(true);
  }

  /** Says whether there is something to read. @param {boolean} live */
  #ask(live) {
    this.sent = this.field.value;
    this.asks.add(this.sent);
    this.asked = 1;
    this.sentLive = live;
    const asked = this.read(this.sent, live);
    if (asked) this.waiting = setTimeout(() => this.#unanswered(), PATIENCE);
    return asked;
  }

  /** The server may have been interrupted while it read. */
  #unanswered() {
    if (this.gone || serverAtWork()) this.waiting = setTimeout(() => this.#unanswered(), PATIENCE);
    else if (this.text !== this.sent && this.asked < MOST_ASKED) this.#again();
    else {
      this.closing = false; // what was typed stays to be asked for again
      this.#answered();
      this.changed();
    }
  }

  /** What was typed while the server was gone is asked for once it is there. @param {boolean} there */
  server(there) {
    this.gone = !there;
    if (!there || !this.waiting) return;
    clearTimeout(this.waiting);
    this.asked = 0;
    this.#again();
  }

  #again() {
    const { asked, closing } = this;
    if (this.#ask(this.sentLive)) Object.assign(this, { asked: asked + 1, closing });
  }

  #answered() {
    this.asks.clear();
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

  /** @param {KeyboardEvent} event */
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
