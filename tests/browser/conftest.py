"""Servers and one Chromium for all browser tests; every page watches its console and network."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.install import find
from tests.conftest import ROOT

# As root in a container a sandbox is not to be had; the rest keeps the browser off the network.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker("browser")


@contextmanager
def running(folder, script="app.py", **environment):
    """Run the app, its log in a folder, with more environment variables; give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
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
        yield url
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
    """A person at a browser, with what its console said and where it wanted to connect to."""

    def __init__(self, page, address):
        self.page = page
        self.address = address
        self.said = []
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.said.append(f"dialog: {dialog.message}"))
        page.on("request", self._watch)

    def _watch(self, request):
        if not request.url.startswith(
            (self.address, self.address.replace("http", "ws"), "data:", "blob:")
        ):
            self.said.append(f"request: {request.url}")

    def open(self, path="/"):
        self.page.goto(self.address + path)
        self.settle()
        expect(self.page.locator(".script .current")).to_be_visible()
        return self

    def settle(self):
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")

    def gates(self):
        self.page.get_by_role("link", name="Gates").click()
        expect(self.page.locator(".st-key-gate_maps .js-plotly-plot")).to_be_visible()
        self.settle()

    def models(self):
        self.page.get_by_role("link", name="Models").click()
        expect(self.page.get_by_text("Which models are there")).to_be_visible()
        self.settle()

    def read(self, text):
        field = self.page.get_by_label("Type a review")
        field.fill(text)
        self.page.get_by_role("button", name="Read", exact=True).click()

    def word(self, text):
        return self.page.locator(".script .word", has_text=text).first


def person_at(address, chromium, request):
    options = {"viewport": {"width": 1366, "height": 768}, "color_scheme": "light"}
    options |= getattr(request, "param", {})
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
