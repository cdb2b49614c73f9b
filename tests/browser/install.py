"""Make sure that there is a Chromium to test with: ``python tests/browser/install.py``."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Return a browser that starts: the system's, else Playwright's own."""
    from playwright.sync_api import sync_playwright

    places = [found for name in NAMES if (found := shutil.which(name))]
    with sync_playwright() as driver:
        places.append(driver.chromium.executable_path)
    return next((place for place in places if _starts(place)), None)


def _starts(place: str) -> bool:
    # Some systems have a stand-in of that name, and Playwright's own may lack a library.
    try:
        return subprocess.run([place, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _attempts() -> list[list[str]]:
    """Return the commands that may bring one: Playwright's download, then the system's packages."""
    playwright = [sys.executable, "-m", "playwright", "install", "chromium"]
    root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    apt = [*root, "apt-get", "install", "--yes", "--no-install-recommends", "chromium"]
    return [playwright, [*root, "apt-get", "update"], apt]


def main() -> int:
    """Install a Chromium if there is none."""
    for command in [[], *_attempts()]:
        if command:
            sys.stderr.write(f"No Chromium yet: {' '.join(command)}\n")
            try:
                subprocess.run(command, check=False, stdout=subprocess.DEVNULL, timeout=600)
            except (OSError, subprocess.TimeoutExpired) as error:
                sys.stderr.write(f"{error}\n")
        if browser := find():
            sys.stderr.write(f"Browser for the tests: {browser}\n")
            return 0
    sys.stderr.write(
        "The browser tests need Chromium, and none could be installed. Install it yourself, with "
        "`apt-get install chromium` or `playwright install chromium`, and try again.\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
