"""The list of pages, and what follows from it: scripts, links, the README, what a model needs."""

import ast

import pytest

import docs.pages
from lstm_viz.model import available
from lstm_viz.pages import PAGES, Page, frame, needs
from tests.app.driver import SCRIPTS, open_app, plain, selection
from tests.conftest import ROOT
from tests.kinds import small

FOLDER = ROOT / "lstm_viz" / "pages"
TEXT = "Not a bad film at all."


def code_lines(path):
    """Count the lines that are neither blank, comment nor docstring."""
    tree = ast.parse(path.read_text("utf-8"))
    lines = set()
    for node in ast.walk(tree):
        told = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if isinstance(node, ast.stmt) and not told:
            within = isinstance(node, ast.FunctionDef | ast.ClassDef | ast.If | ast.For | ast.With)
            last = node.lineno if within else node.end_lineno
            lines |= set(range(node.lineno, last + 1))
    return len(lines)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_at_most_forty_lines(page):
    assert 5 < code_lines(FOLDER / f"{page.stem}.py") <= 40


def test_no_part_of_a_page_is_longer_than_120_lines():
    for path in FOLDER.glob("*.py"):
        assert len(path.read_text("utf-8").splitlines()) <= 120, path.name


def test_every_page_has_a_name_of_its_own():
    for names in zip(*((page.stem, page.title, page.question) for page in PAGES), strict=True):
        assert len(set(names)) == len(PAGES)


def test_the_readme_lists_the_pages():
    text = (ROOT / "README.md").read_text("utf-8")
    assert docs.pages.table() in text
    assert docs.pages.written(text) == text
    shorter = text.replace(docs.pages.table(), "| page | answers |\n|---|---|\n| Old | Why? |\n")
    assert docs.pages.written(shorter) == text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
@pytest.mark.parametrize("model", available())
def test_every_page_opens_on_every_model_in_the_box(page, model):
    app = open_app(model=model)
    app.switch_page(SCRIPTS[page.stem]).run()
    assert not app.exception
    assert not app.error
    assert selection(app).model == model
    links = [link.proto.label for link in app.get("page_link")]
    assert links == [page.title for page in PAGES]
    if not page.has_own_text:
        assert page.question in [plain(caption.value) for caption in app.caption]


KINDS = {
    needs.GATES: ["LSTM", "GRU"],
    needs.CELL_STATE: ["LSTM"],
    needs.READOUT: ["LSTM", "GRU", "RNN"],
    needs.ONE_DIRECTION: ["LSTM", "GRU", "RNN"],
}


@pytest.mark.parametrize("need", KINDS, ids=lambda need: need.sentence[:30])
def test_needs_are_met_by_those_that_have_it(need):
    for kind in ("LSTM", "GRU", "RNN"):
        trace = small(kind, {}, ("bad", "good")).trace(TEXT)
        assert need.is_met(trace) == (kind in KINDS[need])
        both = small(kind, {"bidirectional": True}, ("bad", "good")).trace(TEXT)
        alike = kind in KINDS[need] and need not in (needs.ONE_DIRECTION, needs.READOUT)
        if need is not needs.READOUT:
            assert need.is_met(both) == alike


@pytest.mark.parametrize(("model", "met"), [("imdb-rnn", False), ("imdb-lstm", True)])
def test_a_page_that_makes_no_sense_for_a_model_says_so_in_one_sentence(monkeypatch, model, met):
    pages = tuple(
        Page(page.stem, page.title, page.question, (needs.GATES,), page.has_own_text)
        for page in PAGES
    )
    monkeypatch.setattr(frame, "PAGES", pages)
    app = open_app("gates", model=model, text=TEXT)
    told = [plain(title.value) for title in app.title]
    assert (told == [needs.GATES.sentence]) != met
    assert bool(app.get("plotly_chart")) == met
    assert app.get("page_link")
