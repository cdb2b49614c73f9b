"""Random recurrent modules of the whole family, with what they are called with."""

import torch
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

TOLERANCE = {torch.float32: 2e-5, torch.float64: 1e-9}

configurations = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(["LSTM", "LSTM", "GRU", "RNN_TANH", "RNN_RELU"]),
        "bidirectional": st.booleans(),
        "features": st.integers(1, 9),
        "units": st.integers(2, 9),
        "layers": st.integers(1, 3),
        "batch": st.integers(1, 4),
        "steps": st.integers(1, 12),
        "bias": st.booleans(),
        "projected": st.booleans(),
        "batch_first": st.booleans(),
        "form": st.sampled_from(["padded", "unbatched", "packed", "packed unsorted"]),
        "given_states": st.booleans(),
        "dtype": st.sampled_from([torch.float32, torch.float64]),
        "large": st.booleans(),
        "seed": st.integers(0, 2**31),
    }
)


def build(c):
    """Return a module, its input, and what the oracle needs to know of them."""
    torch.manual_seed(c["seed"])
    options = {key: c[key] for key in ("bias", "batch_first", "bidirectional", "dtype")}
    sizes = c["features"], c["units"], c["layers"]
    if c["mode"] == "LSTM":
        options["proj_size"] = c["units"] - 1 if c["projected"] else 0
        module = nn.LSTM(*sizes, **options)
    elif c["mode"] == "GRU":
        module = nn.GRU(*sizes, **options)
    else:
        module = nn.RNN(*sizes, nonlinearity=c["mode"][4:].lower(), **options)
    if c["large"]:  # saturated gates: where errors would grow
        with torch.no_grad():
            for parameter in module.parameters():
                parameter.mul_(1 if c["mode"] == "RNN_RELU" else 3)
    batch = 1 if c["form"] == "unbatched" else c["batch"]
    x = torch.randn(batch, c["steps"], c["features"], dtype=c["dtype"])
    lengths = [c["steps"]] * batch
    states = None
    if c["given_states"]:
        width = getattr(module, "proj_size", 0) or c["units"]
        places = c["layers"] * (1 + c["bidirectional"])
        states = (
            torch.randn(places, batch, width, dtype=c["dtype"]).tanh(),
            torch.randn(places, batch, c["units"], dtype=c["dtype"]),
        )
    given_input, given_states = x if c["batch_first"] else x.transpose(0, 1), states
    if c["form"] == "unbatched":
        given_input = x[0]
        given_states = states and tuple(state[:, 0] for state in states)
    elif c["form"].startswith("packed"):
        lengths = torch.randint(1, c["steps"] + 1, (batch,)).tolist()
        ordered = c["form"] == "packed"
        if ordered:
            lengths.sort(reverse=True)
        given_input = pack_padded_sequence(
            given_input, torch.tensor(lengths), c["batch_first"], enforce_sorted=ordered
        )
    if c["mode"] != "LSTM" and states:
        given_states, states = given_states[0], (states[0], None)
    return module, given_input, given_states, x, lengths, states


class Unrolled(nn.Module):
    """A cell in a plain loop; with ``restart``, from zero again half-way."""

    def __init__(self, cell):
        super().__init__()
        self.cell = cell

    def forward(self, x, states=None, restart=False):
        hidden = []
        for t, features in enumerate(x):
            if restart and t == len(x) // 2:
                states = None
            states = self.cell(features, states)
            hidden.append(states[0] if isinstance(states, tuple) else states)
        return torch.stack(hidden)
