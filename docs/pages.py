"""Writes the table of pages in README.md from the list that the program itself uses.

python -m docs.pages
"""

import re
from pathlib import Path

from lstm_viz.pages import PAGES

README = Path(__file__).parents[1] / "README.md"
_HEAD = "| page | answers |\n|---|---|\n"


def table() -> str:
    """Return the pages with their questions, as Markdown."""
    return _HEAD + "".join(f"| {page.title} | {page.question} |\n" for page in PAGES)


def written(document: str) -> str:
    """Return a document with the table of pages in the place of the one it has."""
    return re.sub(re.escape(_HEAD) + r"(\|.*\n)*", lambda _: table(), document)


if __name__ == "__main__":
    README.write_text(written(README.read_text("utf-8")), "utf-8")
