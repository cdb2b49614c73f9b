"""``python -m lstm_viz.training RECIPE``: train a packaged model."""

import argparse
import sys
from pathlib import Path

import torch

from lstm_viz.model.packaged import folder
from lstm_viz.training import recipe
from lstm_viz.training.run import run


def main() -> int:
    """Run a recipe; stopping it loses at most the last 200 steps."""
    parser = argparse.ArgumentParser(prog="python -m lstm_viz.training", description=main.__doc__)
    parser.add_argument("recipe", choices=recipe.names(), help="which model to train")
    parser.add_argument("--work", type=Path, default=Path("runs"), help="folder of checkpoints")
    parser.add_argument("--to", type=Path, default=folder(), help="folder of finished models")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    name = arguments.recipe
    try:
        run(recipe.read(name), arguments.work / name, arguments.to / name)
    except FileNotFoundError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. The same command goes on from the last checkpoint.\n")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
