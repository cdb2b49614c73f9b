"""The player's modules in rooms: imports point one way, and no module is long."""

import os
from graphlib import TopologicalSorter

import pytest

from lstm_viz.components.bundle import imports
from tests.conftest import ROOT

JS = ROOT / "lstm_viz" / "components" / "player" / "js"
MODULES = sorted(JS.rglob("*.js"))
MOST_LINES = 330
# What each room may import from, beside itself; "" are the modules that join all rooms.
ROOMS = {
    "model": set(),
    "draw": {"model"},
    "cell": {"model", "draw"},
    "timeline": {"model", "draw"},
    "panels": {"model", "draw", "cell", "timeline"},
    "": {"model", "draw", "panels"},
}


def room(path):
    return os.path.relpath(path.parent, JS).strip(".")


def test_every_room_has_its_place():
    assert {room(path) for path in MODULES} == set(ROOMS)
    assert list(TopologicalSorter(ROOMS).static_order())[-1] == ""  # and there is no circle


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_imports_point_one_way(path):
    own = room(path)
    for other in imports(path):
        assert other.is_file(), f"{path.name} imports {other}"
        assert room(other) in {own, *ROOMS[own]}, f"{own or 'the top'} imports {room(other)}"


def test_no_two_modules_import_each_other():
    list(TopologicalSorter({path: imports(path) for path in MODULES}).static_order())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_module_is_long(path):
    assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES
