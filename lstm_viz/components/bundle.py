"""JavaScript modules as one script: Streamlit takes a component's script as a single text.

Each module becomes a function that returns its exports, so that two modules may use the same names.
It stands after those that it imports from. Only what is needed here is understood: names in braces
from relative paths, and declarations that are exported where they stand.
"""

import re
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]*)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:const|class|function\*?)) ([\w$]+)", re.MULTILINE)
_JOINT = re.compile(r"^(?:import|export)\b(?! default function).*", re.MULTILINE)
# JSDoc, comments, empty lines and margins: what a browser has no use for. A comment behind code
# stays if it has a quote in it, which might be the end of a string.
_JSDOC = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/ ?|/\*\* @.*?\*/ ?", re.DOTALL | re.MULTILINE)
_BESIDE_CODE = re.compile(r"^[ \t]*(//.*)?\n|^[ \t]+|[ \t]+// [^\"'`\n]*$", re.MULTILINE)


def text(name: str) -> str:
    """Return a file of a component, by its path from this folder."""
    return (_HERE / name).read_text(encoding="utf-8")


@cache
def script(entry: str) -> str:
    """Return a module and all that it imports as one, without comments and margins.

    The declarations of the entry itself stand at the top of the script.

    Args:
        entry: path of the module from this folder.

    Raises:
        ValueError: modules import each other in a circle, or one joins others in another way than
            this understands.
    """
    *needed, last = _in_order(_HERE / entry)
    names = {path: f"${number}" for number, path in enumerate(needed)}
    scopes = [_scope(path, names) for path in needed]
    return "".join(scopes) + _EXPORT.sub(r"\1 \2", _body(last, names))


def imports(path: Path) -> list[Path]:
    """Return the modules that a module imports from, in its order."""
    return [_there(path, place) for _, place in _IMPORT.findall(_code(path))]


def _scope(path: Path, names: dict[Path, str]) -> str:
    body = _body(path, names)
    exports = ", ".join(name for _, name in _EXPORT.findall(body))
    body = _EXPORT.sub(r"\1 \2", body)
    return f"const {names[path]} = (() => {{\n{body}return {{ {exports} }};\n}})();\n"


def _body(path: Path, names: dict[Path, str]) -> str:
    """Return the code of a module whose imports are taken from the modules by their names."""

    def assignment(found: re.Match[str]) -> str:
        wanted = " ".join(found[1].replace(" as ", ": ").split()).rstrip(",")
        other = _there(path, found[2])
        missing = {name.split(":")[0].strip() for name in wanted.split(",")} - _exports(other)
        if missing:
            raise ValueError(f"{path.name}: {other.name} does not export {', '.join(missing)}")
        return f"const {{ {wanted} }} = {names[other]};"

    body = _IMPORT.sub(assignment, _code(path))
    if joint := _JOINT.search(_EXPORT.sub("", body)):
        raise ValueError(f"{path.name}: a bundle takes names in braces, not {joint[0]!r}")
    return body


def _exports(path: Path) -> set[str]:
    return {name for _, name in _EXPORT.findall(_code(path))}


@cache
def _code(path: Path) -> str:
    code = _BESIDE_CODE.sub("", _JSDOC.sub("", path.read_text(encoding="utf-8")))
    return code if code.endswith("\n") else code + "\n"


def _there(path: Path, place: str) -> Path:
    return (path.parent / place).resolve()


def _in_order(entry: Path) -> list[Path]:
    """Return a module after all that it needs."""
    found: list[Path] = []

    def add(path: Path, way: tuple[Path, ...]) -> None:
        if path in way:
            circle = [*way[way.index(path) :], path]
            raise ValueError(f"modules import each other: {' → '.join(p.name for p in circle)}")
        if path not in found:
            for needed in imports(path):
                add(needed, (*way, path))
            found.append(path)

    add(entry.resolve(), ())
    return found
