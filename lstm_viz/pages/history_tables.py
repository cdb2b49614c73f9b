"""How good is a model, and how was it trained? The tables of the Models page."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import streamlit as st

from lstm_viz.model.history import Evaluation, History, SuiteResult
from lstm_viz.pages.markdown import escape_markdown

_MOST_SUITES, _MOST_ROWS = 6, 200  # that are drawn; a file may hold any number
_LONGEST = 1_000  # characters of a cell

_Any = TypeVar("_Any")
_BETWEEN = "\N{NO-BREAK SPACE}· "  # a narrow column breaks behind the dot


def first_of(found: Sequence[_Any], most: int, what: str) -> Sequence[_Any]:
    """Return the first few, and say so on the page if there are more."""
    if len(found) > most:
        st.caption(
            f"These are the first {most} of {len(found):,} {what}; history.json has all of them."
        )
    return found[:most]


def evaluations(found: tuple[Evaluation, ...]) -> None:
    """Draw how good the predictions are on labelled texts."""
    st.table(
        [
            {
                "Texts": text(_texts(one)),
                "Count": f"{one.number:,}",
                "At the end": f"{one.accuracy:.3f}",
                "After ¼ · ½ · ¾": _BETWEEN.join(f"{share:.3f}" for share in one.accuracy_at[:-1]),
                "Calibration error": _calibration(one),
            }
            for one in first_of(found, _MOST_ROWS, "evaluations")
        ],
        border="horizontal",
        alt="Accuracy on labelled texts",
    )
    st.caption(
        "Accuracy is the share of texts that the model gets right, at their end and after a "
        "quarter, half and three quarters of their words. Test parts were read once, at the end; "
        "all choices were made on held-out texts. The calibration error is the mean gap between "
        "confidence and accuracy."
    )


def _texts(figure: Evaluation) -> str:
    named = figure.part in figure.texts
    return figure.texts if named else f"{figure.texts}, {figure.part} part"


def _calibration(figure: Evaluation) -> str:
    return f"{figure.calibration_error:.3f}" if figure.calibration_error_at else "not known"


def capabilities(found: tuple[SuiteResult, ...]) -> None:
    """Draw what the model can do, by suite of test sentences."""
    suites = list(dict.fromkeys(one.suite for one in found))
    for number, suite in enumerate(first_of(suites, _MOST_SUITES, "suites")):
        every = [one for one in found if one.suite == suite]
        # An anchor of its own: the card has a heading of the same words.
        st.subheader(text(suite[:1].upper() + suite[1:]), anchor=f"suite-{number}")
        own = first_of(every, _MOST_ROWS, "capabilities")
        st.table(
            [
                {
                    "Capability": text(one.name),
                    "Cases": f"{one.number:,}",
                    "Passed": f"{one.right:.0%}",
                }
                for one in own
            ],
            border="horizontal",
            width="content",
            alt=f"Share of cases passed: {suite[:_LONGEST]}",
        )
        wrong = [f"- {text(one.name)}: {text(case)}" for one in own for case in one.wrong]
        if wrong:
            with st.expander("Failures", key=f"wrong_{number}"):
                st.markdown("\n".join(first_of(wrong, _MOST_ROWS, "failures")))


def recipe(made: History) -> None:
    """Draw the hyperparameters and all other measurements, folded away."""
    for title, values in (("Hyperparameters", made.recipe), ("Other measurements", made.facts)):
        rows = [{"Name": text(name), "Value": text(value)} for name, value in _flat(values)]
        if rows:
            with st.expander(title, key=title):
                rows = [*first_of(rows, _MOST_ROWS, "values")]
                st.table(rows, border="horizontal", width="content", alt=title)


def _flat(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Return values by name; a value one level down has the names of both levels."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from ((f"{name}, {inner}", str(one)) for inner, one in value.items())
        else:
            yield name, str(value)


def text(value: str) -> str:
    """Return a text on one line, literally and cut, for a cell or a heading."""
    line = " ".join(value.split())
    return escape_markdown(line if len(line) <= _LONGEST else f"{line[:_LONGEST]} …")
