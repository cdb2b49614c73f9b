"""The player's modules as one script: nothing is left out, nothing clashes, and it runs."""

import re
from collections import Counter

import pytest

from lstm_viz.components import player
from lstm_viz.components.player import bundle
from tests.components.nodejs import run
from tests.conftest import ROOT

FOLDER = ROOT / "lstm_viz" / "components" / "player"
MODULES = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.js")}
ENTRIES = ("mount.js", "code.js")  # what Streamlit is given: the second is sent once
IMPORT = re.compile(r'import\s*(\{[^}]*\})\s*from "\./([\w.]+)";')
# A declaration at the margin; of one that takes things apart, all names in its brackets.
DECLARED = re.compile(
    r"^(?:export )?(?:default )?(?:async )?(?:function\*?|const|let|var|class)"
    r" (\w+|\{[^}]*\}|\[[^\]]*\])",
    re.MULTILINE,
)


def names(source):
    return [name for found in DECLARED.findall(source) for name in re.findall(r"\w+", found)]


def reached(last):
    found, waiting = set(), [last]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [other for _, other in IMPORT.findall(MODULES[name])]
    return found


def test_every_module_is_used():
    assert set().union(*map(reached, ENTRIES)) == set(MODULES)
    assert reached("mount.js") == {"mount.js"}  # it goes with every reading and has to be small
    assert reached("code.js") == reached("player.js") | {"code.js"}


def code(source):
    """Return what runs of a module, line by line, without margins and joints."""
    alone = IMPORT.sub("", source)
    lines = [line.strip() for line in alone.splitlines()]
    bare = [re.sub(r"^export (?!default)", "", line) for line in lines]
    return [line for line in bare if line and not line.startswith("//")]


@pytest.mark.parametrize("last", ["mount.js", "code.js", "player.js"])
def test_a_bundle_holds_all_that_is_needed_once(last):
    lines = bundle.script(last).splitlines()
    assert len(lines) == sum(len(code(MODULES[name])) for name in reached(last))
    for name in reached(last):
        wanted = code(MODULES[name])
        starts = [at for at, line in enumerate(lines) if line == wanted[0]]
        assert [lines[at : at + len(wanted)] for at in starts].count(wanted) == 1, name
    joints = [line.split("(")[0] for line in lines if re.match(r"(import|export)\b", line)]
    offered = {"mount.js": "mount", "code.js": "offer"}.get(last)
    assert joints == ([f"export default function {offered}"] if offered else [])


def test_no_name_is_declared_twice():
    found = [(name, module) for module, source in MODULES.items() for name in names(source)]
    assert len(found) > 100
    counted = Counter(name for name, _ in found)
    assert [(name, module) for name, module in found if counted[name] > 1] == []


def test_names_are_imported_as_they_are_and_are_there():
    # The bundle leaves imports out: a name that another module has under another would be lost.
    for module, source in MODULES.items():
        assert len(re.findall(r"^import\b", source, re.MULTILINE)) == len(IMPORT.findall(source))
        for found, other in IMPORT.findall(source):
            for name in filter(None, map(str.strip, found.strip("{}").split(","))):
                assert re.search(
                    rf"^export (const|let|class|(async )?function\*?) {re.escape(name)}\b",
                    MODULES[other],
                    re.MULTILINE,
                ), f"{module} imports {name} from {other}"


def test_margins_can_be_left_out():
    # Only in a text of several lines would a margin mean something.
    for module, source in MODULES.items():
        for line in source.splitlines():
            code = re.sub(r"(^|\s)//.*", "", line)
            assert code.count("`") % 2 == 0, f"{module}: {line}"


@pytest.mark.parametrize("last", ["mount.js", "code.js", "player.js"])
def test_a_bundle_is_a_module_that_runs(tmp_path, last):
    file = tmp_path / "bundle.mjs"
    file.write_text(bundle.script(last), "utf-8")
    checked = run("--check", file)
    assert checked.returncode == 0, checked.stderr
    begun = run(file)  # what is needed at the start comes first, also where modules need each other
    assert begun.returncode == 0, begun.stderr
    assert begun.stdout + begun.stderr == ""


def test_what_would_break_a_bundle_is_noticed(tmp_path):
    file = tmp_path / "bundle.mjs"
    file.write_text("const a = 1;\nfunction a() {}\n", "utf-8")
    assert run("--check", file).returncode != 0
    assert names("export const { a, b } = c;\nclass D {\n  const e = 1;\n}\n") == ["a", "b", "D"]


def test_a_script_can_stand_in_a_page():
    assert "</script" not in bundle.script("player.js").lower()
    assert "<!--" not in bundle.script("player.js")


def test_the_player_in_javascript():
    files = sorted((ROOT / "tests" / "player").glob("*.test.mjs"))
    assert len(files) > 5
    done = run("--test", "--test-reporter=spec", *files)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"^ℹ pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed, done.stdout
    assert int(passed[1]) >= len(files)


def test_what_the_player_offers():
    assert all(hasattr(player, name) for name in player.__all__)
