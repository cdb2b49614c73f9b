"""The house: imports point down, requirements agree, nothing private slips in."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from statistics import median

import lstm_viz
from docs import architecture

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "lstm_viz"
STAGES = [*architecture.stages()]
# Nothing imports these: __init__ names what is public, __main__ serves the pages.
OUTSIDE = ("__init__", "__main__")
BESIDE = ("data", "training")  # no stage of the journey imports them
ONLY_IN = {
    "streamlit": ("session", "pages", "components"),
    "plotly": ("figures",),
    "pandas": ("trace", "model"),
    "threadpoolctl": ("threads",),
    "sklearn": ("training",),
    "pyarrow": ("training", "data", "threads"),
    "h5py": ("importers",),
    "onnx": ("importers",),
}
FILES = sorted(PACKAGE.rglob("*.py"))


def stage(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_libraries_are_spoken_to_in_their_own_stages():
    for path in FILES:
        for top in {name.split(".")[0] for name in imports(path)} & {*ONLY_IN}:
            assert stage(path) in ONLY_IN[top], f"{top} is imported in {path}"


def test_imports_point_down():
    for own, others in architecture.between_stages(architecture.modules()).items():
        above = {*STAGES[STAGES.index(own) :], *(BESIDE if own not in BESIDE else ())}
        assert not others & above, f"{own} imports {others & above}"
        assert others <= {*STAGES}, f"{own} imports {others - {*STAGES}}"


def test_no_module_imports_itself_by_way_of_others():
    assert architecture.circle(architecture.modules()) == []
    assert architecture.circle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == ["b", "c"]


def test_every_stage_has_its_place():
    assert {stage(path) for path in FILES} == {*STAGES, *OUTSIDE}


def test_the_picture_shows_the_imports():
    document = architecture.DOCUMENT.read_text("utf-8")
    assert architecture.written(document) == document
    # Read back: every import is an arrow or a way along several, and there is no other arrow.
    drawn = {name: set() for name in STAGES}
    for name, other in re.findall(r"^    (\w+) --> (\w+)$", document, re.MULTILINE):
        drawn[name].add(other)
    imports = architecture.between_stages(architecture.modules())
    for name in STAGES:
        assert drawn[name] <= imports[name]
        assert reached(drawn, name) == reached(imports, name)


def reached(graph, start):
    found = graph[start]
    return found.union(*(reached(graph, other) for other in found))


def test_requirements_say_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    required = [line for line in lines if line and line[0] not in "#-"]
    assert required == [*project["dependencies"], *project["optional-dependencies"]["app"]]
    pinned = (ROOT / "constraints.txt").read_text("utf-8").splitlines()[1:]
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][0-9a-z.]*", line) for line in pinned)
    names = {line.split("==")[0].lower().replace("_", "-") for line in pinned}
    extras = [name for extra in project["optional-dependencies"].values() for name in extra]
    for requirement in [*required, *extras]:
        assert re.split(r"[<>=]", requirement)[0].lower() in names, requirement


def test_the_citation_names_this_version():
    text = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"version: {lstm_viz.__version__}\n" in text


def test_public_names_exist():
    assert all(hasattr(lstm_viz, name) for name in lstm_viz.__all__)
    assert lstm_viz.__all__ == sorted(lstm_viz.__all__)
    # What type checkers see is what is imported at first use.
    (static,) = [
        node
        for node in ast.parse(Path(lstm_viz.__file__).read_text("utf-8")).body
        if type(node) is ast.If and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    seen = {alias.name: node.module for node in static.body for alias in node.names}
    assert seen == {name: f"lstm_viz.{home}" for name, home in lstm_viz._MODULE_OF.items()}
    assert {*seen} == {*lstm_viz.__all__}


def test_nothing_pickles_or_fetches():
    network = {"urllib.request", "requests", "socket", "http.client"}
    for path in FILES:
        forbidden = {"pickle", "joblib"} | (set() if stage(path) == "data" else network)
        assert not forbidden & set(imports(path)), path
    scripts = [*PACKAGE.rglob("*.js"), *PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.css")]
    for path in scripts:
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(
            r"https?://|innerHTML|insertAdjacentHTML|document\.write|eval\(", text
        ), path


def test_no_test_can_be_skipped():
    marks = re.compile(r"pytest\.(mark\.)?(skip|xfail|importor" + "skip)")
    for path in (ROOT / "tests").rglob("*.py"):
        assert not marks.search(path.read_text("utf-8")), path


def test_the_numeric_tests_also_run_as_on_another_processor():
    assert "make test-other-processor\n" in (ROOT / ".ci" / "run").read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    settings = makefile[makefile.index("OTHER ") : makefile.index(".PHONY")]
    # What is misspelt changes nothing, and is told by nobody.
    look = "import torch; print(torch.backends.cpu.get_cpu_capability(), torch.get_num_threads())"
    told = subprocess.run(
        [sys.executable, "-c", look],
        env={**os.environ, **dict(re.findall(r"(\w+)=(\w+)", settings))},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["DEFAULT", "1"]


def test_files_are_short():
    folders = ("lstm_viz", "tests", "docs", "benchmarks")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in files}
    assert [path for path, length in lengths.items() if length > 400] == []
    assert median(lengths.values()) <= 120
