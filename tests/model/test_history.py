"""How a model was made: what is written comes back, and what is wrong is said."""

import json

import pytest

from lstm_viz.errors import ModelFileError
from lstm_viz.model import available, history
from lstm_viz.model.history import Evaluation, History, Point, Stage, SuiteResult

WHOLE = History(
    about="For a test.",
    recipe={"seed": 3, "network": {"units": 5}},
    stages=(
        Stage("first", 20, 1.5, (Point(10, 0.69, 0.5), Point(20, 0.5)), (Point(20, 0.6, 0.7),),
              (10, 20), 10),
    ),
    figures=(Evaluation("IMDB", "test", 24, 0.75, (0.5, 0.75), (0.1, 0.2)),),
    capabilities=(SuiteResult("templates", "negation", 4, 0.5, ("not bad", "影评")),),
    facts={"temperature": 1.25, "torch": "2.13.0"},
)  # fmt: skip


def test_what_is_written_comes_back(tmp_path):
    WHOLE.save(tmp_path / "history.json")
    assert History.open(tmp_path / "history.json") == WHOLE
    assert WHOLE.figures[0].calibration_error == pytest.approx(0.15)


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.pop("about"),
        lambda raw: raw.update(format_version=1),
        lambda raw: raw["stages"][0].update(more=1),
        lambda raw: raw["stages"][0]["train"][0].pop("loss"),
        lambda raw: raw.update(figures=[3]),
        lambda raw: raw.update(about=["For a test."]),
        lambda raw: raw.update(recipe=[]),
        lambda raw: raw["facts"].update(temperature={}),
        lambda raw: raw["stages"][0]["train"][0].update(loss="0.5"),
        lambda raw: raw["stages"][0]["train"][0].update(loss=float("nan")),
        lambda raw: raw["stages"][0].update(epochs=["10"]),
        lambda raw: raw["stages"][0].update(steps=True),
        lambda raw: raw["capabilities"][0].update(wrong=[1]),
        lambda raw: raw["stages"][0].update(steps=10**400),
        lambda raw: raw["stages"][0].update(seconds=10**400),
        lambda raw: raw["figures"][0].update(number=-(2**60)),
        lambda raw: raw["stages"][0]["train"][0].update(loss=1e308),
        lambda raw: raw["facts"].update(temperature=float("inf")),
        lambda raw: raw["recipe"].update(seed=10**400),
        lambda raw: raw["recipe"].update(deep=[[[[[[[[1]]]]]]]]),
        lambda raw: raw["recipe"].update(name="\ud800"),
        lambda raw: raw["recipe"].update({"\udfff": 1}),
        lambda raw: raw.update(about="\ud800"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, change):
    file = tmp_path / "history.json"
    WHOLE.save(file)
    raw = json.loads(file.read_text("utf-8"))
    change(raw)
    file.write_text(json.dumps(raw), "utf-8")
    with pytest.raises(ModelFileError, match="history of training"):
        History.open(file)


@pytest.mark.parametrize("raw", [b"[" * 100_000, b"1" + b"0" * 5_000, b"\xff", b"3", b'"x"', b""])
def test_what_is_no_history_is_said(tmp_path, raw):
    (tmp_path / "history.json").write_bytes(raw)
    with pytest.raises(ModelFileError, match=r"history\.json: expected a history of training"):
        History.open(tmp_path / "history.json")


def test_a_history_of_any_size_is_not_read(tmp_path):
    with (tmp_path / "history.json").open("wb") as file:
        file.truncate(2**24 + 1)
    with pytest.raises(ModelFileError, match="at most 16,777,216 bytes, but it has 16,777,217"):
        History.open(tmp_path / "history.json")


def test_every_packaged_model_has_one():
    for name in available():
        made = history(name)
        assert made is not None
        assert made.stages
        assert made.figures
