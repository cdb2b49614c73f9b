"""Writes docs/models.md from the histories of the models and of the published recipes.

python -m docs.models
"""

from pathlib import Path

from lstm_viz.model import available, history
from lstm_viz.model.history import Figure, History, Stage
from lstm_viz.training import recipe

DOCS = Path(__file__).parent
PUBLISHED = Path(recipe.__file__).parent / "recipes" / "published"
_PAGE = """# Models

Every model here was made by a recipe in `lstm_viz/training/recipes/`, with `make train
RECIPE=name`; its card in `pretrained/name/README.md` has all figures, `history.json` the curves
(the page Models draws them). The test parts were read once, after every choice was made on texts
held out from training.

## In the box

| name | what for | network | words | right on the test part | calibration error | trained in |
|---|---|---|---|---|---|---|
{models}

The calibration error is the mean after a quarter, half, three quarters and the whole of each text.
Minutes are of one or two processor cores that did other work too, as the card says.

## What was expected, and what came

NOTES

## Recipes of published texts

Run as they are published, in `lstm_viz/training/recipes/published/`; the histories lie beside them.
What a text does not say is as in Keras, which all but the last use; weights start as PyTorch draws
them.

| recipe | source | right on the test part: theirs, ours | on train | seconds an epoch |
|---|---|---|---|---|
{published}

Seconds are of one processor core that had a neighbour, and hold what was measured on the way, as
those of Keras do. Figures on train are means over the last updates, dropout on.

## Train one on your own texts

    pip install "lstm-viz[train]"
    python -m lstm_viz.training imdb-lstm --data reviews.csv

A CSV, TSV or Parquet file has the columns `text` and `label`, and may have `split` (train, dev or
test); without it, a tenth is held out and a tenth tests, by the letters of each text. What is wrong
is said with its line. The recipe is one of those above or a TOML file like them: a copy of
`hotel-lstm.toml` is a good start. Stopped with Ctrl+C or by a signal, the same command goes on and
ends with the same weights. `torchrun --nproc-per-node 2 -m lstm_viz.training …` or `--devices 2`
trains in two processes with the same result, to rounding; devices are Lightning Fabric's.
"""


def page() -> str:
    """Return the page."""
    models = [_model(name, made) for name in available() if (made := history(name))]
    published = [_published(file) for file in sorted(PUBLISHED.glob("*.toml"))]
    return _PAGE.format(models="\n".join(models), published="\n".join(published))


def _model(name: str, made: History) -> str:
    shape = made.recipe["network"]
    ways = ", both directions" if shape.get("directions") == 2 else ""
    layers = f"{shape.get('layers', 1)} × " if shape.get("layers", 1) > 1 else ""
    tests = [figure for figure in made.figures if figure.part == "test"]
    right = "<br>".join(f"{_short(figure)} {figure.accuracy:.3f}" for figure in tests)
    error = "<br>".join(f"{figure.calibration_error:.3f}" for figure in tests)
    words = f"{made.facts['words']:,}"
    minutes = sum(stage.seconds for stage in made.stages) / 60
    network = f"{shape.get('cell', 'LSTM')}, {layers}{shape['hidden_size']} units{ways}"
    return (
        f"| `{name}` | {made.about} | {network} | {words} | {right} | {error} | {minutes:.0f} min |"
    )


def _published(file: Path) -> str:
    source = recipe.read(f"published/{file.stem}").published
    made = History.open(file.with_suffix(".history.json"))
    (stage,) = made.stages
    test = next(figure for figure in made.figures if figure.part == "test")
    cells = [
        f"`{file.stem}`",
        f"{source['title']}, {source['source']}",
        f"{source.get('accuracy_test', '–')}, {test.accuracy:.4f}",
        f"{source.get('accuracy_train', '–')}, {stage.train[-1].accuracy:.4f}",
        f"{source.get('seconds_per_epoch', '–')}, {_seconds_per_epoch(stage):.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def _seconds_per_epoch(stage: Stage) -> float:
    return stage.seconds / (stage.steps / stage.epochs[0])


def _short(figure: Figure) -> str:
    return figure.texts.removesuffix(", test part")


if __name__ == "__main__":
    (DOCS / "models.md").write_text(page(), encoding="utf-8", newline="\n")
