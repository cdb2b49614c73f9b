"""Modules as one script: nothing is left out, nothing clashes, and it runs."""

import json
import re

import pytest

from lstm_viz.components import bundle, player
from tests.components.nodejs import run
from tests.conftest import ROOT

COMPONENTS = ROOT / "lstm_viz" / "components"
PLAYER = "player/js/player.js"
# What Streamlit is given, of which the second is sent once; and what a page from disk holds.
ENTRIES = ("player/js/mount.js", "player/js/main.js", "window/window.js", PLAYER)


def reached(entry):
    """Return the modules that an entry needs, itself included."""
    found, waiting = set(), [(COMPONENTS / entry).resolve()]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += bundle.imports(path)
    return found


def written(folder, **modules):
    """Write modules, ``__`` in a name for a folder; return the path of ``entry``."""
    for name, code in modules.items():
        path = folder / f"{name.replace('__', '/')}.js"
        path.parent.mkdir(exist_ok=True)
        path.write_text(code, "utf-8")
    return str(folder / "entry.js")


def told(folder, entry):
    """Run a bundle; return what it writes as JSON."""
    file = folder / "bundle.mjs"
    file.write_text(bundle.script(entry), "utf-8")
    done = run(file)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_module_is_used():
    assert set().union(*map(reached, ENTRIES)) == set(COMPONENTS.rglob("*.js"))
    alone = {(COMPONENTS / ENTRIES[0]).resolve()}
    assert reached(ENTRIES[0]) == alone  # it goes with every trace and has to be small
    assert reached(ENTRIES[1]) == reached(PLAYER) | {COMPONENTS / "player/js/main.js"}


def code(path):
    """Return what runs of a module, line by line, without margins and joints."""
    source = re.sub(r"/\*\*.*?\*/ ?", "", path.read_text("utf-8"), flags=re.DOTALL)
    source = re.sub(r"^import \{[^}]*\} from .*\n", "", source, flags=re.MULTILINE)
    source = re.sub(r"(?m)(?<=\S) +// [^\"'`\n]*$", "", source)
    lines = [re.sub(r"^export (?!default)", "", line.strip()) for line in source.splitlines()]
    return [line for line in lines if line and not line.startswith("//")]


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_bundle_holds_all_that_is_needed_once(entry):
    whole = bundle.script(entry)
    lines = whole.splitlines()
    for path in reached(entry):
        wanted = code(path)
        starts = [at for at, line in enumerate(lines) if line == wanted[0]]
        assert [lines[at : at + len(wanted)] for at in starts].count(wanted) == 1, path
    scopes = re.findall(r"^const (\$\d+) = \(\(\) => \{$", whole, re.MULTILINE)
    assert len(scopes) == len(set(scopes)) == len(reached(entry)) - 1
    joints = [line.split("(")[0] for line in lines if re.match(r"(import|export)\b", line)]
    offered = {"mount": "mount", "main": "offer", "window": "watchWindow"}.get(
        entry.split("/")[-1][:-3]
    )
    assert joints == ([f"export default function {offered}"] if offered else [])


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_bundle_is_a_module_that_runs(tmp_path, entry):
    file = tmp_path / "bundle.mjs"
    file.write_text(bundle.script(entry), "utf-8")
    checked = run("--check", file)
    assert checked.returncode == 0, checked.stderr
    begun = run(file)
    assert begun.returncode == 0, begun.stderr
    assert begun.stdout + begun.stderr == ""


def test_a_bundle_has_no_comments_and_no_margins():
    whole = bundle.script(PLAYER)
    assert "/**" not in whole
    assert not re.search(r"^(\s|//)", whole, re.MULTILINE)
    assert len(whole) < 0.95 * sum(len(path.read_text("utf-8")) for path in reached(PLAYER))


def test_each_module_has_a_scope_of_its_own(tmp_path):
    entry = written(
        tmp_path,
        entry='import { size as other, told } from "./parts/one.js";\n'
        'import { size } from "./parts/two.js";\nconst LEAST = 1;\n'
        "console.log(JSON.stringify([LEAST, size, other, told()]));\n",
        parts__one="const LEAST = 2;\nexport const size = LEAST;\n"
        'import { size as two } from "./two.js";\n'
        "export function told() {\n  return two + LEAST;\n}\n",
        parts__two='import {\n  wide,\n} from "../ground.js";\n'
        "const LEAST = 3;\nexport const size = LEAST * wide;\n",
        ground="// A comment.\n/** @type {number} */\nexport const wide = 10;\n",
    )
    assert told(tmp_path, entry) == [1, 30, 2, 32]


def test_what_looks_like_a_comment_in_a_string_stays(tmp_path):
    lines = ["const a = 1; // one", 'const b = " // two";', "const c = `\" // 3`; // it's three"]
    shown = "console.log(JSON.stringify([a, b, c]));"
    entry = written(tmp_path, entry="\n".join([*lines, shown]))
    assert told(tmp_path, entry) == [1, " // two", '" // 3']
    assert bundle.script(entry).splitlines() == [lines[0][:12], *lines[1:], shown]


def test_a_comment_with_stars_swallows_no_code(tmp_path):
    lines = ["// all of js/** is meant", "const a = 1;", "/** @type {number} */", "const b = 2;"]
    more = ["const c = /** @type {number} */ (3);", "console.log(JSON.stringify([a, b, c]));"]
    assert told(tmp_path, written(tmp_path, entry="\n".join([*lines, *more]))) == [1, 2, 3]


@pytest.mark.parametrize("line", ["const b = 1;", "export let a = 1;", "const c = 1, a = 2;"])
def test_a_name_that_is_not_exported_is_refused(tmp_path, line):
    files = {"entry": 'import { a } from "./parts.js";\n', "parts": f"{line}\n"}
    with pytest.raises(ValueError, match=r"parts\.js does not export a|parts\.js: a bundle takes"):
        bundle.script(written(tmp_path, **files))


def test_a_circle_is_named(tmp_path):
    entry = written(
        tmp_path,
        entry='import { a } from "./a.js";\n',
        a='import { b } from "./b.js";\nexport const a = 1;\n',
        b='import { a } from "./a.js";\nexport const b = 1;\n',
    )
    with pytest.raises(ValueError, match=r"a\.js → b\.js → a\.js"):
        bundle.script(entry)


@pytest.mark.parametrize(
    "line",
    [
        'import whole from "./a.js";', 'import "./a.js";', 'import * as all from "./a.js";',
        'export { a } from "./a.js";', "export { a };", "export default class A {}",
    ],
)  # fmt: skip
def test_a_joint_that_is_not_understood_is_named(tmp_path, line):
    entry = written(tmp_path, entry=f"{line}\n", a="export const a = 1;\n")
    with pytest.raises(ValueError, match=re.escape(line)):
        bundle.script(entry)


def test_margins_and_jsdoc_can_be_left_out():
    # Only in a text of several lines would a margin mean something.
    for path in COMPONENTS.rglob("*.js"):
        for line in code(path):
            assert re.sub(r"(^|\s)//.*", "", line).count("`") % 2 == 0, f"{path.name}: {line}"
            assert not re.search(r"""["'`/][^"'`]*(/\*|\*/)""", line), f"{path.name}: {line}"


def test_a_script_can_stand_in_a_page():
    assert "</script" not in bundle.script(PLAYER).lower()
    assert "<!--" not in bundle.script(PLAYER)


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
