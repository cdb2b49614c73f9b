// What the server hears of: where the reader stands after a rest, and what is asked for. The player needs
// no server; one that was away hears afterwards of what was done meanwhile.

const SERVER = "lstm-viz-server"; // told by the page: whether the server answers, see browser.js
const FOLLOWS_LINKS = ["pointerdown", "keydown"];
const REPORT_AFTER = 400; // milliseconds of rest, after which the server hears of the word

export class Bridge {
  /**
   * @param {Server} server
   * @param {{place: () => Place, playing: () => boolean, heard: (there: boolean) => void}} player where the reader
   *   stands; whether it plays; what hears that the server went or came
   */
  constructor(server, player) {
    this.server = server;
    this.player = player;
    this.timer = 0;
    this.gone = false;
    /** Whether the server was away until now. */
    this.returned = false;
    /** What was asked for while nobody heard. @type {ServerRequest | null} */
    this.unheard = null;
    this.away = new AbortController();
    this.#listen();
  }

  #listen() {
    const { signal } = this.away;
    // Who goes to another page is not overtaken: a report while the server is at work for that would
    // have it stay here.
    /** @param {Event} event */
    const left = (event) => {
      const follows = event.type === "pointerdown" || /** @type {KeyboardEvent} */ (event).key === "Enter";
      const path = /** @type {Element[]} */ (event.composedPath());
      if (follows && path.some((node) => node.localName === "a")) this.hold();
    };
    for (const type of FOLLOWS_LINKS) document.addEventListener(type, left, { capture: true, signal });
    window.addEventListener("popstate", () => this.hold(), { signal }); // nor who goes back
    document.addEventListener(SERVER, (event) => this.#heard(/** @type {CustomEvent} */ (event).detail), { signal });
  }

  /** The server hears of the place once it is reached: never while playing or scrubbing. */
  report() {
    this.hold();
    this.timer = setTimeout(() => {
      if (!this.player.playing()) this.server.chosen(this.player.place());
    }, REPORT_AFTER);
  }

  /** What is about to be reported is not. */
  hold() {
    clearTimeout(this.timer);
  }

  /**
   * Asks for another thing to look at. The place goes along: a report on its own, while the server is at work
   * for this, could have it forget what was asked.
   * @param {ServerRequest} request
   */
  ask(request) {
    this.hold();
    if (this.gone && request.text === undefined) this.unheard = request;
    this.server.asked({ ...request, place: this.player.place() });
  }

  /** @param {boolean} there */
  #heard(there) {
    this.player.heard(there);
    this.gone = !there;
    this.returned = there;
    if (there && this.unheard) this.ask(this.unheard);
    else if (there) this.report();
    this.unheard = null;
  }

  leave() {
    this.away.abort();
    this.hold();
  }
}
