"""The server goes away while somebody reads, and comes back."""

import re
import signal
import socket
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, LIGHT, Reader, wait_for
from tests.conftest import ROOT

PATIENCE = 120_000  # milliseconds


class Server:
    """One that is stopped and started again at the same address."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = (folder / "log").open("w+")
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self):
        command = [
            sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true",
            f"--server.port={self.port}", "--server.address=127.0.0.1",
            "--server.fileWatcherType=none",
        ]  # fmt: skip
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=self.log, stderr=self.log)
        wait_for(self.process, f"{self.url}/_stcore/health", self.log)

    def stop(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)


@pytest.fixture
def server(tmp_path):
    found = Server(tmp_path)
    found.start()
    yield found
    found.stop()
    found.log.close()


@pytest.fixture
def reader(chromium, server):
    """A reader whose console is not watched: a browser says there that nobody answers."""
    context = chromium.new_context(**(DESK | LIGHT))
    yield Reader(context.new_page(), server.url)
    context.close()


def opened(reader):
    """Open a link; a server that has just been started opens its model first."""
    reader.page.goto(reader.address + "/?text=One+two+three.+Four+five+six.&word=2")
    expect(reader.page.locator(".transcript .current")).to_be_visible(timeout=PATIENCE)
    reader.settle()


def test_the_player_goes_on_and_what_was_typed_is_read_later(reader, server):
    opened(reader)
    page = reader.page
    gone = page.locator(".gone")
    expect(gone).to_be_hidden()
    server.stop()
    expect(gone).to_be_visible()
    # Streamlit covers the page with a dialog after its sixth attempt.
    asked = []
    page.on("requestfailed", lambda one: asked.append(one.url))
    while len(asked) < 10:
        page.wait_for_event("requestfailed", timeout=PATIENCE)
    expect(page.locator("[role=dialog]")).to_have_count(0)
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    expect(reader.where).to_have_text("word 8 of 8")
    reader.word("Four").click()
    expect(reader.where).to_have_text("word 5 of 8")
    reader.read("A charming film, really.")
    expect(reader.field).to_have_value("A charming film, really.")
    while len(asked) < 14:  # longer than it is asked again for an answer
        page.wait_for_event("requestfailed", timeout=PATIENCE)
    expect(reader.field).to_have_value("A charming film, really.")
    server.start()
    expect(gone).to_be_hidden(timeout=PATIENCE)
    expect(page.locator(".transcript")).to_contain_text("charming", timeout=PATIENCE)
    expect(page).to_have_url(re.compile("text=A.charming"))
    reader.word("film").click()
    expect(page).to_have_url(re.compile("charming.*word=3"))
    reader.read("An old film.")
    expect(page.locator(".transcript")).to_contain_text("old")


def test_who_only_walked_meanwhile_stays_there(reader, server):
    opened(reader)
    reader.read("A charming film, really.")
    expect(reader.page.locator(".transcript")).to_contain_text("charming")
    server.stop()
    expect(reader.page.locator(".gone")).to_be_visible()
    reader.word("film").click()
    server.start()
    expect(reader.page.locator(".gone")).to_be_hidden(timeout=PATIENCE)
    expect(reader.page).to_have_url(re.compile("charming.*word=3"), timeout=PATIENCE)
    reader.settle()
    expect(reader.where).to_have_text("word 3 of 6")
