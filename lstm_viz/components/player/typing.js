// The script as a text box: same place, same size. Live, the picture follows what is typed.

import { put } from "./page.js";

const REST_MS = 120; // milliseconds without a key, after which what is typed so far is read

export class Typing {
  // ``read`` takes a text and whether it is still being typed; ``changed`` hears of opening and
  // closing.
  constructor(root, { read, changed }) {
    Object.assign(this, { read, changed, timer: 0, sent: null });
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
    clearTimeout(this.timer);
    this.draft = this.field.value;
    this.box.hidden = true;
    this.live.checked = false;
    this.changed();
    this.own.focus();
  }

  // What the server shows now: it replaces a draft only if it came from elsewhere.
  show(text) {
    const elsewhere = text !== this.sent && text !== this.text;
    this.text = text;
    if (!elsewhere) return;
    this.draft = undefined;
    if (this.open && !this.live.checked) this.#close();
  }

  #close() {
    this.box.hidden = true;
    this.draft = undefined;
    this.changed();
  }

  submit() {
    clearTimeout(this.timer);
    const text = this.field.value;
    this.#send(text, false);
    if (!text.trim()) this.field.focus();
    else if (!this.live.checked) this.#close();
  }

  #typed() {
    this.draft = this.field.value;
    if (!this.live.checked) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#send(this.field.value, true), REST_MS);
  }

  #send(text, live) {
    this.sent = text;
    this.read(text, live);
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
