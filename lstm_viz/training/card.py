"""The model card: what a model is, how it was made, and how good it is, in figures measured."""

from hashlib import sha256
from pathlib import Path

import torch

from lstm_viz.training.loop import Progress
from lstm_viz.training.quality import Behaviour, Quality
from lstm_viz.training.recipe import Recipe

_CARD = """# {name}

An LSTM that says after every word whether an English film review is negative or positive so far.

**What it is.** Word embedding ({embedding_size} features, {vocabulary_size:,} words), one LSTM
layer in one direction ({hidden_size} units), one linear read-out of the hidden state, applied
after every word. Weights in half precision. Made to be looked into, not to be the best classifier.

**Data.** The Large Movie Review Dataset (Maas et al. 2011): {fit_share:.0%} of its labelled
training reviews, by movie, and its unlabelled reviews without those that repeat a labelled text;
the Stanford Sentiment Treebank (Socher et al. 2013): training sentences and phrases; and
{sentences:,} sentences generated from the frames in `lstm_viz/training/sentences.toml`. Both data
sets were published for research without naming a licence; no text of theirs is part of this
folder. The vocabulary comes from the training parts alone.

**How it was made.** `make train RECIPE={name}`, seed {seed}: (1) embedding and LSTM learn to
predict the next word; (2) a first classifier and a linear model of words and word pairs label the
unlabelled reviews, averaged; (3) the classifier is trained on both kinds of labels and on the
sentences, with a loss after every word; (4) its logits are divided by {temperature:.3f}, fitted
on held-out reviews. Every choice was made on held-out movies, on the treebank's development
sentences and on one half of the sentences below; the test parts were read once, at the end.

{run}

## Figures

| texts | number | right at the end | right after ¼ · ½ · ¾ | calibration error |
|---|---|---|---|---|
{rows}

The calibration error compares confidence with the share of right answers in ten equal bins, after
a quarter, half, three quarters and the whole of each text; the figure is the mean of the four.

**Sentences written to test it** (`lstm_viz/training/behaviour.tsv`; the half that no choice was
made on): {overall:.0%} of {suite_size} right.

| capability | sentences | right |
|---|---|---|
{capabilities}

Read wrongly:

{wrong}

## What its units are not evidence of

They are what one small model, one seed and this data ended up with. A unit that follows negation
here is no evidence that LSTMs in general have such a unit, nor that people read like this.

## Limits

English film reviews only. Short sentences unlike reviews, sarcasm and reported opinions are often
misread. The prediction half-way is a guess at how the review will end, not a judgement of the half.

## Files

| file | SHA-256 |
|---|---|
{files}
"""


def write(
    target: Path,
    recipe: Recipe,
    stages: dict[str, Progress],
    held_out: dict[str, Quality],
    tested: dict[str, Quality],
    suite: Behaviour,
    temperature: float,
) -> None:
    """Write the card of a finished model.

    Args:
        target: the model's folder; its files are listed with their hashes.
        recipe: that it was made by.
        stages: what each took.
        held_out: figures by name, on texts that choices were made on.
        tested: figures by name, on the test parts.
        suite: figures on the test sentences.
        temperature: that the logits were divided by.
    """
    rows = [_row(f"{name}, test part", value) for name, value in tested.items()]
    rows += [_row(name, value) for name, value in held_out.items()]
    kinds = [f"| {k} | {n} | {suite.right[k]:.0%} |" for k, n in suite.sentences.items()]
    hashes = [
        f"| `{file}` | `{sha256((target / file).read_bytes()).hexdigest()}` |"
        for file in ("config.json", "model.safetensors", "usual.safetensors", "vocabulary.txt")
    ]
    text = _CARD.format(
        name=recipe.name,
        embedding_size=recipe.embedding_size,
        seed=recipe.seed,
        vocabulary_size=recipe.vocabulary_size,
        hidden_size=recipe.hidden_size,
        fit_share=1 - recipe.held_out_share,
        sentences=recipe.sentences,
        temperature=temperature,
        rows="\n".join(rows),
        overall=suite.overall,
        suite_size=sum(suite.sentences.values()),
        capabilities="\n".join(kinds),
        wrong="\n".join(f"- {text}" for text in suite.wrong),
        files="\n".join(hashes),
        run=_run(stages),
    )
    (target / "README.md").write_text(text, encoding="utf-8", newline="\n")


def _row(name: str, value: Quality) -> str:
    places = " · ".join(f"{share:.3f}" for share in value.accuracy_at[:-1])
    return (
        f"| {name} | {value.texts:,} | {value.accuracy:.3f} | {places} | "
        f"{value.calibration_error:.3f} |"
    )


def _run(stages: dict[str, Progress]) -> str:
    took = ", ".join(f"{name} {stage.seconds / 60:.0f}" for name, stage in stages.items())
    return (
        f"The stages took, in minutes on {torch.get_num_threads()} processor cores: {took}. "
        f"PyTorch {torch.__version__}."
    )
