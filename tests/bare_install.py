"""What lstm-viz does where no extra is installed: results and refusals, printed as JSON.

``tests/test_extras.py`` runs this with the packages of all extras out of reach; a release runs it
in a fresh environment, as ``docs/releasing.md`` says.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import lstm_viz
from lstm_viz.__main__ import main

AT_IMPORT = "torch" in sys.modules

import torch  # noqa: E402
from torch import nn  # noqa: E402

NUMBERS = torch.tensor([[1, 2, 3]])


class Model(nn.Module):
    """Reads numbers of words, and puts out two scores after each."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(100, 3)
        self.lstm = nn.LSTM(3, 4, batch_first=True)
        self.head = nn.Linear(4, 2)

    def forward(self, numbers):
        return self.head(self.lstm(self.embedding(numbers))[0])


def recorded(model, **options):
    """Return the one call of the model's layer."""
    with lstm_viz.record(model, **options) as recording:
        model(NUMBERS)
    return recording["lstm"]


def results(model):
    """Return what each use comes to."""
    call = recorded(model)
    shut = recorded(model, force=[lstm_viz.Force("output_gate", 0.0)])
    names = ("input_gate", "forget_gate", "candidate", "output_gate", "cell_state", "hidden_state")
    layer = {name: getattr(call.layers[0], name).detach() for name in names}
    own = lstm_viz.wrap(model, encode=lambda text: [*range(len(text.split()))], labels=["-", "+"])
    with TemporaryDirectory() as folder:
        call.save(Path(folder) / "call.npz")
        saved = lstm_viz.read(Path(folder) / "call.npz")
    return {
        "torch is loaded by the import": AT_IMPORT,
        "error": call.error,
        "hidden state of a shut gate": shut.layers[0].hidden_state.abs().max().item(),
        "verified": lstm_viz.verify(**layer).holds,
        "saved": saved.layers[0].cell_state.equal(call.layers[0].cell_state.detach()),
        "maps in a notebook": call._repr_html_().count("data:image/png"),
        "wrapped": own.trace("one two").error,
        "packaged": lstm_viz.load("imdb-lstm-32").predict(["Dull.", "A delight."]).tolist(),
    }


def refusals(model):
    """Return what is said where a package is missing, by its name."""
    call = recorded(model)
    uses = {
        "h5py": lambda: lstm_viz.load_keras("model.keras"),
        "jieba": lambda: lstm_viz.load("hotel-lstm").trace("很好"),
        "onnx": lambda: lstm_viz.load_onnx("model.onnx"),
        "pandas": call.to_dataframe,
        "streamlit": lambda: main(["app"]),
    }
    said = {}
    for package, use in uses.items():
        try:
            use()
        except (lstm_viz.LstmVizError, SystemExit) as error:
            said[package] = str(error)
    return said


if __name__ == "__main__":
    model = Model().eval()
    json.dump({"results": results(model), "refusals": refusals(model)}, sys.stdout, indent=2)
