"""Run by another Python process: builds models with Keras itself, saves them and what they say.

python keras_writer.py FOLDER
"""

import importlib
import os
import sys
from pathlib import Path

import numpy as np

os.environ.setdefault("KERAS_BACKEND", "torch")
keras = importlib.import_module(os.environ.get("KERAS_MODULE", "keras"))
layers = keras.layers

WORDS, STEPS = 30, 9


def embedding(**options):
    return [layers.Embedding(WORDS, 4, **options)]


def chain(*stack):
    return keras.Sequential([layers.Input((STEPS,), dtype="int32"), *stack])


def functional(*stack):
    values = given = layers.Input((STEPS,), dtype="int32")
    for layer in stack:
        values = layer(values)
    return keras.Model(given, values)


def models():
    """Return every model by name."""
    L = layers  # noqa: N806  (as Keras itself is used)
    two, three = L.Dense(2, activation="softmax"), L.Dense(3, activation="softmax")
    masked = {"mask_zero": True}
    return {
        "lstm": chain(*embedding(), L.LSTM(5), L.Dense(1, activation="sigmoid")),
        "gru": chain(*embedding(), L.GRU(5), two),
        "rnn": chain(*embedding(), L.SimpleRNN(5), L.Dense(3)),
        "relu": chain(*embedding(), L.SimpleRNN(5, activation="relu", use_bias=False), three),
        "no_bias": chain(
            *embedding(), L.LSTM(5, use_bias=False), L.Dense(2, use_bias=False)
        ),
        "stacked": chain(
            *embedding(),
            L.SpatialDropout1D(0.2),
            L.LSTM(5, return_sequences=True, name="first"),
            L.Dropout(0.2),
            L.GRU(4, return_sequences=True),
            L.LSTM(3, dropout=0.2, recurrent_dropout=0.2),
            L.Dense(6, activation="relu"),
            L.Dense(2, activation="softmax"),
        ),
        "both": chain(*embedding(), L.Bidirectional(L.LSTM(5)), L.Dense(2, activation="softmax")),
        "both_sequences": chain(
            *embedding(),
            L.Bidirectional(L.GRU(5, return_sequences=True), name="way_and_back"),
            L.Bidirectional(L.LSTM(3)),
            L.Dense(2, activation="softmax"),
        ),
        "sum": chain(*embedding(), L.Bidirectional(L.LSTM(5), merge_mode="sum"), L.Dense(2)),
        "ave": chain(*embedding(), L.Bidirectional(L.GRU(5), merge_mode="ave"), L.Dense(2)),
        "mul": chain(
            *embedding(),
            L.Bidirectional(L.SimpleRNN(5, return_sequences=True), merge_mode="mul"),
            L.GlobalMaxPooling1D(),
            L.Dense(2),
        ),
        "masked": chain(
            *embedding(**masked), L.LSTM(5, return_sequences=True), L.GRU(4), L.Dense(2)
        ),
        "masked_both": chain(
            *embedding(**masked),
            L.Bidirectional(L.LSTM(5, return_sequences=True)),
            L.Bidirectional(L.GRU(4)),
            L.Dense(2, activation="softmax"),
        ),
        "masked_steps": chain(
            *embedding(**masked),
            L.LSTM(5, return_sequences=True),
            L.TimeDistributed(L.Dense(3, activation="softmax")),
        ),
        "masked_both_steps": chain(
            *embedding(**masked),
            L.Bidirectional(L.LSTM(5, return_sequences=True)),
            L.Dense(3, activation="tanh"),
        ),
        "masked_mean": chain(
            *embedding(**masked), L.LSTM(5, return_sequences=True), L.GlobalAveragePooling1D(),
            L.Dense(2), L.Activation("softmax"),
        ),
        "functional": functional(
            *embedding(), L.LSTM(5, return_sequences=True), L.GRU(4), L.Dense(2)
        ),
        "functional_masked": functional(
            *embedding(**masked), L.LSTM(5, return_sequences=True), L.Bidirectional(L.GRU(4)),
            L.Dense(2, activation="softmax"),
        ),
        "features": keras.Sequential(
            [L.Input((STEPS, 3)), L.LSTM(5, return_sequences=True), L.Dense(2, activation="gelu")]
        ),
        "crossed_names": chain(
            L.Embedding(WORDS, 4, name="dense_1"),
            L.LSTM(5, name="embedding"),
            L.Dense(5, name="dense"),
            L.Dense(5, name="lstm"),
        ),
        "masked_to_zero": chain(
            *embedding(**masked), L.LSTM(5, zero_output_for_mask=True), L.Dense(2)
        ),
        "frozen": chain(*embedding(), half_frozen(), L.Dense(2)),
        "lazy": trained(
            keras.Sequential([*embedding(), L.LSTM(5), L.Dropout(0.3), L.Dense(2)])
        ),
    }  # fmt: skip


def half_frozen():
    """A layer of two directions, the first of which does not learn: HDF5 has it last."""
    layer = layers.Bidirectional(layers.LSTM(5))
    layer.forward_layer.trainable = False
    return layer


def trained(model):
    """A model that knows its shapes only from training, and is saved with its optimizer."""
    model.compile("adam", "mse")
    model.fit(np.ones((4, STEPS), int), np.zeros((4, 2)), verbose=0)
    return model


class Reversed(keras.Sequential):
    """A model that runs its layers in a way of its own."""

    def call(self, *arguments, **options):
        return 1 - super().call(*arguments, **options)


class Tripled(layers.Dense):
    """A layer that computes something of its own."""

    def call(self, values):
        return 3 * super().call(values)


def otherwise():
    """Return models that do not run one layer after the other, by name."""
    L = layers  # noqa: N806
    given = L.Input((STEPS,), dtype="int32")
    embedded = L.Embedding(WORDS, 4)(given)
    masked = L.Embedding(WORDS, 4, mask_zero=True)(given)
    ones = [keras.ops.ones((6, 5))] * 2
    hidden = L.LSTM(5)(embedded)
    return {
        "explicit_mask": keras.Model(
            given, L.LSTM(5)(embedded, mask=keras.ops.not_equal(given, 0))
        ),
        "other_mask": keras.Model(given, L.LSTM(5)(masked, mask=keras.ops.not_equal(given, 3))),
        "initial_state": keras.Model(given, L.LSTM(5)(embedded, initial_state=ones)),
        "two_outputs": keras.Model(given, [hidden, L.Dense(2)(hidden)]),
        "own_model": Reversed([given, *embedding(), L.LSTM(5)]),
        "own_layer": chain(*embedding(), L.LSTM(5), Tripled(2)),
        "half": chain(*embedding(), L.Bidirectional(L.LSTM(5, dtype="mixed_bfloat16"))),
    }


REFUSED = {
    "hard_sigmoid": lambda L: L.LSTM(5, recurrent_activation="hard_sigmoid"),  # noqa: N803
    "relu_lstm": lambda L: L.LSTM(5, activation="relu"),  # noqa: N803
    "reset_before": lambda L: L.GRU(5, reset_after=False),  # noqa: N803
    "backwards": lambda L: L.LSTM(5, go_backwards=True),  # noqa: N803
    "convolution": lambda L: L.Conv1D(5, 2),  # noqa: N803
    "unlike": lambda L: L.Bidirectional(  # noqa: N803
        L.LSTM(5), backward_layer=L.LSTM(5, use_bias=False, go_backwards=True)
    ),
}


def numbers(rng):
    found = rng.integers(1, WORDS, (6, STEPS))
    found[1, :4] = 0  # padding before,
    found[2, 5:] = 0  # behind,
    found[3, [0, 3, 4, 8]] = 0  # and in between;
    found[4, :-1] = 0  # one word
    return found


def main(folder):
    rng = np.random.default_rng(0)
    for name, model in models().items():
        model.set_weights([rng.normal(0, 0.6, w.shape) for w in model.get_weights()])
        given = numbers(rng) if name != "features" else rng.normal(size=(4, STEPS, 3))
        np.savez(folder / f"{name}.npz", given=given, said=model.predict(given, verbose=0))
        for suffix in os.environ.get("KERAS_SUFFIXES", "keras,h5").split(","):
            model.save(folder / f"{name}.{suffix}")
    for name, make in REFUSED.items():
        stack = (
            [make(layers), layers.GlobalMaxPooling1D()] if name == "convolution" else [make(layers)]
        )
        for suffix in os.environ.get("KERAS_SUFFIXES", "keras,h5").split(","):
            chain(*embedding(), *stack, layers.Dense(2)).save(folder / f"{name}.{suffix}")
    for name, model in otherwise().items():
        model.save(folder / f"{name}.keras")
    two = layers.Input((STEPS, 3)), layers.Input((STEPS, 3))
    joined = layers.Dense(2)(layers.LSTM(4)(layers.Add()(list(two))))
    keras.Model(list(two), joined).save(folder / "branched.keras")
    chain(*embedding(), layers.Flatten(), layers.Dense(2)).save(folder / "flat.keras")
    lstm = chain(*embedding(), layers.LSTM(4))
    lstm.save_weights(folder / "alone.weights.h5")


main(Path(sys.argv[1]))
