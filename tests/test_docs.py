"""What docs/recording.md shows is what happens, and docs/models.md what was measured."""

import doctest

from docs import models
from tests.conftest import ROOT

FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def test_every_example_of_the_page_on_recording(capsys):
    text = (ROOT / "docs" / "recording.md").read_text("utf-8")
    examples = doctest.DocTestParser().get_doctest(
        text.replace("```", ""), {"__name__": "docs"}, "recording.md", "recording.md", 0
    )
    assert len(examples.examples) > 40
    result = doctest.DocTestRunner(optionflags=FLAGS).run(examples)
    assert result.failed == 0, capsys.readouterr().out


def test_a_wrong_output_would_be_noticed(capsys):
    wrong = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", "wrong", 0)
    assert doctest.DocTestRunner(optionflags=FLAGS).run(wrong).failed == 1
    capsys.readouterr()


def test_the_tables_of_models_are_up_to_date():
    assert (ROOT / "docs" / "models.md").read_text("utf-8") == models.page()
