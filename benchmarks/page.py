"""How long until a review is on screen? In Chromium, and on the server alone."""

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright
from streamlit.testing.v1 import AppTest

from tests.browser.conftest import FLAGS
from tests.browser.install import find

ROOT = Path(__file__).parents[1]
REVIEW = "The cast is fine , but the plot of this film is dull and I did not enjoy it . "
WORDS = 200


def review(number: int) -> str:
    """Return a text of 200 words, another one each time."""
    words = [f"{REVIEW}{number} "] * (1 + WORDS // 18)
    return " ".join(" ".join(words).split()[:WORDS])


def script_times(repetitions: int) -> list[float]:
    """Return the seconds of a whole script run with a new review, without a browser."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    found = []
    for number in range(repetitions + 2):
        app.text_area(key="typed").set_value(review(number))
        started = time.perf_counter()
        app.button[0].click().run()
        found.append(time.perf_counter() - started)
    return found[2:]


def painted_times(page: Page, repetitions: int) -> list[float]:
    """Return the seconds from the click on Read to the last word being on screen."""
    found = []
    for number in range(1000, 1000 + repetitions + 2):
        page.get_by_label("Type a review").fill(review(number))
        page.evaluate(
            """() => { window.clicked = null; window.painted = null;
              const script = [...document.querySelectorAll('*')].map((n) => n.shadowRoot)
                .find((root) => root?.querySelector('.script')).querySelector('.script');
              const button = document.querySelector('[data-testid=stBaseButton-primaryFormSubmit]');
              button.addEventListener('click', () => { window.clicked = performance.now(); },
                { once: true, capture: true });
              new MutationObserver((_, watch) => { watch.disconnect();
                requestAnimationFrame(() => { window.painted = performance.now(); });
              }).observe(script, { childList: true }); }"""
        )
        page.get_by_role("button", name="Read", exact=True).click()
        page.wait_for_function("window.painted !== null")
        found.append(page.evaluate("(window.painted - window.clicked) / 1000"))
        page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    return found[2:]


def main() -> None:
    """Print the figures."""
    script = median(script_times(15))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.headless=true",
        f"--server.port={port}",
        "--server.address=127.0.0.1",
        "--server.fileWatcherType=none",
    ]
    server = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health").close()
                break
            except OSError:
                time.sleep(0.1)
        place = find()
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=place, args=FLAGS)
            page = browser.new_page()
            received: list[int] = []
            page.on(
                "websocket",
                lambda s: s.on("framereceived", lambda data: received.append(len(data))),
            )
            page.goto(f"http://127.0.0.1:{port}")
            page.locator(".script .current").wait_for()
            received.clear()
            repetitions = 15
            painted = median(painted_times(page, repetitions))
            sent = sum(received) / (repetitions + 2)
            browser.close()
    finally:
        server.terminate()
        server.wait(20)
    print(
        f"{WORDS} words: script on the server {script * 1e3:.0f} ms; "
        f"submit to painted {painted * 1e3:.0f} ms; sent to the browser {sent / 1e3:.0f} KB"
    )


if __name__ == "__main__":
    main()
