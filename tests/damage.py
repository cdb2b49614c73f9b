"""Ways in which a file may be damaged, or made by somebody who wishes no good."""

import json
from copy import deepcopy

from hypothesis import strategies as st

ODD = st.sampled_from([
    None, True, 0, -1, 2, 10**400, 1e308, float("nan"), float("inf"), "", "x", "\ud800", "\0", [],
    {}, [[]], [None], {"a": 1}, "9" * 500, 0.5, 2**63, "x" * 5_000, [[[[[[[[[1]]]]]]]]],
])  # fmt: skip


@st.composite
def bytes_of(draw, content):
    """Return a file with some of its bytes changed, cut off or doubled."""
    found = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(found)))
        kind = draw(st.sampled_from(["change", "change", "cut", "insert", "leave out"]))
        if kind == "change" and at < len(found):
            found[at] = draw(st.integers(0, 255))
        elif kind == "cut":
            del found[at:]
        elif kind == "insert":
            found[at:at] = draw(st.binary(max_size=16))
        else:
            del found[at : at + draw(st.integers(1, 16))]
    return bytes(found)


@st.composite
def json_of(draw, content):
    """Return a JSON file with other values at some places."""
    raw = json.loads(content)
    for _ in range(draw(st.integers(1, 2))):
        part, steps = raw, draw(st.lists(st.integers(0, 99), min_size=1, max_size=5))
        for step in steps[:-1]:
            inner = [key for key in _keys(part) if isinstance(part[key], dict | list) and part[key]]
            part = part[inner[step % len(inner)]] if inner else part
        keys = _keys(part)
        if not keys:
            continue
        key = keys[steps[-1] % len(keys)]
        if draw(st.integers(0, 5)):
            part[key] = deepcopy(draw(ODD))  # which must not come to hold itself
        else:
            del part[key]
    return json.dumps(raw, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _keys(part):
    return list(part) if isinstance(part, dict) else list(range(len(part)))
