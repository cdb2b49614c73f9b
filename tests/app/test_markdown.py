"""What others wrote is shown, and does nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.model import card
from lstm_viz.pages.markdown import escape_markdown, sanitize_markdown
from tests.made_up import HOSTILE


@pytest.mark.parametrize(
    ("document", "shown"),
    [
        ("# A\n### B", "### A\n##### B"),
        ("- a **b** `c`", "- a **b** `c`"),
        ("12. a", "12. a"),
        ("| a | b |\n|---|:-:|\n| 1 | `2` |", "| a | b |\n| --- | :-: |\n| 1 | `2` |"),
        ("```python\nx = [1](2)\n```", "```\nx = [1](2)\n```"),
        ("[here](https://example.com)", r"here \(https\:\/\/example\.com\)"),
        ("![seen](https://example.com/a.png)", r"seen \(https\:\/\/example\.com\/a\.png\)"),
        ("<b>x</b> $y$ :red[z]", r"\<b\>x\<\/b\> \$y\$ \:red\[z\]"),
        ("[a]: https://example.com", r"\[a\]\: https\:\/\/example\.com"),
        ("> quoted", r"\> quoted"),
        ("`<i>` and ` alone", r"`<i>` and \` alone"),
        ("a\\", "a\\\\"),
    ],
)
def test_what_stays_and_what_is_written_out(document, shown):
    assert sanitize_markdown(document) == shown


def outside_code(markdown):
    without_blocks = re.sub(r"(?ms)^```$.*?(^```$|\Z)", "", markdown)
    return re.sub(r"(?<!\\)`[^`\n]*`", "", without_blocks.replace("\\\\", ""))


def test_nothing_in_a_hostile_card_is_markup():
    assert not re.search(r"(?<!\\)[<\[!$]", outside_code(sanitize_markdown(HOSTILE)))


@given(st.text(alphabet="a `<>[]()!|#*-:$\\\n\t~1.&_/", max_size=60))
def test_nothing_is_ever_markup(document):
    assert not re.search(r"(?<!\\)[<\[!$]", outside_code(sanitize_markdown(document)))


def test_our_own_card_reads_as_it_was_written():
    text = card("imdb-lstm")
    kept = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", sanitize_markdown(text))
    assert re.sub(r"[#\s]", "", kept) == re.sub(r"[#\s]", "", text)


@pytest.mark.parametrize(
    "line", ["[a](" + "x" * 300_000, "[" * 300_000, "[a](b " * 50_000, "**a" * 99_999]
)
def test_brackets_that_are_never_closed_stay_as_they_are(line):
    assert re.sub(r"\\(.)", r"\1", sanitize_markdown(line)).strip() == line.strip()


def test_half_a_pair_of_surrogates_is_shown_as_unknown():
    assert escape_markdown("a\ud800b") == "a\ufffdb"
