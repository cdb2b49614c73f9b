"""Text in, tokens out: where each token stands in the text as typed, and which the model knows."""

from lstm_viz.text.encoding import Encoding, Reader
from lstm_viz.text.tokenizer import key_of, shown, spans
from lstm_viz.text.vocabulary import Token, Vocabulary

__all__ = ["Encoding", "Reader", "Token", "Vocabulary", "key_of", "shown", "spans"]
