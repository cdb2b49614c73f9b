"""Recording needs PyTorch and NumPy; whatever needs more says in a sentence what to install."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest

import lstm_viz
from tests import bare_install
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = {
    extra: {re.split(r"[<>=]", requirement)[0] for requirement in requirements}
    for extra, requirements in PROJECT["optional-dependencies"].items()
    if extra != "dev"
}
# A module that is None cannot be imported.
WITHOUT = """
import runpy, sys
sys.modules.update(dict.fromkeys(sys.argv.pop().split(",")))
runpy.run_path(sys.argv.pop(), run_name="__main__")
"""


@pytest.fixture(scope="module")
def bare():
    names = set().union(*EXTRAS.values())
    modules = [m for m, packages in packages_distributions().items() if names & {*packages}]
    assert len(modules) >= len(names)
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT, bare_install.__file__, ",".join(modules)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(ran.stdout)


def test_recording_forcing_verifying_and_models_need_no_extra(bare):
    results = bare["results"]
    assert results["error"] < 2e-5
    assert results["wrapped"] < 2e-5
    assert results["hidden state of a shut gate"] == 0
    assert results["verified"]
    assert results["saved"]
    assert results["maps in a notebook"] == 6
    (_, dull), (_, delight) = results["packaged"]
    assert dull < 0.5 < delight


def test_the_import_itself_loads_nothing(bare):
    assert bare["results"]["torch is loaded by the import"] is False


@pytest.mark.parametrize("package", ["h5py", "jieba", "onnx", "pandas", "streamlit"])
def test_what_is_missing_is_said_with_its_remedy(bare, package):
    said = bare["refusals"][package]
    (extra,) = re.findall(
        r"^[^.]+, which is not installed\. Install it with: "
        r'pip install "lstm-viz\[(\w+)\]"\.$',
        said,
    )
    assert package in EXTRAS[extra]


def test_completion_offers_what_is_public():
    assert {*lstm_viz.__all__} <= {*dir(lstm_viz)}
    with pytest.raises(AttributeError, match="no attribute 'recrod'"):
        lstm_viz.recrod  # noqa: B018


AT_ONCE = """
import threading
import lstm_viz
start, failed = threading.Barrier(len(lstm_viz.__all__)), []
def use(name):
    start.wait()
    try:
        getattr(lstm_viz, name)
    except BaseException as error:
        failed.append(f"{name}: {error!r}")
threads = [threading.Thread(target=use, args=[name]) for name in lstm_viz.__all__]
for each in threads: each.start()
for each in threads: each.join()
print(failed)
"""


def test_threads_may_use_every_name_for_the_first_time_at_once():
    ran = subprocess.run(
        [sys.executable, "-c", AT_ONCE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "[]\n"
