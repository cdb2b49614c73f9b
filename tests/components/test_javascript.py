"""``make check`` reads the JavaScript: a line in another format, unused or badly typed fails."""

import json
import re
import shutil

import pytest

from tests.components.nodejs import run
from tests.conftest import ROOT

TOOLS = ROOT / "node_modules" / ".bin"
BIOME = (TOOLS / "biome", "check", "--error-on-warnings")
TSC = (TOOLS / "tsc", "--pretty", "false")
PARTS = ("biome.json", "tsconfig.json", "lstm_viz/components", "tests/player")
EASING = "lstm_viz/components/player/js/model/easing.js"
# What a line at the end of a module does to a check, and what is said of it.
BAD = {
    "badly formatted": (BIOME, "export const  half = 0.5\n", "Formatter would have printed"),
    "unused": (BIOME, "const half = 0.5;\n", "noUnusedVariables"),
    "unused, for TypeScript": (TSC, "const half = 0.5;\n", "error TS6133: 'half' is declared but"),
    "of another type": (
        TSC,
        'export const half = clamp("a", 0, 1);\n',
        "error TS2345: Argument of type 'string' is not assignable to parameter of type 'number'",
    ),
    "without a type": (
        TSC,
        "export const twice = (value) => 2 * value;\n",
        "error TS7006: Parameter 'value' implicitly has an 'any' type",
    ),
    "a field that there is not": (
        TSC,
        "/** @param {TraceView} trace */\nexport const size = (trace) => trace.size;\n",
        "error TS2339: Property 'size' does not exist on type 'TraceView'",
    ),
}


@pytest.fixture
def copy(tmp_path):
    """The modules with their settings, elsewhere."""
    for name in PARTS:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name)
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("tool", [BIOME, TSC], ids=["biome", "tsc"])
def test_what_there_is_passes(tool):
    assert tool[0].exists(), "the tools are not installed: run make check or make test"
    done = run(*tool, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("case", BAD)
def test_a_bad_line_does_not_pass(copy, case):
    tool, line, message = BAD[case]
    with (copy / EASING).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}")
    done = run(*tool, cwd=copy)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "easing.js" in said
    assert message in said


def test_make_check_runs_both_tools_as_the_lock_file_has_them():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    check = re.search(r"^check:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)[1]
    for tool in (BIOME, TSC):
        assert f"node_modules/.bin/{tool[0].name}" in check
    assert " ci " in makefile[makefile.index("node_modules/installed:") :]
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    lock = (ROOT / "package-lock.json").read_text("utf-8")
    locked = json.loads(lock)["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert "://" not in re.sub(r'"url": "[^"]*"', "", lock)  # where a package came from is not kept
