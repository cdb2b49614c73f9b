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


def step(mode, size, w, u, b, v, project, x, h, c):
    """Return the values of every quantity at one step, in the order of QUANTITIES."""
    rows = [slice(k * size, (k + 1) * size) for k in range(len(w) // size)]
    if mode == "LSTM":
        i, f, g, o = (w[r] @ x + u[r] @ h + b[r] + v[r] for r in rows)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        c = f * c + i * g
        h = o * np.tanh(c)
        return i, f, g, o, c, h if project is None else project @ h
    if mode == "GRU":
        reset, update, new = rows
        r = sigmoid(w[reset] @ x + b[reset] + u[reset] @ h + v[reset])
        z = sigmoid(w[update] @ x + b[update] + u[update] @ h + v[update])
        n = np.tanh(w[new] @ x + b[new] + r * (u[new] @ h + v[new]))
        return r, z, n, (1 - z) * n + z * h
    total = w @ x + b + u @ h + v
    return (np.tanh(total) if mode == "RNN_TANH" else np.maximum(total, 0),)


def run(module, features, lengths, hidden=None, cell=None):
    """Run a recurrent module; ``features`` is (batch, step, feature).

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
                    )  # fmt: skip
                    for name, value in zip(names, values, strict=True):
                        out[name][text, t] = value
                    h, c = values[-1], values[-2] if module.mode == "LSTM" else None
            found.append(out)
            outputs.append(out["hidden_state"])
        features = np.concatenate(outputs, axis=-1)
    return found
