"""Whoever follows CONTRIBUTING to the letter has a page that passes the project's own checks."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
SECTION = TEXT[TEXT.index("## Add an analysis") : TEXT.index("## Add a model")]
# A line that begins with a path, and has no more than a remark on it, names the next block of code.
FILES = dict(
    re.findall(
        r"^`([\w/]+\.py)`(?::[^\n]*)?$.*?^```python\n(.*?)^```", SECTION, re.MULTILINE | re.DOTALL
    )
)
COPIED = (
    ".streamlit",
    "lstm_viz",
    "tests",
    "docs",
    "app.py",
    "README.md",
    "pyproject.toml",
    ".mypy_cache",
)


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """A copy of the project in which CONTRIBUTING was followed."""
    folder = tmp_path_factory.mktemp("project")
    for name in filter(lambda name: (ROOT / name).exists(), COPIED):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, folder / name)
    (folder / "pretrained").symlink_to(ROOT / "pretrained")
    for name, code in FILES.items():
        assert not (folder / name).exists()
        (folder / name).write_text(code, "utf-8")
    pages = folder / "lstm_viz" / "pages" / "__init__.py"
    (row,) = re.findall(r"^    Page\(.*\),\n", SECTION, re.MULTILINE)
    listed = pages.read_text("utf-8").removesuffix(")\n") + row + ")\n"
    pages.write_text(listed, "utf-8")
    glossary = folder / "docs" / "glossary.md"
    numbers, shown = re.findall(r"^\| .* \|$", SECTION, re.MULTILINE)
    words = glossary.read_text("utf-8").replace("\n\n## Training", f"\n{numbers}\n\n## Training")
    glossary.write_text(f"{words}{shown}\n", "utf-8")
    run(folder, "docs.pages")
    return folder


def run(folder, module, *arguments):
    result = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_every_stage_of_a_page_is_shown():
    stages = [name.rpartition("/")[0] for name in FILES]
    assert stages == [
        "lstm_viz/analyses", "tests/analyses", "lstm_viz/figures", "tests/figures",
        "lstm_viz/pages", "tests/app",
    ]  # fmt: skip


def test_its_tests_pass_and_those_of_every_page(followed):
    own = [name for name in FILES if name.startswith("tests/")]
    checked = [name.removesuffix(".py").replace("/", ".") for name in FILES if name not in own]
    shapes = f"--jaxtyping-packages={','.join(checked)},beartype.beartype"
    # Of the models in the box one is enough here: the one with the fewest quantities.
    chosen = "test_change or test_glossary or readme or change and (forty or imdb-rnn)"
    files = [*own, "tests/app/test_page_list.py", "tests/test_glossary.py"]
    told = run(followed, "pytest", "-q", "-o", "addopts=", shapes, "-k", chosen, *files)
    assert int(re.search(r"(\d+) passed", told)[1]) >= len(own) + 3


def test_ruff_and_mypy_have_nothing_to_say(followed):
    run(followed, "ruff", "format", "--check", *FILES)
    run(followed, "ruff", "check", *FILES)
    run(followed, "mypy", *(name for name in FILES if name.startswith("lstm_viz/")))
