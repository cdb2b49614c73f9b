"""A history with everything in it, and model folders to put it into."""

import math
import shutil

from lstm_viz.model.history import Evaluation, History, Point, Stage, SuiteResult
from tests.conftest import ROOT


def curve(steps, low, speed, *, answered=True):
    """Points that fall towards a loss, and rise towards the accuracy that goes with it."""
    return tuple(
        Point(step, loss, 1 - loss / 2 if answered else None)
        for step in steps
        for loss in [low + (0.7 - low) * math.exp(-speed * step)]
    )


def rising(step):
    """Held-out loss as it is when a model learns its texts by heart."""
    return 0.3 + (step - 1200) ** 2 / 6e6


HELD_OUT = range(200, 2001, 200)
STAGES = (
    Stage(
        name="language",
        steps=400,
        seconds=61.0,
        train=curve(range(20, 401, 20), 0.5, 0.01, answered=False),
        held_out=(),
        epochs=(200, 400),
        kept=400,
    ),
    Stage(
        name="final",
        steps=2000,
        seconds=600.5,
        train=curve(range(100, 2001, 100), 0.1, 0.002),
        held_out=tuple(Point(step, rising(step), 1 - rising(step) / 2.5) for step in HELD_OUT),
        epochs=(500, 1000, 1500, 2000),
        kept=1200,
        test=tuple(Point(step, rising(step) + 0.01, 0.86) for step in HELD_OUT),
    ),
)
WHOLE = History(
    about="A model made up for a test.",
    recipe={"name": "made-up", "seed": 3, "final": {"epochs": 4, "peak_rate": 0.002}},
    stages=STAGES,
    figures=(
        Evaluation("IMDB", "held-out", 251, 0.91, (0.8, 0.85, 0.9, 0.91), (0.01, 0.01, 0.02, 0.02)),
        Evaluation("IMDB", "test", 2500, 0.875, (0.75, 0.8, 0.85, 0.875), (0.01, 0.01, 0.02, 0.02)),
    ),
    capabilities=(
        SuiteResult("sentences written to test it", "negated", 20, 0.85, ("Not **bad**.",)),
        SuiteResult("sentences written to test it", "simple", 12, 1.0),
        SuiteResult("templates", "names changed", 400, 0.975, ("Anna hated it. <b>x</b>",)),
    ),
    facts={"temperature": 1.25, "torch": "2.13.0"},
)
HOSTILE = """# Hostile <img src=x onerror=alert(1)>

<script>alert(1)</script><b>bold</b> ![seen](https://example.com/seen.png)
[good](https://example.com/bad) <https://example.com/auto> [ref] javascript:alert(1)

[ref]: https://example.com/ref
![pixel][ref] :red[red] $x^2$ :material/home: &lt;i&gt;
| a | ![b](https://example.com/cell.png) |
|---|---|
| `<i>code</i>` | **bold** <img src=x> |

```html
<img src="https://example.com/fenced.png">
```
> ~~~
<iframe src="https://example.com"></iframe>
"""


def model_folder(parent, name, history=None, card=None):
    """Copy the default model under another name; the history is one, or raw text."""
    place = parent / name
    place.mkdir()
    for file in ("config.json", "vocabulary.txt", "model.safetensors"):
        shutil.copy(ROOT / "pretrained" / "imdb-lstm" / file, place)
    if isinstance(history, History):
        history.save(place / "history.json")
    elif history is not None:
        (place / "history.json").write_text(history, "utf-8")
    if card is not None:
        (place / "README.md").write_text(card, "utf-8")
    return place
