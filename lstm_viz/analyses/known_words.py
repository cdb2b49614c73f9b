"""Does a model know enough of the words of a text for its prediction to be about the text?"""

from lstm_viz.model import TextTrace

LEAST_KNOWN = 1 / 3  # share of known words below which a prediction says nothing about a text


def known_words(trace: TextTrace) -> tuple[int, int]:
    """Return how many words of a text a model knows, and how many there are.

    Punctuation, which models of all languages share, counts only where there is nothing else.
    """
    known = [one.known for one in trace.tokens if any(sign.isalnum() for sign in one.text)]
    known = known or [one.known for one in trace.tokens]
    return sum(known), len(known)


def is_readable(trace: TextTrace) -> bool:
    """Whether a model knows at least a third of the words of a text."""
    known, count = known_words(trace)
    return known >= LEAST_KNOWN * count
