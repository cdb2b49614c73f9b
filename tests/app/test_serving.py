"""The server, however it is started: one thread for each library, its own look, no call outside."""

import asyncio
import json
import os
import random
import subprocess
import sys
import urllib.request

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from benchmarks.load import Person
from tests.browser.conftest import free_port, wait_for
from tests.conftest import ROOT

# What a run of the program finds, told to the test in a file.
REPORT = """
import json, pathlib
import pyarrow, streamlit as st, torch
from threadpoolctl import threadpool_info
from lstm_viz.pages import frame
frame.show()
pools = {one["filepath"]: one["num_threads"] for one in threadpool_info()}
pools |= {"torch": torch.get_num_threads(), "between": torch.get_num_interop_threads()}
pools |= {"arrow": pyarrow.cpu_count(), "files": pyarrow.io_thread_count()}
told = ["browser.gatherUsageStats", "client.toolbarMode", "theme.light.primaryColor"]
told += ["theme.headingFontSizes", "runner.postScriptGC"]
settings = {name: st.get_option(name) for name in told}
pathlib.Path(r"%s").write_text(json.dumps([pools, settings]))
"""
OWN = {
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "minimal",
    "theme.light.primaryColor": "#15171C",
    "theme.headingFontSizes": ["1.8rem", "1.35rem", "1.15rem", "1.05rem", "1rem", "1rem"],
    "runner.postScriptGC": False,
}
# A program that says each time that somebody asks a host other than this machine.
WATCH = """
import socket
from pathlib import Path
_connect = socket.socket.connect
_look_up = socket.getaddrinfo
def note(host):
    if host not in ("127.0.0.1", "localhost", "::1", None):
        with Path(r"%s").open("a") as file: file.write(f"{host}\\n")
        raise OSError("This test has no network.")
def connect(self, address):
    if self.type != socket.SOCK_DGRAM: note(address[0])  # a datagram socket that sends nothing
    return _connect(self, address)
def look_up(host, *rest, **more):
    note(host)
    return _look_up(host, *rest, **more)
socket.socket.connect, socket.getaddrinfo = connect, look_up
"""
STARTS = {
    "streamlit run app.py": [
        "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.headless=true", "--server.port",
    ],
    "lstm-viz app": ["-m", "lstm_viz", "app", "--port"],
    "lstm-viz app own.py": ["-m", "lstm_viz", "app", "own.py", "--port"],
    "streamlit run own.py": [
        "-m", "streamlit", "run", "own.py", "--server.headless=true", "--server.address=127.0.0.1",
        "--server.port",
    ],
}  # fmt: skip
SEVERAL = {name: str(2) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


class Served:
    """A server that was started in a folder outside the checkout."""

    def __init__(self, folder, start, **environment):
        self.folder, port = folder, free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.log = (folder / "log").open("w+")
        path = os.pathsep.join([str(folder), str(ROOT)])
        self.process = subprocess.Popen(
            [sys.executable, *STARTS[start], str(port)],
            cwd=ROOT if start == "streamlit run app.py" else folder,
            env=os.environ | SEVERAL | {"PYTHONPATH": path, "HOME": str(folder)} | environment,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def __enter__(self):
        wait_for(self.process, f"{self.url}/_stcore/health", self.log)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()

    async def join(self, **options):
        place = self.url.replace("http", "ws") + "/_stcore/stream"
        return await connect(place, subprotocols=["streamlit"], max_size=None, **options)

    async def read(self, times):
        async with await self.join() as connection:
            person = Person(connection, random.Random(0))
            await person.open()
            for _ in range(times):
                await person.read()
            return person


@pytest.mark.parametrize("start", ["lstm-viz app own.py", "streamlit run own.py"])
def test_a_script_of_ones_own_has_one_thread_for_each_library_and_the_look(tmp_path, start):
    report = tmp_path / "report.json"
    (tmp_path / "own.py").write_text(REPORT % report, "utf-8")
    with Served(tmp_path, start) as server:
        asyncio.run(server.read(1))
    pools, settings = json.loads(report.read_text("utf-8"))
    assert len(pools) >= 6  # OpenBLAS and OpenMP, torch twice, Arrow twice
    assert pools == dict.fromkeys(pools, 1)
    assert settings == OWN


def test_what_one_chooses_oneself_stays(tmp_path):
    report = tmp_path / "report.json"
    (tmp_path / "own.py").write_text(REPORT % report, "utf-8")
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "config.toml").write_text(
        '[client]\ntoolbarMode = "viewer"\n[theme.light]\nprimaryColor = "#123456"\n', "utf-8"
    )
    for start in ("lstm-viz app own.py", "streamlit run own.py"):
        with Served(tmp_path, start) as server:
            asyncio.run(server.read(0))
        settings = json.loads(report.read_text("utf-8"))[1]
        own = {"client.toolbarMode": "viewer", "theme.light.primaryColor": "#123456"}
        assert settings == OWN | own, start


@pytest.mark.parametrize("start", STARTS)
def test_a_foreign_origin_is_refused_and_nobody_outside_is_asked(tmp_path, start):
    asked = tmp_path / "asked"
    (tmp_path / "sitecustomize.py").write_text(WATCH % asked, "utf-8")
    (tmp_path / "own.py").write_text("from lstm_viz.pages import frame\nframe.show()\n", "utf-8")

    async def from_elsewhere(server):
        with pytest.raises(InvalidStatus) as refused:
            await server.join(origin="https://elsewhere.example")
        return refused.value.response.status_code

    with Served(tmp_path, start) as server:
        # What Streamlit does before it runs a script for the first time is not in our hands.
        if start == "streamlit run own.py":
            asyncio.run(server.read(0))
        assert asyncio.run(from_elsewhere(server)) == 403
        person = asyncio.run(server.read(1))
        assert max(person.sent) < 150_000  # of which the code of the player is no part
    assert not asked.exists(), asked.read_text("utf-8")


def test_the_watch_would_notice(tmp_path):
    asked = tmp_path / "asked"
    program = "from streamlit import net_util; net_util.get_external_ip()"
    (tmp_path / "sitecustomize.py").write_text(WATCH % asked, "utf-8")
    subprocess.run(
        [sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": str(tmp_path)}, check=True
    )
    assert "amazonaws.com" in asked.read_text("utf-8")


@pytest.mark.parametrize("start", ["streamlit run app.py", "lstm-viz app"])
def test_it_is_ready_before_it_answers(tmp_path, start):
    with Served(tmp_path, start) as server:
        urllib.request.urlopen(server.url, timeout=5).close()
        server.log.seek(0)
        assert "lstm-viz is ready: http://localhost:" in server.log.read()


def test_importing_changes_nobodys_threads():
    program = (
        "import json, torch; from threadpoolctl import threadpool_info\n"
        "def count(): return [{o['filepath']: o['num_threads'] for o in threadpool_info()},"
        " torch.get_num_threads(), torch.get_num_interop_threads()]\n"
        "import numpy; before = count()\n"
        "import lstm_viz, lstm_viz.training, lstm_viz.pages.frame, lstm_viz.pages.serving\n"
        "after = count(); assert before == after, (before, after); assert before[1] == 2, before\n"
        "lstm_viz.load('imdb-lstm').trace('A good film.'); assert count() == before"
    )
    subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | SEVERAL | {"PYTHONPATH": str(ROOT)},
        check=True,
    )
