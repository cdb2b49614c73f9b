"""Which part does a text belong to, where its publisher made none?"""

import unicodedata
from hashlib import md5


def key_of(text: str) -> str:
    """Return a text's letters and digits alone: equal for what differs in spacing and signs."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).lower()))


def split_of(text: str) -> str:
    """Return train, dev or test, by nothing but the letters and digits of the text.

    The MD5 of ``key_of(text)``, as an integer modulo 10: 0 is test, 1 dev, 2 to 9 train. So texts
    that are equal up to spacing and punctuation always share a part, in all data sets.
    """
    number = int(md5(key_of(text).encode(), usedforsecurity=False).hexdigest(), 16) % 10
    return {0: "test", 1: "dev"}.get(number, "train")
