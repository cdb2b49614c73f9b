"""Trees of the treebank, beside a recursive walk; and the treebank itself."""

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.data.folder import data_folder
from lstm_viz.data.trees import fix_mojibake, phrases, prefixes
from lstm_viz.errors import DataFileError

TREE = "(1 (3 (2 Not) (1 (2 a) (1 bad))) (2 (2 film) (2 .)))"
RATING = st.integers(0, 4)
SIGNS = st.characters(categories=["L", "N", "P"], exclude_characters="()\\")
LEAVES = st.tuples(RATING, st.text(SIGNS, min_size=1).filter(lambda word: "RB-" not in word))
TREES = st.recursive(
    LEAVES, lambda inner: st.tuples(RATING, inner) | st.tuples(RATING, inner, inner)
)


def written(node):
    rating, *parts = node
    inner = (part if isinstance(part, str) else written(part) for part in parts)
    return f"({rating} {' '.join(inner)})"


def walk(node, start=0):
    """Return (rating, start, words) of a node and all below it, the node last."""
    rating, *parts = node
    if isinstance(parts[0], str):
        return [(rating, start, (parts[0],))]
    found, words = [], ()
    for part in parts:
        below = walk(part, start + len(words))
        found += below
        words += below[-1][2]
    return [*found, (rating, start, words)]


@given(TREES)
def test_phrases_are_the_nodes_of_a_tree(tree):
    found = [(one.rating, one.start, one.words) for one in phrases(written(tree))]
    assert found == walk(tree)


@given(TREES)
def test_prefixes_are_the_nodes_that_start_with_the_first_word(tree):
    found = prefixes(written(tree))
    below = [node for node in walk(tree)[:-1] if node[1] == 0]
    assert [(one.rating, one.words) for one in found] == [
        (node[0], node[2]) for node in below[::-1]
    ]
    brackets = written(tree).split(" ")
    assert len(found) + 1 == next(k for k, part in enumerate(brackets) if part[0] != "(")


def test_prefixes_by_hand():
    assert [(one.text, one.rating) for one in prefixes(TREE)] == [("Not a bad", 3), ("Not", 2)]
    assert prefixes("(2 Hm)") == []


def test_words_are_unescaped():
    tree = "(2 (2 -LRB-) (2 (2 and\\/or) (2 (2 8\xa01\\/2) (2 (2 \\*\\*\\*) (2 -RRB-)))))"
    assert phrases(tree)[-1].words == ("(", "and/or", "8\xa01/2", "***", ")")


@pytest.mark.parametrize(
    "tree", ["", "(7 it)", "(2 it) (3 is)", "it", "(3 (2 it) (4 is)", "(3 it))("]
)
def test_another_form_is_refused(tree):
    with pytest.raises(DataFileError, match="one tree on each line"):
        list(phrases(tree))


def test_a_double_encoding_is_undone():
    assert fix_mojibake("cafÃ©") == "café"
    assert fix_mojibake("café ½ –") == "café ½ –"


@pytest.mark.data
@pytest.mark.parametrize(("split", "published"), [("dev", 41_447), ("test", 82_600)])
def test_the_trees_of_the_treebank(split, published):
    rows = pq.read_table(data_folder() / "sst.parquet", filters=[("split", "==", split)])
    trees = [phrases(tree) for tree in rows["tree"].to_pylist()]
    assert [tree[-1].text for tree in trees] == rows["tokens"].to_pylist()
    assert [tree[-1].rating for tree in trees] == rows["label5"].to_pylist()
    assert sum(map(len, trees)) == published
    known = pq.read_table(data_folder() / "sst_phrases.parquet", filters=[("split", "==", split)])
    rated = set(zip(known["text"].to_pylist(), known["label5"].to_pylist(), strict=True))
    found = {(one.text, one.rating) for tree in rows["tree"].to_pylist() for one in prefixes(tree)}
    assert found <= rated
