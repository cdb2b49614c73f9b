"""An LSTM written a second time, one number after another, to compare with."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(module, features, lengths, hidden=None, cell=None):
    """Run an ``nn.LSTM`` of one direction in float64, sequence by sequence and unit gate by gate.

    ``features`` is (batch, step, feature). Returns per layer a dictionary of (batch, step, unit).
    """
    state = {key: value.detach().double().numpy() for key, value in module.state_dict().items()}
    layers = []
    for layer in range(module.num_layers):
        w, u = state[f"weight_ih_l{layer}"], state[f"weight_hh_l{layer}"]
        b = sum(state.get(f"bias_{part}_l{layer}", np.zeros(len(w))) for part in ("ih", "hh"))
        project = state.get(f"weight_hr_l{layer}")
        size = module.hidden_size
        rows = {name: slice(k * size, (k + 1) * size) for k, name in enumerate("ifgo")}
        batch, steps, _ = features.shape
        out = {
            name: np.zeros((batch, steps, size))
            for name in ("input_gate", "forget_gate", "candidate", "output_gate", "cell_state")
        }
        out["hidden_state"] = np.zeros((batch, steps, module.proj_size or size))
        for text in range(batch):
            h = np.zeros(module.proj_size or size) if hidden is None else hidden[layer, text]
            c = np.zeros(size) if cell is None else cell[layer, text]
            for t in range(lengths[text]):
                a = {k: w[r] @ features[text, t] + u[r] @ h + b[r] for k, r in rows.items()}
                i, f, o = sigmoid(a["i"]), sigmoid(a["f"]), sigmoid(a["o"])
                g = np.tanh(a["g"])
                c = f * c + i * g
                h = o * np.tanh(c)
                if project is not None:
                    h = project @ h
                for name, value in zip(out, (i, f, g, o, c, h), strict=True):
                    out[name][text, t] = value
        layers.append(out)
        features = out["hidden_state"]
    return layers
