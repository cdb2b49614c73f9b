"""Packages that only some uses need: whoever lacks one is told in a sentence how to install it."""

from importlib import import_module
from typing import Any

from lstm_viz.errors import MissingPackageError


def need(module: str, purpose: str, extra: str) -> Any:  # noqa: ANN401  (a module)
    """Import a module of a package that is not always there.

    Args:
        module: its name, such as "pyarrow.parquet".
        purpose: what needs it; the beginning of the sentence.
        extra: of ``lstm-viz``, as in ``pip install "lstm-viz[extra]"``.

    Raises:
        MissingPackageError: the package is not installed.
    """
    package = module.partition(".")[0]
    try:
        import_module(package)
        return import_module(module)
    except ImportError as error:
        raise MissingPackageError(package, purpose, extra) from error
