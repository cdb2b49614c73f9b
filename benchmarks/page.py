"""How quick is the Read page? In Chromium, and on the server alone."""

import logging
import time
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, WebSocket, sync_playwright
from streamlit.testing.v1 import AppTest

from benchmarks import history
from benchmarks.history import Figure
from tests.browser.conftest import FLAGS, running
from tests.browser.install import find

ROOT = Path(__file__).parents[1]
REVIEW = "The cast is fine , but the plot of this film is dull and I did not enjoy it . "
TYPED = "This is not a bad film at all, and I loved the end of it."
WORDS = 200
PLAYED = 6  # seconds

# What the browser measures itself: from a click or a key to the frame in which the words are new.
WATCH = """(event) => {
  const root = [...document.querySelectorAll("*")].map((n) => n.shadowRoot)
    .find((shadow) => shadow?.querySelector(".player"));
  window.began = window.painted = null;
  root.addEventListener(event, () => { window.began = performance.now(); },
    { once: true, capture: true });
  new MutationObserver((_, watch) => { watch.disconnect();
    requestAnimationFrame(() => { window.painted = performance.now(); });
  }).observe(root.querySelector(".transcript"), { childList: true });
}"""
# The cost of each frame of ours, and the pauses between frames, while it plays.
PLAY = """(seconds) => new Promise((done) => {
  const costs = [], pauses = [], ask = window.requestAnimationFrame;
  window.requestAnimationFrame = (draw) => ask((now) => {
    const began = performance.now(); draw(now); costs.push(performance.now() - began);
  });
  const end = performance.now() + 1000 * seconds;
  let last = performance.now();
  const count = (now) => {
    pauses.push(now - last); last = now;
    if (now < end) { ask(count); return; }
    window.requestAnimationFrame = ask;
    done([costs, pauses]);
  };
  document.activeElement?.blur();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true }));
  ask(count);
})"""


def review(number: int) -> str:
    """Return a text of 200 words, another one each time."""
    words = [f"{REVIEW}{number} "] * (1 + WORDS // 18)
    return " ".join(" ".join(words).split()[:WORDS])


def script_times(repetitions: int) -> list[float]:
    """Return the seconds of a whole script run with a new review, without a browser."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    found = []
    for number in range(repetitions + 2):
        app.session_state["player"] = {"asked": {"text": review(number)}}
        started = time.perf_counter()
        app.run()
        found.append(time.perf_counter() - started)
    return found[2:]


def painted_times(page: Page, repetitions: int) -> list[float]:
    """Return the seconds from the click on Read to the new words being on screen."""
    found = []
    for number in range(1000, 1000 + repetitions + 2):
        page.get_by_role("button", name="Type your own review").click()
        page.get_by_label("Type a review").fill(review(number))
        page.evaluate(WATCH, "click")
        page.get_by_role("button", name="Read", exact=True).click()
        found.append(measured(page))
    return found[2:]


def typed_times(page: Page) -> list[float]:
    """Return the seconds from each key to the picture of what is typed, one key at a time."""
    page.get_by_label("Live typing").check()
    field = page.get_by_label("Type a review")
    field.fill("")
    found = []
    for sign in TYPED:
        if sign == " ":  # changes no word
            field.press_sequentially(sign)
            continue
        page.evaluate(WATCH, "input")
        field.press_sequentially(sign)
        found.append(measured(page))
    page.keyboard.press("Escape")
    return found


def measured(page: Page) -> float:
    """Return the seconds that the browser measured, once it has."""
    page.wait_for_function("window.painted !== null")
    seconds: float = page.evaluate("(window.painted - window.began) / 1000")
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    return seconds


def main() -> None:
    """Print the figures."""
    # A page without a server is told so each time; a benchmark's output is its figures.
    logging.disable(logging.WARNING)
    place, script = find(), median(script_times(15))
    received: list[int] = []
    sent: list[int] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: received.append(len(data)))
        socket.on("framesent", lambda data: sent.append(len(data)))

    with (
        TemporaryDirectory() as folder,
        running(Path(folder)) as address,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=place, args=FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        files: list[int] = []
        page.on("requestfinished", lambda r: files.append(r.sizes()["responseBodySize"]))
        page.on("websocket", listen)
        page.goto(address)
        page.locator(".transcript .current").wait_for()
        page.wait_for_load_state("networkidle")
        first = sum(files) + sum(received)
        typed = typed_times(page)
        received.clear()
        repetitions = 15
        painted = painted_times(page, repetitions)
        payload = sum(received) / (repetitions + 2)
        page.wait_for_load_state("networkidle")
        sent.clear()
        costs, pauses = page.evaluate(PLAY, PLAYED)
        told = len(sent)
        browser.close()
    history.report(
        [
            Figure("first page", first / 1e6, "MB"),
            Figure(f"{WORDS} words: script on the server", script * 1e3, "ms"),
            Figure(f"{WORDS} words: submit to painted", median(painted) * 1e3, "ms"),
            Figure(f"{WORDS} words: sent to the browser", payload / 1e3, "KB"),
            Figure("a key to painted", median(typed) * 1e3, "ms"),
            Figure("playing: a frame", median(costs), "ms"),
            Figure("playing: 95 % of frames within", quantiles(costs, n=20)[-1], "ms"),
            Figure("playing: frames", 1000 / median(pauses), "a second"),
            Figure("playing: messages sent", told, ""),
        ]
    )


if __name__ == "__main__":
    main()
