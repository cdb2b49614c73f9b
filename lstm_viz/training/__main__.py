"""``python -m lstm_viz.training RECIPE``: train a model."""

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from lstm_viz.errors import DeviceError, LstmVizError, MissingPackageError, TableError
from lstm_viz.model.registry import folder
from lstm_viz.progress import Cancelled
from lstm_viz.training import recipe_file
from lstm_viz.training.texts import tables

if TYPE_CHECKING:
    from lightning_fabric import Fabric

_EPILOG = """Recipes: {names}.
Under torchrun, or with --devices and --nodes, several processes train one model together."""


def main() -> int:
    """Train the model of a recipe. It can be stopped at any time; the same command resumes it."""
    arguments = _parser().parse_args()
    torch.set_num_threads(arguments.threads)
    try:
        return _train(arguments)
    except (LstmVizError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write(
            "\nStopped. Run the same command again to resume from the last checkpoint.\n"
        )
        return 130


def _train(arguments: argparse.Namespace) -> int:
    try:
        from lstm_viz.training.pipeline import Pipeline
        from lstm_viz.training.run import run
        from lstm_viz.training.terminal import stoppable_progress
    except ModuleNotFoundError as error:
        raise MissingPackageError(str(error.name), "Training", "train") from error
    recipe = recipe_file.load(arguments.recipe)
    if arguments.data:
        recipe = replace(recipe, name=_name_of(arguments.data), data=arguments.data.name)
        tables.read_table(arguments.data)  # mistakes are reported before processes are started
    target = arguments.to or _models_folder(arguments)
    for needed in (arguments.work, target):  # rather than after hours of training
        needed.mkdir(parents=True, exist_ok=True)
    fabric = _fabric(arguments)
    fabric.launch()
    try:
        with stoppable_progress(shown=fabric.is_global_zero) as progress:
            pipeline = Pipeline(fabric, arguments.work, arguments.data, progress)
            run(recipe, pipeline, target / recipe.name)
    except Cancelled:
        if fabric.is_global_zero:
            sys.stderr.write("Stopped. Run the same command again to resume.\n")
        return 130
    return 0


def _name_of(data: Path) -> str:
    """Return the name of the model of a table, which is also the name of its folder."""
    name = data.stem
    if not name.strip(". "):
        remedy = "Its model gets this name: rename it, for instance films.csv."
        raise TableError(data.name, "a name before its ending", f"it is {name!r}", remedy)
    return name


def _fabric(arguments: argparse.Namespace) -> "Fabric":
    from lightning_fabric import Fabric
    from lightning_fabric.utilities.exceptions import MisconfigurationException

    errors = (ValueError, TypeError, RuntimeError, ImportError, MisconfigurationException)
    torchrun = "LOCAL_WORLD_SIZE" in os.environ  # which sets the number of processes
    try:
        return Fabric(
            accelerator=arguments.accelerator,
            devices=os.environ["LOCAL_WORLD_SIZE"] if torchrun else arguments.devices,
            num_nodes=int(os.environ.get("GROUP_WORLD_SIZE", arguments.nodes)),
            strategy="ddp" if torchrun else "auto",
            precision=arguments.precision,
        )
    except errors as error:
        raise DeviceError(str(error)) from error


def _models_folder(arguments: argparse.Namespace) -> Path:
    """Return the folder of the packaged models for a packaged recipe, else one of the user's."""
    packaged = arguments.recipe in recipe_file.names() and not arguments.recipe.startswith(
        "published"
    )
    return folder() if packaged and arguments.data is None else Path(arguments.work) / "models"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lstm_viz.training",
        description=main.__doc__,
        epilog=_EPILOG.format(names=", ".join(recipe_file.names())),
    )
    parser.add_argument("recipe", help="name of a recipe, or the path of a TOML file")
    parser.add_argument(
        "--data", type=Path, help="a CSV, TSV or Parquet file with the columns text and label"
    )
    parser.add_argument("--work", type=Path, default=Path("runs"), help="folder of checkpoints")
    parser.add_argument(
        "--to", type=Path, help="folder of finished models; pretrained/ for packaged ones"
    )
    parser.add_argument("--threads", type=_threads, default=torch.get_num_threads())
    parser.add_argument("--accelerator", default="auto", help="cpu, cuda, … (Lightning Fabric)")
    parser.add_argument("--devices", default="auto", help="number of processes, or the devices")
    parser.add_argument("--nodes", type=int, default=1, help="number of machines")
    parser.add_argument("--precision", default="32-true", help="32-true, bf16-mixed, …")
    return parser


def _threads(value: str) -> int:
    if not value.isdecimal() or not int(value):
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, but {value!r} came")
    return int(value)


if __name__ == "__main__":
    sys.exit(main())
