"""The texts of each step of a stage."""

from dataclasses import replace
from functools import partial

import numpy as np
from jaxtyping import Int

from lstm_viz.model.history import Curve
from lstm_viz.training.loop import Plan, Snapshot
from lstm_viz.training.recipe import Recipe, Stage, TextRecipe
from lstm_viz.training.texts.batches import (
    Batch,
    batches_by_length,
    equal_length,
    padded,
    random_batches,
)
from lstm_viz.training.texts.corpus import Texts

_NEXT_WORDS = 256  # most words of a text in one epoch of next words, elsewhere in each epoch
_WATCHED = 500  # held-out texts whose next words are predicted
_WORDS_AT_ONCE = 8_192
Order = list[Int[np.ndarray, " batch"]]


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
        texts: to train on.
        short: texts that join every step, if the stage asks for them.
        watched: texts to measure the stage on, by the name of the curve.
        snapshot: see ``Plan``.
    """
    limits = recipe.text
    if stage.task == "next word":
        limits = replace(limits, longest=min(_NEXT_WORDS, limits.longest))
    seed = _seed(recipe, stage)
    epochs = [_order(texts, stage, limits, seed + epoch) for epoch in range(stage.epochs)]
    main = [batch for epoch in epochs for batch in epoch]
    main = main[: stage.steps] if stage.steps else main
    ends = np.cumsum([len(epoch) for epoch in epochs])
    beside = _order_of_short(short, stage, len(main), seed) if short and stage.short_epochs else []

    def batches_of(step: int) -> list[Batch]:
        found = [_batch(texts, main[step], stage, limits, seed + step)]
        if short and beside:
            found.append(_batch(short, beside[step], stage, limits, seed + step))
        return found

    return Plan(
        recipe=stage,
        batches=batches_of,
        steps=len(main),
        epochs=tuple(ends[ends <= len(main)].tolist()),
        seed=seed,
        watched={name: partial(_watched, part, stage, limits) for name, part in watched.items()},
        snapshot=snapshot,
    )


def _order(texts: Texts, stage: Stage, limits: TextRecipe, seed: int) -> Order:
    if stage.texts_per_batch:
        return random_batches(len(texts), stage.texts_per_batch, seed)
    lengths = np.minimum(texts.lengths, limits.longest)
    return batches_by_length(lengths, stage.words_per_batch, seed)


def _order_of_short(short: Texts, stage: Stage, steps: int, seed: int) -> Order:
    """Spread short texts over the steps, so that each is used as often as the stage asks for."""
    words = max(64, int(stage.short_epochs * stage.epochs * short.numbers.size / steps * 1.05))
    found: Order = []
    while len(found) < steps:
        found += batches_by_length(short.lengths, words, seed + 500 + len(found))
    return found


def _batch(
    texts: Texts, chosen: Int[np.ndarray, " batch"], stage: Stage, limits: TextRecipe, seed: int
) -> Batch:
    make = equal_length if stage.loss_at == "beginning" else padded
    return make(texts, chosen, limits, seed)


def _watched(texts: Texts, stage: Stage, limits: TextRecipe) -> list[list[Batch]]:
    if stage.task == "next word":
        texts = texts.only(np.arange(min(_WATCHED, len(texts))))
    lengths = np.minimum(texts.lengths, limits.longest)
    order = batches_by_length(lengths, _WORDS_AT_ONCE, 0)
    return [[_batch(texts, chosen, stage, limits, number)] for number, chosen in enumerate(order)]


def _seed(recipe: Recipe, stage: Stage) -> int:
    """Return a seed for the stage, so that each has its own order and dropout."""
    place = [one.name for one in recipe.stages].index(stage.name)
    return recipe.seed + 1_000_000 * place
