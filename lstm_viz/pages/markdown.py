"""How is text that others wrote shown safely? By escaping all markup in it, or nearly all."""

import re

from lstm_viz.text import replace_surrogates

_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")  # the punctuation that Markdown lets one escape
# Without going back: a line of brackets that are never closed would take the square of its length.
_LINK = re.compile(r"!?\[([^\[\]]*+)\]\(([^()\s]*+)[^()]*+\)")
_CODE_OR_BOLD = re.compile(r"(`[^`]+`|\*\*[^*`\s][^*`]*\*\*)")
_BEGIN = re.compile(r"( {0,3})(#{1,6}|[-*+]|\d{1,9}\.)\s+(.*)")
_RULE = re.compile(r"[\s:|-]+")
_FENCE = "```"
_DEEPER = 2  # levels that headings of a document go down, below those of the page


def escape_markdown(text: str) -> str:
    """Return a text that Streamlit's Markdown shows exactly as it is; lone surrogates as U+FFFD."""
    return _MARKUP.sub(r"\\\1", replace_surrogates(text))


def sanitize_markdown(document: str) -> str:
    """Return a Markdown document that keeps only headings, lists, tables, code and bold type.

    Everything else is shown as it is written: HTML, pictures and formulas have no effect, and a
    link becomes its words followed by its address, so that no address hides behind other words.
    """
    found, fenced = [], False
    for line in document.splitlines():
        if line.strip().startswith(_FENCE):
            fenced = not fenced
            found.append(_FENCE)
        else:
            found.append(line if fenced else _line(line))
    return "\n".join(found)


def _line(line: str) -> str:
    begin = _BEGIN.fullmatch(line)
    if begin:
        indent, sign, rest = begin.groups()
        deeper = "#" * min(len(sign) + _DEEPER, 6) if sign[0] == "#" else sign
        return f"{indent}{deeper} {_inline(rest)}"
    if line.startswith("|"):
        cells = line.strip().strip("|").split("|")
        rule = _RULE.fullmatch(line) is not None
        return f"| {' | '.join(cell.strip() if rule else _inline(cell) for cell in cells)} |"
    return _inline(line)


def _inline(text: str) -> str:
    parts = _CODE_OR_BOLD.split(_LINK.sub(r"\1 (\2)", text.strip()))
    return "".join(_part(part, is_markup=index % 2 == 1) for index, part in enumerate(parts))


def _part(part: str, *, is_markup: bool) -> str:
    if not is_markup:
        return escape_markdown(part)
    return part if part[0] == "`" else f"**{escape_markdown(part[2:-2])}**"
