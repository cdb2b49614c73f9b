"""What is read at each step of a stage, and what is learnt from it?"""

from dataclasses import replace
from functools import partial

import numpy as np
from jaxtyping import Int
from torch import nn

from lstm_viz.model.history import Curve
from lstm_viz.model.network import Network
from lstm_viz.training.loop import Plan, Snapshot
from lstm_viz.training.objectives.classification import Verdict
from lstm_viz.training.objectives.next_word import NextWord
from lstm_viz.training.recipe import Recipe, Stage, TextRecipe
from lstm_viz.training.texts import batches
from lstm_viz.training.texts.batches import Batch
from lstm_viz.training.texts.corpus import Texts

_STRETCH = 256  # words of one text in one epoch of next words: another stretch each time
_WATCHED = 500  # held-out texts whose next words are predicted
_WORDS_AT_ONCE = 8_192
Order = list[Int[np.ndarray, " batch"]]


def objective(network: Network, texts: Texts, stage: Stage, recipe: Recipe) -> nn.Module:
    """Return the module whose loss a stage makes small."""
    if stage.task == "next word":
        return NextWord(network, texts, stage, recipe.text)
    return Verdict(network, stage, recipe.text)


def plan(
    recipe: Recipe,
    stage: Stage,
    texts: Texts,
    short: Texts | None,
    watched: dict[Curve, Texts],
    snapshot: Snapshot,
) -> Plan:
    """Plan a stage.

    Args:
        recipe: for seeds and lengths.
        stage: to be planned.
        texts: that are read.
        short: that are read beside them at every step, if the stage asks for that.
        watched: what the stage is measured on, by the name of the curve.
        snapshot: see ``Plan``.
    """
    reading = recipe.text
    if stage.task == "next word":
        reading = replace(reading, longest=min(_STRETCH, reading.longest))
    seed = _seed(recipe, stage)
    epochs = [_order(texts, stage, reading, seed + epoch) for epoch in range(stage.epochs)]
    main = [batch for epoch in epochs for batch in epoch]
    main = main[: stage.steps] if stage.steps else main
    ends = np.cumsum([len(epoch) for epoch in epochs])
    beside = _beside(short, stage, len(main), seed) if short and stage.short_epochs else None

    def of_step(step: int) -> list[Batch]:
        found = [_side_by_side(texts, main[step], stage, reading, seed + step)]
        if short and beside:
            found.append(_side_by_side(short, beside[step], stage, reading, seed + step))
        return found

    return Plan(
        recipe=stage,
        batches=of_step,
        steps=len(main),
        epochs=tuple(ends[ends <= len(main)].tolist()),
        seed=seed,
        watched={name: partial(_watched, part, stage, reading) for name, part in watched.items()},
        snapshot=snapshot,
    )


def _order(texts: Texts, stage: Stage, reading: TextRecipe, seed: int) -> Order:
    if stage.texts_per_batch:
        return batches.plain_order(len(texts), stage.texts_per_batch, seed)
    lengths = np.minimum(texts.lengths, reading.longest)
    return batches.order(lengths, stage.words_per_batch, seed)


def _beside(short: Texts, stage: Stage, steps: int, seed: int) -> Order:
    """Share short texts out so that they are read as often as the stage asks for."""
    words = stage.short_epochs * stage.epochs * short.numbers.size / steps
    found: Order = []
    while len(found) < steps:
        found += batches.order(short.lengths, max(64, int(words * 1.05)), seed + 500 + len(found))
    return found


def _side_by_side(
    texts: Texts, chosen: Int[np.ndarray, " batch"], stage: Stage, reading: TextRecipe, seed: int
) -> Batch:
    put = batches.levelled if stage.asked == "beginning" else batches.padded
    return put(texts, chosen, reading, seed)


def _watched(texts: Texts, stage: Stage, reading: TextRecipe) -> list[list[Batch]]:
    if stage.task == "next word":
        texts = texts.only(np.arange(min(_WATCHED, len(texts))))
    lengths = np.minimum(texts.lengths, reading.longest)
    shares = batches.order(lengths, _WORDS_AT_ONCE, 0)
    return [
        [_side_by_side(texts, chosen, stage, reading, number)]
        for number, chosen in enumerate(shares)
    ]


def _seed(recipe: Recipe, stage: Stage) -> int:
    """Return a seed of the stage's own: another order, other ends and other dropout."""
    place = [one.name for one in recipe.stages].index(stage.name)
    return recipe.seed + 1_000_000 * place
