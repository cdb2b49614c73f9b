"""How does a sentence that holds a reader's words stay a sentence? By escaping all markup in it."""

import re

_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")  # the punctuation that Markdown lets one escape


def literal(text: str) -> str:
    """Return a text that Streamlit's Markdown shows exactly as it is."""
    return _MARKUP.sub(r"\\\1", text)
