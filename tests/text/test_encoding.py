"""Any encoding: tokens stand where the text has them, whatever cut it."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.errors import EncodingError
from lstm_viz.text import Encoding, spans

TEXT = "Didn't see it coming."


def read(encode, text=TEXT, **options):
    tokens, numbers = Encoding(encode, **options).encode(text)
    assert all(text[token.start : token.end] == token.text for token in tokens)
    return [token.text for token in tokens], list(numbers)


@pytest.mark.parametrize(
    ("encode", "tokens"),
    [
        (lambda text: [1] * len(text.split()), ["Didn't", "see", "it", "coming."]),
        (lambda text: [1] * len(spans(text)), ["Did", "n't", "see", "it", "coming", "."]),
        (lambda text: [1] * len(text), list(TEXT)),
        (lambda _: [(0, 6, 1), (7, 21, 1)], ["Didn't", "see it coming."]),
        (lambda _: SimpleNamespace(ids=[9, 1, 1, 9], offsets=[(0, 0), (0, 4), (4, 6), (0, 0)]),
         ["", "Didn", "'t", ""]),
    ],
    ids=["words", "tokens", "characters", "triples", "tokenizers"],
)  # fmt: skip
def test_tokens_stand_where_the_text_has_them(encode, tokens):
    assert read(encode)[0] == tokens


@pytest.mark.parametrize(
    "made", [list, tuple, np.array, torch.tensor, lambda row: torch.tensor([row])]
)
def test_numbers_may_come_in_any_sequence(made):
    assert read(lambda _: made([4, 5, 6, 7]))[1] == [4, 5, 6, 7]


def test_features_may_come_in_place_of_numbers():
    rows = [[0.5, 1.0], [0.0, 2.0], [0.25, 3.0], [0.0, 4.0]]
    tokens, found = read(lambda _: np.array(rows), unknown=0)
    assert found == rows
    assert len(tokens) == 4


def test_unknown_words_are_marked():
    tokens, _ = Encoding(lambda text: [len(word) % 4 for word in text.split()], 2).encode(TEXT)
    assert [token.known for token in tokens] == [False, True, False, True]


def test_a_blank_text_has_no_tokens():
    assert Encoding(lambda text: [1 for _ in text.split()]).encode("  ") == ((), [])


@given(st.text(alphabet="ab'.! \n\x85<", max_size=30))
def test_equally_many_tokens_are_the_same_tokens(text):
    # Else an encoding could be matched with the wrong cut.
    cuts = [[text[a:b] for a, b in spans(text)], text.split(), list(text)]
    for one in cuts:
        for other in cuts:
            if len(one) == len(other) and "".join(one) == "".join(other):
                assert one == other


@pytest.mark.parametrize(
    ("encode", "sentence"),
    [
        (lambda _: [1] * 5, r"word \(4\), .* cuts \(6\) or per character \(21\).* 5 numbers came"),
        (lambda _: [0.5] * 4, r"an array of float64 of shape \(4,\)"),
        (lambda _: ["a"] * 4, "one whole number"),
        (lambda _: {"ids": [1]}, "one whole number"),
        (lambda _: [[1, 2], [3]], "per token, but list came"),
        (lambda _: [(0, 6, 1), (3, 9, 1)], "a token from 3 to 9 after one that ends at 6"),
        (lambda _: [(0, 99, 1)], "inside the 21 characters"),
        (lambda _: None, "one whole number"),
    ],
)  # fmt: skip
def test_what_is_no_encoding_is_refused(encode, sentence):
    with pytest.raises(EncodingError, match=sentence):
        read(encode)
