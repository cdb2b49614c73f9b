// Notices every change that may need a new drawing: of the window, the zoom, the theme, the fonts, or of
// anything on the page that moves or resizes the player. It observes the elements that are drawn in.

// In pixels of the screen: on another screen a window may keep its size. Not every browser tells them.
const BOX =
  "devicePixelContentBoxSize" in (globalThis.ResizeObserverEntry?.prototype ?? {})
    ? "device-pixel-content-box"
    : "content-box";
const DARK_PAGE = "(prefers-color-scheme: dark)"; // of a page without a server; a server tells its theme
// What lies above moves the player without changing any size in it; it is part of this.
const CONTENT = "[data-testid=stMainBlockContainer], body";

export class ResizeWatcher {
  /**
   * @param {HTMLElement[]} parts that are drawn in
   * @param {HTMLElement} text that stays while it plays: its size tells how type is set
   * @param {() => void} changed
   */
  constructor(parts, text, changed) {
    this.parts = parts;
    this.away = new AbortController();
    const { signal } = this.away;
    this.observer = new ResizeObserver(changed);
    for (const node of parts) this.observer.observe(node, { box: BOX });
    for (const node of [text, [...document.querySelectorAll(CONTENT)].at(-1)]) this.observer.observe(node);
    window.addEventListener("resize", changed, { signal });
    document.fonts.addEventListener("loadingdone", changed, { signal });
    matchMedia(DARK_PAGE).addEventListener("change", changed, { signal });
  }

  /** All sizes in pixels of the page, as one text. */
  get sizes() {
    return this.parts.map(({ clientWidth, clientHeight }) => `${clientWidth} ${clientHeight}`).join(", ");
  }

  leave() {
    this.away.abort();
    this.observer.disconnect();
  }
}
