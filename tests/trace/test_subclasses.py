"""Subclasses of PyTorch's recurrent modules: recorded exactly, or refused with a sentence."""

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import lstm_viz
from lstm_viz import Force
from lstm_viz.errors import UnsupportedModuleError

SHUT = Force("forget_gate", 0.0)


@pytest.fixture
def x():
    return torch.randn(2, 5, 3, generator=torch.Generator().manual_seed(1))


class WithDropoutBefore(nn.LSTM):
    """A subclass that adds something, and leaves the equations alone."""

    def __init__(self, *sizes):
        super().__init__(*sizes)
        self.before = nn.Dropout(0.5)

    def forward(self, x, hx=None):
        return super().forward(self.before(x), hx)


class OutputAlone(nn.GRU):
    """A subclass that keeps its states to itself."""

    def forward(self, x):
        return super().forward(x)[0]


class Swapped(nn.LSTM):
    """A subclass that puts something else out than what its layer computed."""

    def forward(self, x, hx=None):
        output, finals = super().forward(x, hx)
        return output.flip(-1), finals


class OtherArguments(nn.LSTM):
    """A subclass that is called otherwise."""

    def forward(self, x, lengths):
        return super().forward(x[: lengths.max()])


class OtherShape(nn.LSTM):
    """A subclass that puts out something else."""

    def forward(self, x, hx=None):
        return super().forward(x, hx)[0].mean(0)


class OwnEquations(nn.GRUCell):
    """A subclass that calls nothing of PyTorch's; ``wrong`` in one sign."""

    wrong = False

    def forward(self, x, hx):
        own, other = x @ self.weight_ih.T + self.bias_ih, hx @ self.weight_hh.T + self.bias_hh
        (r, z, n), (u, v, w) = own.chunk(3, -1), other.chunk(3, -1)
        z = (z - v if self.wrong else z + v).sigmoid()
        return (1 - z) * (n + (r + u).sigmoid() * w).tanh() + z * hx


class OwnArguments(OwnEquations):
    """The same, called otherwise."""

    def forward(self, x, hx, mask):
        return super().forward(x, hx * mask)


class Inherited(nn.LSTM):
    """A subclass with PyTorch's own forward."""


@pytest.mark.parametrize("kind", [Inherited, WithDropoutBefore, OutputAlone])
def test_a_subclass_works(kind):
    model, x = nn.Sequential(kind(2, 3)).eval(), torch.randn(4, 1, 2)
    with torch.no_grad(), lstm_viz.record(model) as recording:
        output = model(x)
    call = recording["0"]
    assert call.error < 2e-5
    hidden = output[0] if isinstance(output, tuple) else output
    assert torch.equal(call.layers[0].hidden_state.transpose(0, 1), hidden)


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [(Swapped, ()), (OtherShape, ()), (OtherArguments, (torch.tensor([4]),))],
)
def test_of_a_subclass_the_call_inside_is_recorded(kind, arguments):
    module, plain, x = kind(2, 3), nn.LSTM(2, 3), torch.randn(4, 1, 2)
    plain.load_state_dict(module.state_dict())
    with torch.no_grad(), lstm_viz.record(module) as ours, lstm_viz.record(plain) as theirs:
        module(x, *arguments)
        plain(x)
    for name, array in ours[""].layers[0].quantities.items():
        torch.testing.assert_close(array, theirs[""].layers[0].quantities[name])


def test_a_dropout_of_ones_own_is_seen_as_it_dropped():
    torch.manual_seed(0)
    module = WithDropoutBefore(2, 3)
    with lstm_viz.record(module) as recording:
        module(torch.randn(9, 1, 2))
    assert recording[""].error < 2e-5


def test_equations_of_ones_own_are_recorded_where_they_are_the_same():
    torch.manual_seed(0)
    module, plain = OwnEquations(2, 3), nn.GRUCell(2, 3)
    plain.load_state_dict(module.state_dict())
    x, state = torch.randn(2, 2), torch.randn(2, 3)
    with torch.no_grad(), lstm_viz.record(module) as ours, lstm_viz.record(plain) as theirs:
        output = module(x, state)
        plain(x, state)
    assert torch.equal(ours[""].layers[0].hidden_state[:, 0], output)
    for name, array in ours[""].layers[0].quantities.items():
        torch.testing.assert_close(array, theirs[""].layers[0].quantities[name])


def test_equations_of_ones_own_can_be_forced():
    module, x, state = OwnEquations(2, 3), torch.randn(2, 2), torch.randn(2, 3)
    with torch.no_grad(), lstm_viz.record(module, force=Force("update_gate", 1.0)):
        output = module(x, state)
    torch.testing.assert_close(output, state)


@pytest.mark.parametrize(
    ("kind", "changes", "arguments", "reason"),
    [
        (OwnEquations, {"wrong": True}, (), r"OwnEquations.forward, .* puts out something else"),
        (OwnArguments, {}, (torch.ones(1),), "OwnArguments.forward takes other arguments"),
    ],
)
def test_other_equations_are_refused_by_name(kind, changes, arguments, reason):
    torch.manual_seed(0)
    module = nn.ModuleDict({"cell": kind(2, 3)})
    vars(module["cell"]).update(changes)
    with (
        pytest.raises(UnsupportedModuleError, match=f"'cell' cannot be rebuilt exactly: {reason}"),
        lstm_viz.record(module),
    ):
        module["cell"](torch.randn(4, 2), torch.randn(4, 3), *arguments)


class Packing(nn.LSTM):
    """Packs, and unpacks."""

    def forward(self, x, lengths):
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        hidden, state = super().forward(packed)
        return pad_packed_sequence(hidden, batch_first=True)[0], state


class Flipping(nn.LSTM):
    """Reads the text from its end with the forward of its base class."""

    def forward(self, x):
        return super().forward(input=x.flip(1))[0].flip(1)


def test_a_subclass_that_packs_has_the_rows_of_its_batch(x):
    module, plain, lengths = (
        Packing(3, 4, batch_first=True),
        nn.LSTM(3, 4, batch_first=True),
        [3, 5],
    )
    plain.load_state_dict(module.state_dict())
    with torch.no_grad(), lstm_viz.record(module) as ours, lstm_viz.record(plain) as theirs:
        module(x, torch.tensor(lengths))
        plain(pack_padded_sequence(x, torch.tensor(lengths), True, enforce_sorted=False))
    assert ours[""].lengths.tolist() == lengths
    torch.testing.assert_close(ours[""].layers[0].cell_state, theirs[""].layers[0].cell_state)


def test_a_subclass_can_be_forced_from_inside(x):
    module = Flipping(3, 4, batch_first=True)
    with torch.no_grad(), lstm_viz.record(module, force=SHUT) as recording:
        output = module(x)
    layer = recording[""].layers[0]
    assert torch.equal(layer.hidden_state.flip(1), output)
    torch.testing.assert_close(layer.cell_state, layer.input_gate * layer.candidate)


def by_keywords(cell, x):
    return torch.gru_cell(
        x, hx=torch.zeros(5, 4), w_ih=cell.weight_ih, w_hh=cell.weight_hh,
        b_ih=cell.bias_ih, b_hh=cell.bias_hh,
    )  # fmt: skip


def with_two_weights(cell, x):
    return torch.gru_cell(x, torch.zeros(5, 4), cell.weight_ih, cell.weight_hh)


@pytest.mark.parametrize("kernel", [by_keywords, with_two_weights])
def test_a_kernel_that_a_subclass_calls_itself(kernel, x):
    class Own(nn.GRUCell):
        def forward(self, x):
            return kernel(self, x)

    cell, plain = Own(3, 4), nn.GRUCell(3, 4, bias=kernel is by_keywords)
    plain.load_state_dict(cell.state_dict(), strict=False)
    with torch.no_grad(), lstm_viz.record(cell) as ours, lstm_viz.record(plain) as theirs:
        cell(x[0])
        plain(x[0])
    for name, array in theirs[""].layers[0].quantities.items():
        assert torch.equal(ours[""].layers[0].quantities[name], array)


class Delegating(nn.LSTM):
    """Has another layer do its work."""

    def __init__(self):
        super().__init__(3, 4, batch_first=True)
        self.inner = nn.LSTM(3, 4, batch_first=True)

    def forward(self, x):
        return self.inner(x)


def test_of_a_layer_that_delegates_the_other_is_recorded(x):
    module = Delegating()
    with lstm_viz.record(module) as recording:
        module(x)
    assert [call.name for call in recording.calls] == ["inner"]


class Peephole(nn.LSTMCell):
    """Hardly different from its base class, and different."""

    def __init__(self):
        super().__init__(3, 4)
        self.peephole = nn.Parameter(torch.full((4,), 0.01))

    def forward(self, x, state):
        hidden, cell = state
        sums = x @ self.weight_ih.T + self.bias_ih + hidden @ self.weight_hh.T + self.bias_hh
        i, f, g, o = sums.chunk(4, -1)
        cell = (f + self.peephole * cell).sigmoid() * cell + i.sigmoid() * g.tanh()
        return o.sigmoid() * cell.tanh(), cell


def test_equations_that_are_hardly_different_are_refused(x):
    cell = Peephole()
    with pytest.raises(UnsupportedModuleError, match=r"Peephole\.forward"), lstm_viz.record(cell):
        cell(x[0], (torch.ones(5, 4), torch.ones(5, 4)))
