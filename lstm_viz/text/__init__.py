"""Text in, tokens out: where each token is in the text, and whether the model knows it."""

from lstm_viz.text.encoding import Encoding, TextEncoder
from lstm_viz.text.tokenizer import is_blank, key_of, replace_surrogates, spans
from lstm_viz.text.vocabulary import Token, Vocabulary

__all__ = [
    "Encoding",
    "TextEncoder",
    "Token",
    "Vocabulary",
    "is_blank",
    "key_of",
    "replace_surrogates",
    "spans",
]
