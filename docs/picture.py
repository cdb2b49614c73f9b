"""Make the README's picture from the running app: ``python docs/picture.py http://localhost:8501``."""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.browser.conftest import FLAGS
from tests.browser.install import find

place = find()
with sync_playwright() as driver:
    browser = driver.chromium.launch(executable_path=place, args=FLAGS)
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(sys.argv[1])
    page.locator(".script .current").wait_for()
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.evaluate("document.fonts.ready")
    page.screenshot(path=Path(__file__).parent / "read.png")
    browser.close()
