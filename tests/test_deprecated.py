"""Old names do what the new ones do, and say so."""

import pytest

import lstm_viz


def test_offer_registers(classifier, monkeypatch):
    monkeypatch.setattr("lstm_viz.model.registry._REGISTERED", {})
    with pytest.warns(DeprecationWarning, match=r"lstm_viz\.register"):
        lstm_viz.offer(classifier)
    assert lstm_viz.load(classifier.name) is classifier


def test_usual_is_the_held_out_mean(classifier):
    with pytest.warns(DeprecationWarning, match="held_out_mean"):
        found = classifier.usual
    assert found.keys() == classifier.held_out_mean.keys()
    assert all(found[name] is mean for name, mean in classifier.held_out_mean.items())


def test_reader_is_the_text_encoder(classifier):
    with pytest.warns(DeprecationWarning, match="text_encoder"):
        assert classifier.reader is classifier.text_encoder
