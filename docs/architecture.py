"""Writes the picture and the table of docs/architecture.md from the imports of the package.

python -m docs.architecture
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import lstm_viz

DOCUMENT = Path(__file__).with_suffix(".md")
PACKAGE = Path(lstm_viz.__file__).parent
Graph = dict[str, set[str]]  # what each module or stage imports

_PICTURE = re.compile(r"```mermaid\n.*?```\n", re.DOTALL)
_HEAD = "| stage | what is there | imports |\n|---|---|---|\n"
_TABLE = re.compile(re.escape(_HEAD) + r"(\|.*\n)*")


def stages() -> dict[str, str]:
    """Return what each stage is there for, from the ground up, as the package itself says."""
    listed = re.findall(r"^    (\w+) +(\w.*)$", str(lstm_viz.__doc__), re.MULTILINE)
    return {name: purpose.replace("``", "`") for name, purpose in listed}


@cache
def modules() -> Graph:
    """Return which modules of the package each module imports, at any line of it."""
    files = {_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}
    found: Graph = {}
    for module, path in files.items():
        imported = _imported(ast.parse(path.read_text("utf-8")), {*files})
        found[module] = imported - {module}
    return found


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def _imported(tree: ast.AST, known: set[str]) -> set[str]:
    """Return the modules that some code imports; what only type checkers read does not count."""
    found = set()
    for node in _executed(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in known else node.module)
    return found & known


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)):
            yield from _executed(child)


def between_stages(imports: Graph) -> Graph:
    """Return which other stages each stage imports, in the order of ``stages``."""
    found: Graph = {stage: set() for stage in stages()}
    for module, others in imports.items():
        own = stage_of(module)
        if own in found:
            found[own] |= {stage_of(other) for other in others} - {own}
    return found


def stage_of(module: str) -> str:
    """Return the stage of a module; ``lstm_viz.trace.cells`` belongs to ``trace``."""
    return module.split(".")[1] if "." in module else module


def arrows(imports: Graph) -> list[tuple[str, str]]:
    """Return the fewest arrows from which all imports follow: none that a longer way implies."""
    return [
        (stage, other)
        for stage, others in imports.items()
        for other in stages()
        if other in others and not any(other in _below(imports, via) for via in others - {other})
    ]


def _below(imports: Graph, stage: str) -> set[str]:
    """Return everything that a stage imports, directly or through others."""
    found: set[str] = set()
    waiting = [stage]
    while waiting:
        new = imports[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def circle(imports: Graph) -> list[str]:
    """Return the modules that import themselves by way of others; none should."""
    return sorted(module for module in imports if module in _below(imports, module))


def picture(imports: Graph) -> str:
    """Return the stages and the arrows between them as a Mermaid diagram."""
    lines = [f"    {stage} --> {other}" for stage, other in reversed(arrows(imports))]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```", ""])


def table(imports: Graph) -> str:
    """Return what each stage is for, and all that it imports, as Markdown."""
    rows = []
    for stage, purpose in reversed(stages().items()):
        others = ", ".join(other for other in stages() if other in imports[stage])
        rows.append(f"| `{stage}` | {purpose} | {others} |\n")
    return _HEAD + "".join(rows)


def written(document: str) -> str:
    """Return the document with picture and table in the places of those it has."""
    imports = between_stages(modules())
    document = _PICTURE.sub(lambda _: picture(imports), document)
    return _TABLE.sub(lambda _: table(imports), document)


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text("utf-8")), "utf-8")
