"""Recipes: what is in them is checked, and what is wrong is said."""

import pytest

from lstm_viz.errors import RecipeError
from lstm_viz.training import recipe_file

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
AGAIN = '[[stages]]\nname = "only"\nepochs = 1\nrate = 1'
FIRST = '[[stages]]\nname = "first"\nepochs = 1\nrate = 1\n'
NEXT_WORD = f'hidden_size = 3\ndirections = 2\n{FIRST}task = "next word"'
DROPOUT = f"hidden_size = 3\nlayers = 2\n{FIRST}recurrent_dropout = 0.1"


@pytest.fixture
def written(tmp_path):
    def write(text):
        file = tmp_path / "mine.toml"
        file.write_text(text, "utf-8")
        return str(file)

    return write


def test_every_recipe_reads():
    names = recipe_file.names()
    assert "imdb-lstm" in names
    assert sum(name.startswith("published/") for name in names) == 4
    for name in names:
        made = recipe_file.load(name)
        assert made.name == name.split("/")[-1]
        assert made.config(("no", "yes"), 10).name == made.name
        for asked in [one for stage in made.stages for one in (stage.start, stage.pseudo_labels)]:
            other, _, stage = asked.rpartition("/")
            if stage and stage != "words":
                assert (recipe_file.load(other) if other else made).before(stage)


def test_one_of_ones_own(written):
    made = recipe_file.load(written(WHOLE))
    assert (made.name, made.stages[0].rate, made.stages[0].snapshots) == ("mine", 1.0, (0, 5))


def test_keys_of_version_0_1_are_read(written):
    old = 'rate = 1\ntask = "verdict"\nasked = "end"\nteacher = "words"\nremarks = 6'
    new = 'rate = 1\nloss_at = "end"\npseudo_labels = "words"\naugmentation = 6'
    made = recipe_file.load(written(WHOLE.replace("rate = 1", old)))
    assert made == recipe_file.load(written(WHOLE.replace("rate = 1", new)))
    with pytest.raises(RecipeError, match="there is 'asked'"):
        recipe_file.load(written(WHOLE.replace("rate = 1", f'{new}\nasked = "end"')))


@pytest.mark.parametrize(
    ("recipe", "digests"),
    [
        ("imdb-lstm", ["2af18724", "7266afba", "bd200ecd", "09f126a8"]),
        ("imdb-bilstm", ["85566a24", "8cfb836f"]),
        ("published/kler-lstm", ["bedacc2c"]),
    ],
)
def test_checkpoints_of_version_0_1_are_found(recipe, digests):
    made = recipe_file.load(recipe)
    assert [made.digest(stage.name, "x") for stage in made.stages] == digests


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("seed = 1", ""), "the key 'seed', but it is missing"),
        (("seed = 1", "seed = 1\nspeed = 2"), "there is 'speed'"),
        (("seed = 1", 'seed = "1"'), "seed as int, but it is '1'"),
        (("rate = 1", 'rate = "fast"'), "rate as float"),
        (("rate = 1", "rate = -1"), "rate above 0, but it is -1"),
        (("rate = 1", "rate = 1\nclip = -1"), "clip of at least 0, but it is -1"),
        (("rate = 1", 'rate = 1\noptimizer = "SGD"'), r"one of \['Adam', 'RMSprop'\]"),
        (("[network]", "[net]"), "a table, but it is missing"),
        (("[[stages]]", "[[steps]]"), r"one or more \[\[stages\]\]"),
        (("longest = 20", "longest = 20\ncutting = 3"), "cutting as one of"),
        (("[text]", "[text"), "TOML, but it is not"),
        (("rate = 1", "rate = 0"), "rate above 0, but it is 0"),
        (("rate = 1", "rate = inf"), "rate above 0, but it is inf"),
        (("rate = 1", "rate = 1\nclip = nan"), "clip of at least 0, but it is nan"),
        (("epochs = 1", "epochs = 0"), "epochs of at least 1"),
        (("hidden_size = 3", "hidden_size = 0"), "hidden_size of at least 1"),
        (("hidden_size = 3", "hidden_size = 3\ndirections = 3"), "directions 1 or 2"),
        (("longest = 20", "longest = 20\nvocabulary_size = 2"), "vocabulary_size 0 or at least 3"),
        (("longest = 20", "longest = 20\nheld_out_share = 1"), "held_out_share .* below 1"),
        (("rate = 1", "rate = 1\naveraged = 1.0"), "averaged .* below 1, but it is 1.0"),
        (("rate = 1", "rate = 1\nhidden_dropout = 1.5"), "hidden_dropout .* below 1"),
        (("seed = 1", "seed = 1099511627776"), r"seed .* below 2\^40"),
        (("[0, 5]", "[0, 5.5]"), "snapshots as whole numbers of at least 0"),
        (("[0, 5]", "[-1]"), "snapshots as whole numbers of at least 0"),
        (("[0, 5]", "5"), "snapshots as whole numbers of at least 0"),
        (("seed = 1", "seed = 1\npublished = 3"), "published as a table, but it is 3"),
        (('"only"', '""'), "a name without slashes, but it is ''"),
        (('"only"', '"../only"'), "a name without slashes"),
        (("snapshots = [0, 5]", AGAIN), "stage 2: expected a unique name, but 'only' is taken"),
        (("rate = 1", 'rate = 1\nstart = "only"'), "start as a stage before"),
        (("rate = 1", 'rate = 1\nstart = "words"'), "start as a stage before"),
        (
            ("rate = 1", 'rate = 1\npseudo_labels = "later"'),
            r"pseudo_labels as a stage before, \['words'\]",
        ),
        (("hidden_size = 3", NEXT_WORD), "one direction to predict the next word"),
        (("hidden_size = 3", DROPOUT), "one layer in one direction for recurrent_dropout"),
    ],
)
def test_what_is_wrong_is_said(written, change, said):
    with pytest.raises(RecipeError, match=said):
        recipe_file.load(written(WHOLE.replace(*change)))


def test_a_file_that_is_not_utf_8_is_refused(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_bytes(WHOLE.replace("a test", "Größe").encode("latin-1"))
    with pytest.raises(RecipeError, match="Recipe mine: expected TOML, but it is not"):
        recipe_file.load(str(file))


def test_unknown_recipes_are_told_which_there_are():
    with pytest.raises(RecipeError, match=r"imdb-lstm, .*or a \.toml file"):
        recipe_file.load("nope")
    with pytest.raises(RecipeError, match="a stage among"):
        recipe_file.load("imdb-lstm").before("nope")
