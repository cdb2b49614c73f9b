"""The Models page, driven without a browser: what is known is shown, whatever it holds."""

import json
import os
from dataclasses import replace

import pytest

import lstm_viz
from lstm_viz.model import available, card, history
from lstm_viz.session.cache import _load
from tests.app.driver import PAGES, ask, figure, open_app, plain, selection, shown
from tests.kinds import small
from tests.made_up import HOSTILE, WHOLE, model_folder

PAGE = "lstm_viz/pages/models.py"
KINDS = [("LSTM", {"num_layers": 2}), ("GRU", {}), ("RNN", {}), ("GRU", {"bidirectional": True})]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder for models of one's own."""
    monkeypatch.setenv("LSTM_VIZ_MODELS", str(tmp_path))
    monkeypatch.setattr("lstm_viz.model.registry._REGISTERED", {})
    _load.clear()
    yield tmp_path
    _load.clear()


def models(**parameters):
    app = open_app(**parameters)
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def rows(app, number=0):
    """Return a table as dictionaries, without what keeps Markdown from being markup."""
    table = app.table[number].value
    return [
        {key: plain(str(value)) for key, value in row.items()} for row in table.to_dict("records")
    ]


def written(app):
    parts = [*app.markdown, *app.title, *app.header, *app.subheader, *app.caption]
    return plain("\n".join(part.value for part in parts))


def test_every_model_is_in_the_table(folder):
    model_folder(folder, "made-up", WHOLE)
    found = {row["Model"].removesuffix(" (chosen)").strip("*"): row for row in rows(models())}
    assert tuple(found) == available()
    assert found["made-up"]["What it is for"] == WHOLE.about
    assert found["made-up"]["Test accuracy"] == "87.5%"
    for name, row in found.items():
        shape = lstm_viz.model.summary(name)
        assert row["Network"].startswith(f"{shape.cell}, ")
        assert f" of {shape.units:,} units" in row["Network"]
        assert row["Vocabulary"] == f"{shape.words:,}"


def test_figures_capabilities_and_hyperparameters_are_those_of_the_history(folder):
    model_folder(folder, "made-up", WHOLE)
    app = models(model="made-up")
    assert "made-up gets 87.5% of 2,500 IMDB test texts right" in plain(app.title[0].value)
    assert WHOLE.about in written(app)
    tables = [rows(app, number) for number in range(len(app.table))]
    assert [row["At the end"] for row in tables[1]] == ["0.910", "0.875"]
    assert tables[1][1]["After ¼ · ½ · ¾"].replace("\u00a0", " ") == "0.750 · 0.800 · 0.850"
    assert tables[1][1]["Calibration error"] == "0.015"
    assert [row["Capability"] for row in tables[2]] == ["negated", "simple"]
    assert tables[3] == [{"Capability": "names changed", "Cases": "400", "Passed": "98%"}]
    assert {"Name": "final, epochs", "Value": "4"} in tables[4]
    assert {"Name": "temperature", "Value": "1.25"} in tables[5]
    assert "- names changed: Anna hated it. <b>x</b>" in written(app)
    assert r"Not \*\*bad\*\*\." in "".join(part.value for part in app.markdown)


def test_the_curves_are_those_of_the_history(folder):
    model_folder(folder, "made-up", WHOLE)
    app = models(model="made-up")
    lines = figure(app, "curve_1_loss")["data"]
    assert [line["name"] for line in lines] == ["train", "held-out", "test"]
    assert len(app.get("plotly_chart")) == 3
    assert "these weights were kept" in written(app)


def test_another_model_keeps_text_and_word(folder):
    model_folder(folder, "made-up", WHOLE)
    app = models(text="Not a bad film.", word="3", unit="5", model="imdb-lstm")
    app.radio(key="chosen_model").set_value("made-up").run()
    assert not app.exception
    chosen = selection(app)
    assert (chosen.model, chosen.text, chosen.step) == ("made-up", "Not a bad film.", 2)
    assert plain(app.title[0].value).startswith("made-up")
    app.selectbox(key="model").set_value("imdb-lstm").run()
    assert app.radio(key="chosen_model").value == "imdb-lstm"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("kind", "options"), KINDS, ids=str)
def test_a_model_without_history_or_card_shows_what_is_known(kind, options):
    own = small(kind, options, ("bad", "so-so", "good"), name="my **own**")
    lstm_viz.register(own)
    app = models(model=own.name)
    (row,) = [row for row in rows(app) if "own" in row["Model"]]
    layers = "2 layers" if "num_layers" in options else "1 layer"
    both = ", in both directions" if "bidirectional" in options else ""
    assert row["Network"] == f"{kind}, {layers} of 8 units{both}"
    assert row["Vocabulary"] == row["Test accuracy"] == "not known"
    assert "no record of how it was trained" in app.info[0].value
    assert "no card" in written(app)
    assert app.table[0].value["Model"].str.contains(r"my \*\*own\*\*", regex=False).any()


@pytest.mark.usefixtures("folder")
def test_an_offered_model_does_not_take_over_the_history_of_its_name(classifier):
    lstm_viz.register(classifier)
    assert history("imdb-lstm") is None
    assert card("imdb-lstm") is None


@pytest.mark.parametrize(
    "damage",
    [
        "{",
        "[]",
        "[" * 100_000,
        json.dumps({"format_version": 2}),
        json.dumps({"format_version": 2, "about": 3, "recipe": {}, "stages": [], "figures": [],
                    "capabilities": [], "facts": {}}),
    ],
)  # fmt: skip
def test_a_damaged_history_is_told_and_the_page_goes_on(folder, damage):
    model_folder(folder, "damaged", damage, "# Card\n\nStill here.")
    app = models(model="damaged")
    assert "history.json: expected a history of training" in plain(app.warning[0].value)
    assert "Still here." in written(app)
    app = models(model="imdb-lstm")
    assert not app.warning


def test_a_model_that_does_not_open_is_told_and_the_last_one_stays(folder):
    place = model_folder(folder, "broken")
    (place / "model.safetensors").write_bytes(b"no weights")
    worse = model_folder(folder, "worse")
    (worse / "config.json").write_text("{}", "utf-8")
    app = models(text="Not a bad film.", word="3")
    assert any("It does not open" in row["Network"] for row in rows(app))
    for name in ("broken", "worse"):
        app.radio(key="chosen_model").set_value(name).run()
        assert not app.exception
        assert "expected" in app.info[0].value
        assert selection(app).model == "imdb-lstm"
        assert selection(app).step == 2


def test_a_model_that_does_not_open_is_told_on_the_first_page_too(folder):
    place = model_folder(folder, "broken")
    (place / "model.safetensors").write_bytes(b"no weights")
    app = open_app(text="Not a bad film.", word="3", unit="5")
    before = shown(app)["id"]
    ask(app, model="broken")
    assert "expected" in app.info[0].value
    assert (selection(app).model, selection(app).step, selection(app).unit) == ("imdb-lstm", 2, 5)
    assert shown(app)["id"] == before


def test_a_hostile_card_is_harmless(folder):
    model_folder(folder, "hostile", card=HOSTILE)
    app = models(model="hostile")
    (shown,) = [part for part in app.markdown if "Hostile" in part.value]
    assert not shown.allow_html
    assert "![" not in shown.value
    assert "](" not in shown.value


def test_history_and_card_can_be_taken_home(folder):
    model_folder(folder, "made-up", WHOLE, "# Card")
    labels = [button.label for button in models(model="made-up").get("download_button")]
    assert labels[:2] == ["History (history.json)", "Card (README.md)"]
    model_folder(folder, "bare")
    assert len(models(model="bare").get("download_button")) == len(labels) - 2


def test_what_can_be_taken_home_is_what_was_saved():
    made = history("imdb-lstm")
    assert made.as_json().startswith('{\n "format_version": 2')


def damaged(folder, config="{}", name="damaged"):
    place = folder / os.fsdecode(name)
    place.mkdir()
    (place / "config.json").write_text(config, "utf-8")
    return place


def test_no_damaged_folder_takes_a_page_from_the_others(folder):
    damaged(folder, "[" * 100_000, "brackets")
    damaged(folder, name=b"no-text-\xff")
    damaged(folder, name="pipe").joinpath("config.json").unlink()
    os.mkfifo(folder / "pipe" / "config.json")
    (folder / "loop").symlink_to("loop")
    place = model_folder(folder, "numbers", WHOLE)
    history = (place / "history.json").read_text("utf-8")
    (place / "history.json").write_text(history.replace("2000", "9" * 401), "utf-8")
    os.mkfifo(place / "README.md")
    app = models(model="numbers")
    told = [plain(one.value) for one in app.warning]
    assert [one.split(":")[0] for one in told] == ["history.json", "README.md"]
    found = {row["Model"].split(" (")[0].strip("*"): row["Network"] for row in rows(app)}
    assert {*available(), "no-text-\ufffd"} == set(found)
    for name in ("brackets", "pipe", "loop"):
        assert "It does not open. config.json: expected a JSON object" in found[name]
    assert "its name is not text" in found["no-text-\ufffd"]
    assert found["numbers"].startswith("LSTM")
    app.switch_page(PAGES["gates"]).run()
    assert not app.exception
    assert "no-text" not in str(app.selectbox(key="model").options)


@pytest.mark.parametrize("model", [None, "imdb-lstm", "hotel-lstm"])
def test_the_usual_model_may_be_in_a_damaged_folder(folder, model):
    damaged(folder, name="imdb-lstm")
    app = open_app(**({"model": model} if model else {}), text="Not a bad film.")
    assert selection(app).model not in ("imdb-lstm", None)
    assert selection(app).model == model or model != "hotel-lstm"
    if model != "hotel-lstm":
        assert plain(app.info[0].value).startswith("imdb-lstm: config.json: expected the keys")
        assert app.info[0].value.endswith(
            f"{plain(selection(app).model)} is used instead.".replace("-", r"\-").replace(
                ".", r"\."
            )
        )
    app.switch_page(PAGE).run()
    assert not app.exception
    assert not app.error


def test_a_link_to_a_damaged_folder_gives_the_usual_model(folder):
    place = model_folder(folder, "broken")
    (place / "vocabulary.txt").write_text("The\n", "utf-8")
    app = open_app(model="broken", text="Not a bad film.", word="3")
    assert (selection(app).model, selection(app).step) == ("imdb-lstm", 2)
    assert plain(app.info[0].value).startswith("broken: vocabulary.txt: expected")


def test_of_a_history_without_end_the_beginning_is_drawn(folder):
    stages = tuple(replace(WHOLE.stages[1], name=f"stage {k}") for k in range(300))
    suites = [
        replace(WHOLE.capabilities[0], suite=f"suite {k}", wrong=("x" * 9_999,)) for k in range(50)
    ]
    rest = {f"fact {k}": k for k in range(500)}
    model_folder(folder, "long", replace(
        WHOLE, stages=stages, capabilities=(*WHOLE.capabilities * 300, *suites), facts=rest,
    ))  # fmt: skip
    app = models(model="long")
    assert len(app.get("plotly_chart")) == 2 * 12
    assert "These are the first 12 of 300 stages; history.json has all of them." in written(app)
    assert "These are the first 6 of 52 suites; history.json has all of them." in written(app)
    assert "These are the first 200 of 600 capabilities; history.json has all of them." in written(
        app
    )
    assert "These are the first 200 of 500 values; history.json has all of them." in written(app)
    assert "x" * 1_001 not in written(app)
    assert all(len(one.value) <= 200 for one in app.table)


def test_a_card_without_end_is_shown_up_to_a_point(folder):
    model_folder(folder, "long", card="# Long\n" + "word\n" * 100_000)
    app = models(model="long")
    (shown_part,) = [part for part in app.markdown if part.value.startswith("### Long")]
    assert len(shown_part.value) <= 100_010
    assert "These are the first 100,000 characters; README.md has all of them." in written(app)
