"""Make the README's pictures from the running app: ``python docs/picture.py http://localhost:8501``."""

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.browser.conftest import FLAGS
from tests.browser.install import find

# Of each picture: the window, the theme, what is opened, and the key that is pressed.
PICTURES = {
    "read": ((1366, 768), "light", "", ""),
    "read-hall": ((1920, 1080), "light", "u", "p"),
    "read-phone": ((390, 844), "light", "", ""),
    "read-phone-dark": ((390, 844), "dark", "", ""),
}


def take(browser: Browser, address: str, name: str) -> None:
    """Take one picture."""
    (width, height), theme, *keys = PICTURES[name]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
    page.goto(f"{address}/?review=slow-train-timetable")
    page.locator(".script .current").wait_for()
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.evaluate("document.fonts.ready")
    for key in filter(None, keys):
        page.keyboard.press(key)
    page.evaluate("document.activeElement?.shadowRoot?.activeElement?.blur()")
    page.evaluate("new Promise((done) => setTimeout(done, 500))")  # one unit takes 280 ms to come
    page.screenshot(path=Path(__file__).parent / f"{name}.png")
    page.close()


place = find()
with sync_playwright() as driver:
    browser = driver.chromium.launch(executable_path=place, args=FLAGS)
    for picture in PICTURES:
        take(browser, sys.argv[1], picture)
    browser.close()
