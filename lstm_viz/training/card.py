"""The model card: what a model is, how it was made, and how good it is."""

from hashlib import sha256
from pathlib import Path
from typing import Any

from lstm_viz.model import reference_file
from lstm_viz.model.history import Evaluation, History, SuiteResult
from lstm_viz.model.model_folders import exists
from lstm_viz.model.reference import ReferenceStatistics
from lstm_viz.training.recipe import NetworkRecipe, Recipe
from lstm_viz.training.recipe_file import load, names
from lstm_viz.training.texts import augmentation

_CARD = """# {name}

{about}

**What it is.** {network} Weights in half precision. Made to be looked into, not to be the best
classifier.

**Data.** {data} No text is part of this folder; the vocabulary ({words:,} entries) comes from the
training parts alone.

**How it was made.** {command}, seed {seed}. {stages} {choices}

{run}

## Figures

{figures}
{facts}{capabilities}
## What its units are not evidence of

They are what one small model, one seed and this data ended up with. A unit that follows negation
here is no evidence that recurrent networks in general have such a unit, nor that people read like
this.

## Limits

{limits} The prediction half-way is a guess at how the text will end, not a judgement of the half.

"""
_FILES = "## Files\n"
_TABLE = "| file | SHA-256 |\n|---|---|\n"
_REFERENCE = """What is usual for its gates and memory (`{file}`) was measured on texts held out
from training ({source}): {texts:,} texts, {words} words."""
_CHOICES = """Its logits were then divided by
{temperature:.3f}, fitted on held-out texts. Every choice was made on texts held out from training;
the test parts were read once, at the end."""
_NO_CHOICES = "No text was held out from training, so that its confidence was fitted on none."
_FIGURES = """| texts | number | right at the end | right after ¼ · ½ · ¾ | calibration error |
|---|---|---|---|---|
{rows}

The calibration error compares confidence with the share of right answers in ten equal bins, after
a quarter, half, three quarters and the whole of each text; the figure is the mean of the four."""
_NO_FIGURES = "All texts were trained on: how often it is right on others was not measured."
_DATA = {
    "films": """The Large Movie Review Dataset (Maas et al. 2011): {fit:.0%} of its labelled
training reviews, by movie, and its unlabelled reviews without those that repeat a labelled text;
the Stanford Sentiment Treebank (Socher et al. 2013): training sentences and phrases;
{sentences:,} sentences generated from the frames in `lstm_viz/training/sentences.toml`{remarks}.
Both data sets were published for research without naming a licence.""",
    "imdb": """The Large Movie Review Dataset (Maas et al. 2011): {fit:.0%} of its labelled training
reviews. It was published for research without naming a licence.""",
    "hotel": """ChnSentiCorp (Tan and Zhang 2008), hotel reviews, published for research without
naming a licence.""",
    "news": """Titles of THUCNews (Sun et al. 2016), ten topics, a quarter of the published training
part; offered by its authors for research.""",
}
_LIMITS = {
    "films": """English film reviews only. Short sentences unlike reviews, sarcasm and reported
opinions are often misread.""",
    "imdb": "English film reviews only.",
    "hotel": "Hotel reviews in simplified Chinese only; two of three it learned from are positive.",
    "news": "Titles of Chinese news of the years 2005 to 2011 only; one topic each.",
}
_SUITE = """
## {suite}

| capability | cases | as expected |
|---|---|---|
{rows}

For instance not:

{wrong}
"""
_RUN = "words", "minutes of", "temperature", "torch", "device", "processes", "threads"


def write(
    target: Path,
    recipe: Recipe,
    history: History,
    words: int,
    reference: ReferenceStatistics | None,
) -> None:
    """Write the card of a finished model.

    Args:
        target: the model's folder; its files are listed with their hashes.
        recipe: of the model.
        history: everything that was measured.
        words: size of the vocabulary.
        reference: its reference statistics, if there are some.
    """
    filled: dict[str, Any] = {
        "fit": 1 - recipe.text.held_out_share,
        "sentences": recipe.text.sentences,
    }
    added = f", and the {len(augmentation.rows()):,} written for it in `remarks.tsv` beside them"
    filled["remarks"] = added if any(stage.augmentation for stage in recipe.stages) else ""
    text = _CARD.format(
        name=recipe.name,
        command=_command(recipe),
        about=recipe.about,
        network=_network(recipe.network),
        data=_DATA.get(recipe.data, "Texts of one's own.").format(**filled),
        limits=_LIMITS.get(recipe.data, "Texts like those that it learned from only."),
        words=words,
        seed=recipe.seed,
        stages=_stages(history),
        choices=_choices(history),
        run=_run(history),
        figures=_evaluations(history),
        facts=_facts(history),
        capabilities="".join(_suites(history.capabilities)),
    )
    text += _files_of(target, reference)
    (target / "README.md").write_text(text, encoding="utf-8", newline="\n")


def _network(shape: NetworkRecipe) -> str:
    cells = {"LSTM": "LSTM", "GRU": "GRU", "RNN": "plain tanh"}[shape.cell]
    layers = "one layer" if shape.layers == 1 else f"{shape.layers} layers"
    directions = "in one direction" if shape.directions == 1 else "in both directions"
    dense = f" a dense layer of {shape.dense_size} units," if shape.dense_size else ""
    applied = "after every word" if shape.directions == 1 else "where each direction ends"
    return (
        f"Word embedding ({shape.embedding_size} features), {layers} of {shape.hidden_size} "
        f"{cells} units {directions},{dense} one linear read-out, applied {applied}."
    )


def _command(recipe: Recipe) -> str:
    for name in (recipe.name, f"published/{recipe.name}"):
        # A user's own table may have the name of a recipe.
        if name in names() and load(name) == recipe:
            return (
                f"`make train RECIPE={name}`; every hyperparameter and its reason is in "
                f"`lstm_viz/training/recipes/{name}.toml`"
            )
    return "`python -m lstm_viz.training`; every hyperparameter is in `history.json`"


def _stages(history: History) -> str:
    parts = []
    for stage in history.stages:
        kept = f", the weights after {stage.kept:,} kept" if stage.kept < stage.steps else ""
        parts.append(f"{stage.name} ({stage.steps:,} updates{kept})")
    return f"Stages: {', '.join(parts)}."


def _run(history: History) -> str:
    facts = history.facts
    took = ", ".join(f"{stage.name} {stage.seconds / 60:.0f}" for stage in history.stages)
    threads = facts["threads of each"]
    cores = "one processor core" if threads == 1 else f"{threads} processor cores"
    device = cores if facts["device"] == "cpu" else str(facts["device"])
    together = "" if facts["processes"] == 1 else f" in {facts['processes']} processes"
    return (
        f"The stages took, in minutes on {device}{together}, measuring included: {took}. "
        f"PyTorch {facts['torch']}."
    )


def _choices(history: History) -> str:
    if any(one.part == "held-out" for one in history.figures):
        return _CHOICES.format(temperature=history.facts["temperature"])
    return _NO_CHOICES


def _evaluations(history: History) -> str:
    rows = "\n".join(_evaluation(one) for one in history.figures)
    return _FIGURES.format(rows=rows) if rows else _NO_FIGURES


def _evaluation(one: Evaluation) -> str:
    earlier = " · ".join(f"{share:.3f}" for share in one.accuracy_at[:-1])
    return (
        f"| {one.texts} | {one.number:,} | {one.accuracy:.3f} | {earlier} | "
        f"{one.calibration_error:.3f} |"
    )


def _facts(history: History) -> str:
    """Return the facts of a history other than those of the run."""
    rows = [
        f"| {name} | {value:.3f} |" if isinstance(value, float) else f"| {name} | {value} |"
        for name, value in history.facts.items()
        if not name.startswith(_RUN)
    ]
    return "\n| also measured | |\n|---|---|\n" + "\n".join(rows) + "\n" if rows else ""


def _suites(capabilities: tuple[SuiteResult, ...]) -> list[str]:
    found = []
    for suite in dict.fromkeys(one.suite for one in capabilities):
        own = [one for one in capabilities if one.suite == suite]
        rows = "\n".join(f"| {one.name} | {one.number} | {one.right:.0%} |" for one in own)
        wrong = "\n".join(f"- {text}" for one in own for text in one.wrong[:3]) or "- none"
        title = suite[:1].upper() + suite[1:]
        found.append(_SUITE.format(suite=title, rows=rows, wrong=wrong))
    return found


def list_files(target: Path, reference: ReferenceStatistics) -> None:
    """Rewrite the list of files in a card; a README of another form is left unchanged."""
    card = target / "README.md"
    if not exists(card):
        return
    before, heading, _ = card.read_text("utf-8").partition(_FILES)
    if heading:
        text = before + _files_of(target, reference)
        card.write_text(text, encoding="utf-8", newline="\n")


def _files_of(target: Path, reference: ReferenceStatistics | None) -> str:
    """Return the last part of a card."""
    measured = ""
    if reference:
        some = reference.measured < reference.words
        measured = _REFERENCE.format(
            file=reference_file.NAME,
            source=reference.source,
            texts=reference.texts,
            words=f"{reference.measured:,} of {reference.words:,}"
            if some
            else f"{reference.words:,}",
        )
    measured += "\n\n" if measured else ""
    return f"{_FILES}\n{measured}{_TABLE}" + "\n".join(_files(target)) + "\n"


def _files(target: Path) -> list[str]:
    names = ("config.json", "model.safetensors", reference_file.NAME, "vocabulary.txt")
    files = [
        *(target / name for name in names if exists(target / name)),
        *sorted((target / "checkpoints").glob("*.safetensors")),
    ]
    return [
        f"| `{file.relative_to(target).as_posix()}` | `{sha256(file.read_bytes()).hexdigest()}` |"
        for file in files
    ]
