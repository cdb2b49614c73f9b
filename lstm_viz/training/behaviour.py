from lstm_viz.model import Classifier
from lstm_viz.model.history import Capability


def measure(classifier: Classifier) -> tuple[Capability, ...]:
    return ()
