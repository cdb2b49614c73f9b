// Reports to the server: the reader's place, after a rest, and requests. The player works without a
// server; one that was away gets the latest place or request when it returns.

const SERVER = "lstm-viz-server"; // told by the page: whether the server answers, see window.js
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
    /** The last request while the server was away. @type {ServerRequest | null} */
    this.unheard = null;
    this.away = new AbortController();
    this.#listen();
  }

  #listen() {
    const { signal } = this.away;
    // A report while the server is switching pages would cancel the switch: following a link drops it.
    /** @param {Event} event */
    const left = (event) => {
      const follows = event.type === "pointerdown" || /** @type {KeyboardEvent} */ (event).key === "Enter";
      const path = /** @type {Element[]} */ (event.composedPath());
      if (follows && path.some((node) => node.localName === "a")) this.hold();
    };
    for (const type of FOLLOWS_LINKS) document.addEventListener(type, left, { capture: true, signal });
    window.addEventListener("popstate", () => this.hold(), { signal }); // and so does going back
    document.addEventListener(SERVER, (event) => this.#heard(/** @type {CustomEvent} */ (event).detail), { signal });
  }

  /** Reports the place once the reader rests there: never while playing or scrubbing. */
  report() {
    this.hold();
    this.timer = setTimeout(() => {
      if (!this.player.playing()) this.server.chosen(this.player.place());
    }, REPORT_AFTER);
  }

  /** Drops the report that is due. */
  hold() {
    clearTimeout(this.timer);
  }

  /**
   * Sends a request, with the place: a separate report while the server is at work could cancel the
   * request.
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
