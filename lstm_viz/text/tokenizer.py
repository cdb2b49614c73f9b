"""How is a text cut into tokens?

Words, contractions and punctuation, each as a span of the text as typed. It follows the Penn
Treebank where that helps a sentiment model: "didn't" is "did" and "n't", "it's" is "it" and "'s".
Nothing is lost: everything but white space and the ``<br />`` of the Large Movie Review Dataset
belongs to exactly one token.
"""

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

import regex

# Reviews of the Large Movie Review Dataset hold Windows-1252 punctuation that was decoded as
# Latin-1, which leaves control characters U+0080 to U+009F. The ones found in the data, and
# typographic signs that mean the same as a plain one, share a vocabulary entry.
_SAME_AS = str.maketrans(
    {
        "\x84": '"', "\x85": "...", "\x8b": "'", "\x91": "'", "\x92": "'", "\x93": '"',
        "\x94": '"', "\x95": "*", "\x96": "-", "\x97": "--", "\x9b": "'", "\x82": "'",
        "‘": "'", "’": "'", "‛": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"',
        "«": '"', "»": '"', "–": "-", "—": "--", "‐": "-", "‑": "-", "…": "...",
    }
)  # fmt: skip

_OTHER_WIDTH = str.maketrans("`–—", "｀︲︱")
_CACHED_LENGTH = 64  # letters of a token whose key is cached

_TOKEN = regex.compile(
    r"""
      n['’\x92]t\b                                      # n't, alone or after the next line
    | [\p{L}\p{M}]+?(?=n['’\x92]t\b)                    # did in didn't
    | ['’\x92](?:s|re|ve|ll|d|m)\b                      # 's, 're, 've, 'll, 'd, 'm
    | [\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*                  # a word or a number
    | \.{2,} | -{2,}                                    # an ellipsis, a dash
    | \p{Regional_Indicator}{2}                         # a flag
    # any other sign, with what joins it: accents, skin tones, the rest of a family
    | (?:\x85|[^\s\x1c-\x1f])(?:\p{M}|\p{Emoji_Modifier}|\u200d\p{Extended_Pictographic})*
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_BREAK = regex.compile(r"<br />")
_LONE = re.compile("[\ud800-\udfff]")  # half of a pair


def spans(text: str) -> list[tuple[int, int]]:
    """Return where each token of a text is.

    Args:
        text: any string; lone surrogates and control characters count as signs.

    Returns:
        ``(start, end)`` per token in reading order; ``text[start:end]`` is the token as typed.

    Law:
        Spans never overlap and hold no white space; between them is only white space or
        ``<br />``. U+0085 counts as a sign: in the reviews it is a damaged ellipsis.
    """
    return [*_spans(text)]


def is_blank(text: str) -> bool:
    """Whether a text has no token; stops at the first one."""
    return next(_spans(text), None) is None


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _BREAK.finditer(text):
        yield from (token.span() for token in _TOKEN.finditer(text, start, match.start()))
        start = match.end()
    yield from (token.span() for token in _TOKEN.finditer(text, start))


def key_of(token: str) -> str:
    """Return the vocabulary entry of a token: lower case, plain quotes and dashes, NFKC."""
    return _cached_key(token) if len(token) <= _CACHED_LENGTH else _key_of(token)


def _key_of(token: str) -> str:
    return unicodedata.normalize("NFKC", token.translate(_SAME_AS)).lower()


# Long tokens are rare, and caching them could fill the memory.
_cached_key = lru_cache(maxsize=200_000)(_key_of)


def is_key(word: str) -> bool:
    """Whether some token has this vocabulary entry."""
    if _key_of(word) == word:
        return True
    # Not every key is its own key: a few full-width signs become signs that have another key, and a
    # capital with a mark may become a letter and a separate mark.
    typed = (form.translate(signs) for form in (word, word.upper()) for signs in ({}, _OTHER_WIDTH))
    return any(_key_of(token) == word for token in typed)


def is_token(word: str) -> bool:
    """Whether some single token has this entry, given that it is a key."""
    if spans(word) == [(0, len(word))]:
        return True
    # The key of one sign may be several signs, even with spaces: "½" has "1⁄2".
    typed = word
    for several, sign in _of_several().items():
        typed = typed.replace(several, sign)
    return spans(typed) == [(0, len(typed))] and _key_of(typed) == word


@cache
def _of_several() -> dict[str, str]:
    """Return the signs whose key is cut into several tokens, by key; the longest key first."""
    found: dict[str, str] = {}
    signs = (chr(code) for code in range(sys.maxunicode + 1))
    for sign in sorted(filter(unicodedata.decomposition, signs), key=lambda s: not s.isalnum()):
        key = _key_of(sign)
        if spans(sign) and spans(key) != [(0, len(key))]:
            found.setdefault(key, sign)
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def replace_surrogates(text: str) -> str:
    """Return a text as it can be sent to a browser: each lone surrogate becomes U+FFFD.

    One character replaces one character, so that spans stay where they are.
    """
    return _LONE.sub("\ufffd", text)
