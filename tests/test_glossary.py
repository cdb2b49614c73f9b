"""The glossary has every public name once, and names nothing that does not exist."""

import pkgutil
import re
from collections import Counter
from dataclasses import fields, is_dataclass
from importlib import import_module

import pytest

import lstm_viz
from lstm_viz import analyses
from lstm_viz.notation import ALL, BY_NAME
from lstm_viz.pages import PAGES
from lstm_viz.session import link
from lstm_viz.trace.force.spelling import OPERATIONS
from tests.conftest import ROOT

LINES = (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
ROWS = [[cell.strip() for cell in line[1:-1].split("|")] for line in LINES if line[:2] == "| "]
ENTRIES = [row for row in ROWS if row[0] != "term"]
CODES = [code for entry in ENTRIES for code in re.findall(r"`([^`]+)`", entry[1])]
TERMS = {code: entry[0] for entry in ENTRIES for code in re.findall(r"`([^`]+)`", entry[1])}


def public():
    """Give every name that has to be explained, as the glossary writes it."""
    yield from lstm_viz.__all__
    yield from BY_NAME
    yield from (f"Force.{operation}" for operation in OPERATIONS)
    yield from (f"pages/{page.stem}.py" for page in PAGES)
    yield from (f"?{name}" for name in link.NAMES)
    for cls in (lstm_viz.LayerTrace, lstm_viz.TextTrace, lstm_viz.Call):
        yield from (f"{cls.__name__}.{field.name}" for field in fields(cls))
    for found in pkgutil.iter_modules(analyses.__path__):
        module = import_module(f"{analyses.__name__}.{found.name}")
        for name, value in vars(module).items():
            if is_dataclass(value) and value.__module__ == module.__name__:
                yield f"analyses.{found.name}.{name}"


def exists(code):
    if code.startswith("?"):
        return code[1:] in link.NAMES
    if code.endswith(".py"):
        return (ROOT / "lstm_viz" / code).is_file()
    first, *rest = code.split(".")
    if first in BY_NAME or first in lstm_viz.__all__:
        owner = getattr(lstm_viz, first, None)
        return not rest or hasattr(owner, rest[0])
    module, _, name = code.rpartition(".")
    try:
        return hasattr(import_module(f"lstm_viz.{module}"), name)
    except ModuleNotFoundError:
        return False


def test_every_public_name_is_explained_once():
    assert [name for name in public() if CODES.count(name) != 1] == []


def test_every_name_in_code_exists():
    assert [code for code in CODES if not exists(code)] == []


@pytest.mark.parametrize("wrong", ["?nothing", "pages/nothing.py", "Call.nothing", "trace.nothing"])
def test_a_name_that_does_not_exist_would_be_noticed(wrong):
    assert not exists(wrong)


def test_every_term_stands_there_once():
    assert all(len(entry) == 6 for entry in ENTRIES)
    assert [
        term for term, count in Counter(e[0].lower() for e in ENTRIES).items() if count > 1
    ] == []


@pytest.mark.parametrize("quantity", ALL, ids=lambda quantity: quantity.name)
def test_quantities_are_explained_as_in_the_notation(quantity):
    (entry,) = [entry for entry in ENTRIES if f"`{quantity.name}`" in entry[1]]
    low = 0 if quantity.scale == "gate" else -1
    limits = f"[{low}, 1]" if quantity.limit else "unbounded"
    assert [entry[0], entry[2], entry[3]] == [quantity.label.lower(), quantity.symbol, limits]


def test_pages_have_their_titles():
    assert all(TERMS[f"pages/{page.stem}.py"] == page.title for page in PAGES)
