"""Recipes: what is in them is checked, and what is wrong is said."""

import pytest

from lstm_viz.errors import RecipeError
from lstm_viz.training import recipe

WHOLE = """
about = "For a test."
seed = 1
data = "films"
[text]
longest = 20
[network]
embedding_size = 4
hidden_size = 3
[[stages]]
name = "only"
epochs = 1
rate = 1
snapshots = [0, 5]
"""


@pytest.fixture
def written(tmp_path):
    def write(text):
        file = tmp_path / "mine.toml"
        file.write_text(text, "utf-8")
        return str(file)

    return write


def test_every_recipe_reads():
    names = recipe.names()
    assert "imdb-lstm" in names
    assert sum(name.startswith("published/") for name in names) == 4
    for name in names:
        made = recipe.read(name)
        assert made.name == name.split("/")[-1]
        assert made.config(("no", "yes"), 10).name == made.name
        for asked in [one for stage in made.stages for one in (stage.start, stage.teacher)]:
            other, _, stage = asked.rpartition("/")
            if stage and stage != "words":
                assert (recipe.read(other) if other else made).before(stage)


def test_one_of_ones_own(written):
    made = recipe.read(written(WHOLE))
    assert (made.name, made.stages[0].rate, made.stages[0].snapshots) == ("mine", 1.0, (0, 5))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("seed = 1", ""), "the key 'seed', but it is missing"),
        (("seed = 1", "seed = 1\nspeed = 2"), "there is 'speed'"),
        (("seed = 1", 'seed = "1"'), "seed as int, but it is '1'"),
        (("rate = 1", 'rate = "fast"'), "rate as float"),
        (("rate = 1", "rate = -1"), "at least 0"),
        (("rate = 1", 'rate = 1\noptimizer = "SGD"'), r"one of \['Adam', 'RMSprop'\]"),
        (("[network]", "[net]"), "a table, but it is missing"),
        (("[[stages]]", "[[steps]]"), r"one or more \[\[stages\]\]"),
        (("longest = 20", "longest = 20\ncutting = 3"), "cutting as one of"),
        (("[text]", "[text"), "TOML, but it is not"),
    ],
)
def test_what_is_wrong_is_said(written, change, said):
    with pytest.raises(RecipeError, match=said):
        recipe.read(written(WHOLE.replace(*change)))


def test_unknown_recipes_are_told_which_there_are():
    with pytest.raises(RecipeError, match=r"imdb-lstm, .*or a \.toml file"):
        recipe.read("nope")
    with pytest.raises(RecipeError, match="a stage among"):
        recipe.read("imdb-lstm").before("nope")
