"""How quick is the server when many read at once, alone and beside a program that burns a core?

Each person is a connection of the server's own protocol: asks for the page, then for another
review of 60 words every three seconds, and waits for all that is sent. Nobody draws anything.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from benchmarks import history
from benchmarks.history import Figure
from lstm_viz.text import gallery
from tests.browser.conftest import serving

PEOPLE = (1, 40, 100)
WORDS = 60
PAUSE = 3.0  # seconds from one review to the next
SECONDS = 30
EVENTS = "$$STREAMLIT_INTERNAL_KEY_{}__events"  # the widget of what is asked for in a component


@dataclass
class Person:
    """Somebody who reads.

    Attributes:
        connection: to the server.
        draw: chooses the words of the reviews.
        seconds: from asking for each reading to its end.
        sent: bytes that came with each reading.
    """

    connection: ClientConnection
    draw: random.Random
    seconds: list[float] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    player: str = ""
    page: str = ""
    query: str = ""
    known: dict[str, None] = field(default_factory=dict)  # hashes of what need not come again

    async def open(self) -> None:
        """Ask for the page."""
        await self._ask({})
        if not self.player:
            raise RuntimeError("The server drew no player.")

    async def read(self) -> None:
        """Ask for the reading of another review."""
        text = review(self.draw)
        started = time.perf_counter()
        size = await self._ask({"event": "asked", "value": {"text": text}})
        self.seconds.append(time.perf_counter() - started)
        self.sent.append(size)

    async def _ask(self, event: dict[str, object]) -> int:
        """Have the program run, and return how many bytes came until it had."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash = self.query, self.page
        state.cached_message_hashes.extend(self.known)
        if event:
            widget = state.widget_states.widgets.add()
            widget.id, widget.json_value = self.player, json.dumps({"chosen": None})
            widget = state.widget_states.widgets.add()
            widget.id, widget.json_trigger_value = EVENTS.format(self.player), json.dumps([event])
        await self.connection.send(message.SerializeToString())
        size = 0
        async for data in self.connection:
            size += len(data)
            if self._over(ForwardMsg.FromString(data)):
                return size
        raise RuntimeError("The server closed the connection.")

    def _over(self, message: ForwardMsg) -> bool:
        """Take note of what a browser takes note of; return whether the run is over."""
        kind = message.WhichOneof("type")
        if message.metadata.cacheable:
            self.known[message.hash] = None
        if kind == "new_session":
            self.page = message.new_session.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.new_element.HasField("bidi_component"):
            component = message.delta.new_element.bidi_component
            if component.component_name == "lstm_viz_player":
                self.player = component.id
        elif kind == "delta" and message.delta.new_element.HasField("exception"):
            raise RuntimeError(message.delta.new_element.exception.message)
        again = ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN
        return kind == "script_finished" and message.script_finished != again


def review(draw: random.Random) -> str:
    """Return a review that begins like no other."""
    return " ".join(draw.choices(VOCABULARY, k=WORDS))


VOCABULARY = sorted(
    {
        word.strip(".,:;!?")
        for one in gallery.reviews().values()
        if one.subject == "film"
        for word in one.text.split()
        if word.strip(".,:;!?").isalpha()
    }
)


async def reading(person: Person, begin: float, end: float) -> None:
    """Read a review every three seconds, or as soon as the last one came."""
    due = begin
    while due < end:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await person.read()
        due = max(due + PAUSE, time.perf_counter())


def processor_time(server: subprocess.Popen[str]) -> float:
    """Return the seconds of processor time that a process has taken so far."""
    after_name = Path(f"/proc/{server.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return sum(map(int, after_name[11:13])) / os.sysconf("SC_CLK_TCK")


async def crowd(
    address: str, server: subprocess.Popen[str], people: int, seconds: float
) -> list[Figure]:
    """Return the figures of so many who read side by side."""
    place = address.replace("http", "ws") + "/_stcore/stream"
    opened = [
        await connect(place, subprotocols=["streamlit"], max_size=None, compression=None)
        for _ in range(people)
    ]
    crowd = [Person(one, random.Random(number)) for number, one in enumerate(opened)]
    for person in crowd:
        await person.open()
        await person.read()
        person.seconds.clear()
        person.sent.clear()
    before, begin = processor_time(server), time.perf_counter()
    await asyncio.gather(
        *(
            reading(person, begin + PAUSE * number / people, begin + seconds)
            for number, person in enumerate(crowd)
        )
    )
    taken = processor_time(server) - before
    for one in opened:
        await one.close()
    times = [second for person in crowd for second in person.seconds]
    sizes = [size for person in crowd for size in person.sent]
    return [
        Figure("median", median(times) * 1e3, "ms"),
        Figure("95 % within", quantiles(times, n=20)[-1] * 1e3, "ms"),
        Figure("processor time of a reading", taken / len(times) * 1e3, "ms"),
        Figure("sent for a reading", median(sizes) / 1e3, "KB"),
    ]


@contextmanager
def neighbour() -> Iterator[None]:
    """Have another program burn one core."""
    burning = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        burning.kill()
        burning.wait()


def main() -> None:
    """Print the figures."""
    parser = ArgumentParser(description=__doc__, parents=[history.OPTIONS])
    parser.add_argument("--people", type=int, nargs="*", default=PEOPLE, help="how many at once")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long each is measured")
    parser.add_argument("--script", default="app.py", help="what Streamlit runs")
    asked = parser.parse_args()
    print(f"{WORDS} words every {PAUSE:.0f} s, each measured for {asked.seconds:.0f} s")
    found = []
    for beside in (False, True):
        for people in asked.people:
            with (
                TemporaryDirectory() as folder,
                serving(Path(folder), asked.script) as (address, server),
                neighbour() if beside else nullcontext(),
            ):
                figures = asyncio.run(crowd(address, server, people, asked.seconds))
            who = f"{people} people{', beside a program that burns one core' if beside else ''}"
            found += [replace(figure, name=f"{who}: {figure.name}") for figure in figures]
    history.report(found)


if __name__ == "__main__":
    main()
