// The browser window: its history has one entry for each page, model and text. A page stays usable while
// the server is away.
//
// Streamlit puts every change of a link into the history as an entry of its own, and a change of
// page as two. We replace history.pushState to change that.

const TEXTS = ["review", "text", "packed"]; // the ways a text travels in a link
const LOST = "lstm-viz-server"; // heard by the player: whether the server is there

/** What this part of all pages shares between the runs of a page. ``live``: whether a text is being typed;
 * ``line`` says that the server is gone.
 * @typedef {{live?: boolean, line?: HTMLElement}} Shared */

/** What an entry of the history stands for. @param {Pick<Location, "pathname" | "search">} address */
function placeOf({ pathname, search }) {
  const link = new URLSearchParams(search);
  const text = TEXTS.find((name) => link.has(name)) ?? "";
  return { page: pathname, thing: JSON.stringify([link.get("model"), text, link.get(text)]) };
}

/**
 * Whether a link takes the place of the last one in the history.
 * @param {Pick<Location, "pathname" | "search">} from
 * @param {Pick<Location, "pathname" | "search">} to
 * @param {boolean} typed whether both are of one text that is being typed
 */
export function replaces(from, to, typed) {
  const [here, there] = [placeOf(from), placeOf(to)];
  if (here.page !== there.page) return false;
  return !from.search || here.thing === there.thing || typed; // a page comes first, then its link
}

/** Keeps the history from now on. @param {Shared} shared */
function keepHistory(shared) {
  const { history, location } = window;
  const push = history.pushState.bind(history);
  let typed = false; // whether the entry that is shown was made while typing
  history.pushState = (state, unused, url) => {
    const to = new URL(url, location.href);
    if (to.pathname !== location.pathname) shared.live = false;
    if (replaces(location, to, shared.live && typed)) history.replaceState(state, unused, url);
    else push(state, unused, url);
    typed = Boolean(shared.live);
    showPages();
  };
  window.addEventListener("popstate", () => {
    typed = false;
    showPages();
  });
}

/** @param {string} link */
function takeTheFirstPlace(link) {
  window.history.replaceState(window.history.state, "", `${window.location.pathname}?${link}`);
}

/**
 * Streamlit says on the page whether the server answers. After some seconds it also covers everything with a
 * dialog, which is closed: the line at the foot says the same.
 * @param {Shared} shared
 */
function watchTheServer(shared) {
  /** @type {HTMLElement} */
  const app = document.querySelector("[data-testid=stApp]");
  let there = true;
  const look = () => {
    const now = app.dataset.testConnectionState === "CONNECTED";
    /** @type {HTMLElement | null} */
    const close = document.querySelector("[role=dialog] button[aria-label=Close]");
    if (!now) close?.click();
    if (now === there) return;
    there = now;
    shared.line.hidden = there;
    document.dispatchEvent(new CustomEvent(LOST, { detail: there }));
  };
  new MutationObserver(look).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["data-test-connection-state"],
  });
}

// The row of pages: where one is, and links that lead on with what is looked at, in a tab of their own
// too. (A plain click is Streamlit's; it keeps what is looked at anyway.)
function showPages() {
  const row = document.querySelector(".st-key-pages");
  row?.setAttribute("role", "navigation");
  row?.setAttribute("aria-label", "Pages");
  const { href, pathname, search } = window.location;
  for (const [place, link] of [...(row?.querySelectorAll("a") ?? [])].entries()) {
    if (place === 0) link.href = new URL(".", href).pathname; // the page that has no address of its own
    link.search = search;
    if (link.pathname === pathname) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function showFiles() {
  const files = document.querySelector(".st-key-downloads");
  files.scrollIntoView({ block: "end" });
  files.querySelector("button")?.focus({ preventScroll: true });
}

// A click on a page with Ctrl, Shift or Cmd: the browser opens it elsewhere, as any other link.
function keepLinks() {
  document.addEventListener(
    "click",
    (event) => {
      const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
      if (elsewhere && /** @type {Element} */ (event.target).closest?.(".st-key-pages a")) event.stopPropagation();
    },
    { capture: true },
  );
}

/** @param {{data: {link: string}, parentElement: HTMLElement}} component of Streamlit */
export default function watchWindow({ data, parentElement }) {
  const all = /** @type {any} */ (globalThis);
  const name = Symbol.for("lstm-viz window");
  all[name] ??= {};
  /** @type {Shared} */
  const shared = all[name];
  const first = !shared.line;
  /** @type {HTMLElement} */
  const line = parentElement.querySelector(".gone");
  line.hidden = shared.line?.hidden ?? true;
  shared.line = line;
  /** @type {HTMLElement} */
  const take = parentElement.querySelector(".take");
  take.onclick = showFiles;
  if (first) takeTheFirstPlace(data.link);
  showPages();
  if (!first) return;
  keepHistory(shared);
  keepLinks();
  watchTheServer(shared);
}
