"""Servers and one Chromium for all browser tests; every page watches its console and network."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.install import find
from tests.browser.picture import NOTE_TEXTS
from tests.conftest import ROOT

# As root in a container a sandbox is not to be had; the rest keeps the browser off the network.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
LIGHT = {"color_scheme": "light"}
DARK = {"color_scheme": "dark"}
DESK = {"viewport": {"width": 1366, "height": 768}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
HALL = {"viewport": {"width": 1920, "height": 1080}}
STILL = {"reduced_motion": "reduce"}
# A page from disk has no program.
AT_REST = """() => {
  const state = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
  return [undefined, "notRunning"].includes(state) && !document.querySelector("[data-stale=true]");
}"""
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker("browser")


def free_port():
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(folder, script="app.py", **environment):
    """Run the app, its log in a folder, with more environment variables; give its address."""
    with serving(folder, script, **environment) as (url, _):
        yield url


@contextmanager
def serving(folder, script="app.py", **environment):
    """Run the app as above; give its address and its process."""
    port = free_port()
    log = (folder / "log").open("w+")
    command = [
        sys.executable, "-m", "streamlit", "run", script, "--server.headless=true",
        f"--server.port={port}", "--server.address=127.0.0.1", "--server.fileWatcherType=none",
    ]  # fmt: skip
    server = subprocess.Popen(
        command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, env=os.environ | environment
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(server, f"{url}/_stcore/health", log)
        yield url, server
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def wait_for(server, page, log):
    """Return once a page of the server can be had."""
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(page, timeout=5).close()
            return
        except OSError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                log.seek(0)
                raise RuntimeError(f"The app did not start:\n{log.read()}") from error
            time.sleep(0.05)


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """The address of a running app."""
    with running(tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.fixture(scope="session")
def family(tmp_path_factory):
    """The address of a running app with several models."""
    with running(tmp_path_factory.mktemp("family"), "tests/browser/family.py") as url:
        yield url


@pytest.fixture(scope="session")
def chromium():
    """A browser; ``make test`` sees to it that there is one."""
    place = find()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=place, args=FLAGS)
        yield browser
        browser.close()


class Reader:
    """A person at a browser: what the console said, what was asked for, what went to the server."""

    def __init__(self, page, address):
        self.page = page
        self.address = address
        self.said, self.requested, self.sent, self.received = [], [], [], []
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("dialog", self._dismiss)
        page.on("request", self._watch)
        page.on("websocket", self._listen)
        page.add_init_script(NOTE_TEXTS)

    def _dismiss(self, dialog):
        self.said.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _watch(self, request):
        self.requested.append(request.url)
        own = (self.address, self.address.replace("http", "ws"), "data:", "blob:")
        if not request.url.startswith(own):
            self.said.append(f"request: {request.url}")

    def _listen(self, socket):
        socket.on("framesent", lambda data: self.sent.append(len(data)))
        socket.on("framereceived", lambda data: self.received.append(len(data)))

    def open(self, path="/"):
        self.page.goto(self.address + path)
        expect(self.page.locator(".transcript .current")).to_be_visible()
        self.settle()
        return self

    def settle(self):
        """Wait until no run of the program is under way, and nothing of an older one is left."""
        self.page.wait_for_function(AT_REST)

    def gates(self):
        self.page.get_by_role("link", name="Gates").click()
        expect(self.page.locator(".st-key-gate_maps .js-plotly-plot")).to_be_visible()
        self.settle()

    def models(self):
        self.page.get_by_role("link", name="Models").click()
        expect(self.page.get_by_text("Which models are there")).to_be_visible()
        self.settle()

    @property
    def entries(self):
        """How many entries the history of the window has."""
        return self.page.evaluate("history.length")

    @property
    def field(self):
        """What one's own text is typed into on the Read page."""
        return self.page.locator(".editor textarea")

    @property
    def where(self):
        """Where the reader stands: "word 3 of 8"."""
        return self.page.locator(".where")

    def button(self, name):
        return self.page.get_by_role("button", name=name, exact=True)

    def read(self, text):
        """Have a text of one's own read, on the Read page."""
        self.button("Type your own review").click()
        self.field.fill(text)
        self.button("Read").click()

    def word(self, text):
        return self.page.locator(".transcript .word", has_text=text).first

    def unit(self):
        """Return the unit that the link names."""
        expect(self.page).to_have_url(re.compile(r"[?&]unit=\d+"))
        return int(re.search(r"[?&]unit=(\d+)", self.page.url)[1])


def person_at(address, chromium, request):
    options = DESK | LIGHT | getattr(request, "param", {})
    context = chromium.new_context(**options)
    person = Reader(context.new_page(), address)
    yield person
    context.close()
    assert person.said == []


@pytest.fixture
def reader(chromium, address, request):
    """A reader at a desk; parametrise indirectly for another window or theme."""
    yield from person_at(address, chromium, request)


@pytest.fixture
def chooser(chromium, family, request):
    """A reader who has several models to choose from."""
    yield from person_at(family, chromium, request)
