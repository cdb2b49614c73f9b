"""The pages, each answering one question: get, choose, compute, show.

The frame, the tests and the README take their list of pages from here.
"""

from dataclasses import dataclass

from lstm_viz.pages.needs import Need


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        stem: of its script in this folder, and its address.
        title: in its link.
        question: that it answers.
        needs: what a model must have for the page to make sense.
        has_own_text: whether a text is typed in the page itself.
    """

    stem: str
    title: str
    question: str
    needs: tuple[Need, ...] = ()
    has_own_text: bool = False


PAGES = (
    Page(
        "read",
        "Read",
        "What does the model think after each word, and what do its gates do?",
        has_own_text=True,
    ),
    Page("gates", "Gates", "How open is each gate, for each unit, at each word?"),
    Page("models", "Models", "Which models are there, how were they made, and how good are they?"),
)
