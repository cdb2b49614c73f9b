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
from lstm_viz.training import recipe
from lstm_viz.training.texts import tables

if TYPE_CHECKING:
    from lightning_fabric import Fabric

_EPILOG = """Recipes: {names}.
Under torchrun, or with --devices and --nodes, several processes train one model together."""


def main() -> int:
    """Train the model of a recipe. It can be stopped at any moment and goes on where it was."""
    arguments = _parser().parse_args()
    torch.set_num_threads(arguments.threads)
    try:
        return _train(arguments)
    except (LstmVizError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. The same command goes on from the last checkpoint.\n")
        return 130


def _train(arguments: argparse.Namespace) -> int:
    try:
        from lstm_viz.training.loop import Stopped
        from lstm_viz.training.pipeline import Workplace
        from lstm_viz.training.run import run
        from lstm_viz.training.terminal import listening
    except ModuleNotFoundError as error:
        raise MissingPackageError(str(error.name), "Training", "train") from error
    made = recipe.read(arguments.recipe)
    if arguments.data:
        made = replace(made, name=_name_of(arguments.data), data=arguments.data.name)
        tables.read(arguments.data)  # what is wrong with it is said before there are more processes
    shelf = arguments.to or _shelf(arguments)
    for folder_of_files in (arguments.work, shelf):  # not after hours of training
        folder_of_files.mkdir(parents=True, exist_ok=True)
    fabric = _fabric(arguments)
    fabric.launch()
    try:
        with listening() as progress:
            place = Workplace(fabric, arguments.work, arguments.data, progress)
            run(made, place, shelf / made.name)
    except Stopped:
        if fabric.is_global_zero:
            sys.stderr.write("Stopped. The same command goes on from here.\n")
        return 130
    return 0


def _name_of(data: Path) -> str:
    """Return the name of a table's model, which is also that of its folder."""
    name = data.stem
    if not name.strip(". "):
        remedy = "Name it after what its model is to be called, as in films.csv."
        raise TableError(data.name, "a name before its ending", f"it is {name!r}", remedy)
    return name


def _fabric(arguments: argparse.Namespace) -> "Fabric":
    from lightning_fabric import Fabric
    from lightning_fabric.utilities.exceptions import MisconfigurationException

    refusals = (ValueError, TypeError, RuntimeError, ImportError, MisconfigurationException)
    started = "LOCAL_WORLD_SIZE" in os.environ  # by torchrun, which says how many there are
    try:
        return Fabric(
            accelerator=arguments.accelerator,
            devices=os.environ["LOCAL_WORLD_SIZE"] if started else arguments.devices,
            num_nodes=int(os.environ.get("GROUP_WORLD_SIZE", arguments.nodes)),
            strategy="ddp" if started else "auto",
            precision=arguments.precision,
        )
    except refusals as error:
        raise DeviceError(str(error)) from error


def _shelf(arguments: argparse.Namespace) -> Path:
    """Return where a finished model belongs: among those in the box, or among one's own."""
    in_the_box = arguments.recipe in recipe.names() and not arguments.recipe.startswith("published")
    return folder() if in_the_box and arguments.data is None else Path(arguments.work) / "models"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lstm_viz.training",
        description=main.__doc__,
        epilog=_EPILOG.format(names=", ".join(recipe.names())),
    )
    parser.add_argument("recipe", help="name of a recipe, or a TOML file of one's own")
    parser.add_argument(
        "--data", type=Path, help="a CSV, TSV or Parquet file with the columns text and label"
    )
    parser.add_argument("--work", type=Path, default=Path("runs"), help="folder of checkpoints")
    parser.add_argument(
        "--to", type=Path, help="folder of finished models; pretrained/ for those in the box"
    )
    parser.add_argument("--threads", type=_threads, default=torch.get_num_threads())
    parser.add_argument("--accelerator", default="auto", help="cpu, cuda, … (Lightning Fabric)")
    parser.add_argument("--devices", default="auto", help="how many processes, or which devices")
    parser.add_argument("--nodes", type=int, default=1, help="how many machines")
    parser.add_argument("--precision", default="32-true", help="32-true, bf16-mixed, …")
    return parser


def _threads(written: str) -> int:
    if not written.isdecimal() or not int(written):
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, but {written!r} came")
    return int(written)


if __name__ == "__main__":
    sys.exit(main())
