"""The numbers of every word as CSV: what a spreadsheet would compute stays a text."""

import csv
import io

import pytest

import lstm_viz
from lstm_viz.export import table
from tests.kinds import small


def words(text):
    """Return what stands in the column of words."""
    return [row["text"] for row in csv.DictReader(io.StringIO(table(small("GRU", {}).trace(text))))]


@pytest.mark.parametrize("sign", [*"=+-@＝＋－＠﹢﹣﹦﹫"])
@pytest.mark.parametrize(
    "before", ["", '"', "''", "\ufeff", "\u200e", "\xad", "\u2060", "\u180e\x1b", "\u200d"]
)
def test_formulas_are_marked_as_text(sign, before):
    formula = f"{before}{sign}1+1"
    assert words(f"fine {formula} end") == ["fine", f"'{formula}", "end"]


@pytest.mark.parametrize("text", ["a=b", "'s", '"quoted"', "1-2", "–", "(", "\ufeff"])
def test_other_words_stay_as_they_are(text):
    assert words(f"fine {text} end") == ["fine", text, "end"]


def test_a_label_of_any_kind_has_its_column():
    own = small("GRU", {}, ("bad\ud800", "=good"))
    first = next(csv.reader(io.StringIO(table(own.trace("fine")))))
    assert first[5:7] == ["probability of bad\ufffd", "probability of =good"]


def test_a_token_that_stands_for_nothing_in_the_text_has_a_row():
    network = small("GRU", {}).network
    own = lstm_viz.wrap(
        network, encode=lambda text: [(0, 0, 1), (0, len(text), 2)], labels=["bad", "good"]
    )
    rows = list(csv.DictReader(io.StringIO(table(own.trace("fine")))))
    assert [row["text"] for row in rows] == ["", "fine"]
