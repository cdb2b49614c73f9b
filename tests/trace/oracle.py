"""Recurrent layers written a second time, in float64, one sequence and one step after another."""

import numpy as np

QUANTITIES = {
    "LSTM": ("input_gate", "forget_gate", "candidate", "output_gate", "cell_state", "hidden_state"),
    "GRU": ("reset_gate", "update_gate", "candidate", "hidden_state"),
    "RNN_TANH": ("hidden_state",),
    "RNN_RELU": ("hidden_state",),
}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def as_it_is(name, value, activation=None):
    """Change nothing: what a quantity is, of what goes into its activation if it has one."""
    del name
    return value if activation is None else activation(value)


def step(mode, size, w, u, b, v, project, x, h, c, change=as_it_is):
    """Return the values of every quantity at one step, in the order of QUANTITIES."""
    rows = [slice(k * size, (k + 1) * size) for k in range(len(w) // size)]
    if mode == "LSTM":
        i, f, g, o = (w[r] @ x + u[r] @ h + b[r] + v[r] for r in rows)
        i, f = change("input_gate", i, sigmoid), change("forget_gate", f, sigmoid)
        g, o = change("candidate", g, np.tanh), change("output_gate", o, sigmoid)
        c = change("cell_state", f * c + i * g)
        h = o * np.tanh(c)
        return i, f, g, o, c, change("hidden_state", h if project is None else project @ h)
    if mode == "GRU":
        reset, update, new = rows
        r = change("reset_gate", w[reset] @ x + b[reset] + u[reset] @ h + v[reset], sigmoid)
        z = change("update_gate", w[update] @ x + b[update] + u[update] @ h + v[update], sigmoid)
        n = change("candidate", w[new] @ x + b[new] + r * (u[new] @ h + v[new]), np.tanh)
        return r, z, n, change("hidden_state", (1 - z) * n + z * h)
    squash = np.tanh if mode == "RNN_TANH" else lambda total: np.maximum(total, 0)
    return (change("hidden_state", w @ x + b + u @ h + v, squash),)


def run(module, features, lengths, hidden=None, cell=None, changes=None):
    """Run a recurrent module; ``features`` is (batch, step, feature).

    ``changes(layer, backward, text, step)`` gives what happens to the quantities there.

    Returns per layer and direction a dictionary of (batch, step, unit), 0 past a length.
    """
    state = {key: value.detach().double().numpy() for key, value in module.state_dict().items()}
    names, size = QUANTITIES[module.mode], module.hidden_size
    width = getattr(module, "proj_size", 0) or size
    found = []
    for layer in range(module.num_layers):
        outputs = []
        for way in range(2 if module.bidirectional else 1):
            place = f"_l{layer}{'_reverse' * way}"
            w, u = state["weight_ih" + place], state["weight_hh" + place]
            b, v = (state.get(kind + place, np.zeros(len(w))) for kind in ("bias_ih", "bias_hh"))
            out = {name: np.zeros((*features.shape[:2], size)) for name in names}
            out["hidden_state"] = np.zeros((*features.shape[:2], width))
            for text, length in enumerate(lengths):
                h = np.zeros(width) if hidden is None else hidden[len(found), text]
                c = np.zeros(size) if cell is None else cell[len(found), text]
                for t in reversed(range(length)) if way else range(length):
                    values = step(
                        module.mode, size, w, u, b, v, state.get("weight_hr" + place),
                        features[text, t], h, c,
                        as_it_is if changes is None else changes(layer, way, text, t),
                    )  # fmt: skip
                    for name, value in zip(names, values, strict=True):
                        out[name][text, t] = value
                    h, c = values[-1], values[-2] if module.mode == "LSTM" else None
            found.append(out)
            outputs.append(out["hidden_state"])
        features = np.concatenate(outputs, axis=-1)
    return found
