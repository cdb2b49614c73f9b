"""What the README shows runs, and says what happens."""

import re

import torch
from torch import nn

from tests.conftest import ROOT


class Model(nn.Module):
    """A model of one's own."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.ModuleDict({"lstm": nn.LSTM(3, 4, batch_first=True)})

    def forward(self, x):
        return self.encoder["lstm"](x)[0]


def test_the_code_of_the_readme():
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    names = {"model": Model(), "x": torch.randn(2, 5, 3)}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)
    assert repr(names["trace"].tokens[2]) == "Token(text='bad', start=6, end=9, known=True)"
    assert "Token(text='bad', start=6, end=9, known=True)" in blocks[0]
    assert names["call"].layers[0].forget_gate.shape == (2, 5, 4)
    assert names["call"].error < 2e-5


def test_its_files_are_there():
    text = (ROOT / "README.md").read_text("utf-8")
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / link).exists(), link
    for name in re.findall(r"`(lstm_viz/[a-z_/.]+)`", text):
        assert (ROOT / name).exists(), name
