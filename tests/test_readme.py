"""What the README shows runs, and says what happens."""

import re

import pytest
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


DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
# Files that whoever follows CONTRIBUTING writes.
EXAMPLE = re.compile(r"(?:(?:lstm_viz|tests)/)?\w+/(?:test_)?change\.py")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_the_files_that_documents_name_are_there(document):
    text = document.read_text("utf-8")
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (document.parent / link).exists(), link
    stages = "|".join(path.name for path in (ROOT / "lstm_viz").iterdir() if path.is_dir())
    named = re.findall(rf"`((?:lstm_viz|tests|docs|benchmarks|{stages})/[a-z_/.]*)`", text)
    for name in named:
        places = (ROOT / name, ROOT / "lstm_viz" / name)
        assert EXAMPLE.fullmatch(name) or any(place.exists() for place in places), name
