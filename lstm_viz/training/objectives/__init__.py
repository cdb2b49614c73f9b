"""What a stage minimizes: the loss of the next word, or of a classification."""

from torch import nn

from lstm_viz.model.network import Network
from lstm_viz.training.objectives.classification import Classification
from lstm_viz.training.objectives.next_word import NextWord
from lstm_viz.training.recipe import Recipe, Stage
from lstm_viz.training.texts.corpus import Texts


def objective(network: Network, texts: Texts, stage: Stage, recipe: Recipe) -> nn.Module:
    """Return the module whose loss a stage minimizes."""
    if stage.task == "next word":
        return NextWord(network, texts, stage, recipe.text)
    return Classification(network, stage, recipe.text)
