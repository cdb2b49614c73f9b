"""The player on the Read page: what is chosen and asked for there, and what a browser claims."""

import itertools

import pytest

from lstm_viz import session
from lstm_viz.components.player import player_choice, player_request
from lstm_viz.text import gallery
from tests.app.driver import (
    PAGES,
    ask,
    assert_sent,
    choose,
    field,
    figure,
    open_app,
    raw,
    read,
    selection,
    shown,
)
from tests.made_up import HOSTILE

FILMS = {name: one for name, one in gallery.reviews().items() if one.subject == "film"}
TEXT = "Not a bad film at all, was it?"


def test_on_arrival_an_example_stands_at_its_turning_point(classifier):
    sent = shown(open_app())
    assert_sent(sent, classifier.trace(gallery.reviews()[session.DEFAULT_REVIEW].text))
    assert sent["step"] == sent["turningPoint"] > 0
    assert sent["unit"] is None
    assert sent["truncated"] == 0


def test_a_typed_review_is_read(classifier):
    app = read(open_app(), TEXT)
    sent = shown(app)
    assert_sent(sent, classifier.trace(TEXT))
    assert sent["step"] == sent["turningPoint"] == selection(app).step
    assert app.query_params["text"] == TEXT


def test_while_typing_one_stands_at_the_last_word(classifier):
    app = open_app()
    for end in (3, 9, 22, len(TEXT)):
        ask(app, text=TEXT[:end], live=True)
        sent = shown(app)
        assert sent["step"] == len(sent["words"]) - 1 == selection(app).step
    assert_sent(sent, classifier.trace(TEXT))  # read on from what was read before
    ask(app, text="Fine.", live="yes")  # only true is true
    assert shown(app)["step"] == shown(app)["turningPoint"]


def test_while_typing_the_word_chosen_before_is_forgotten():
    app = choose(open_app(), 1, 5)
    ask(app, text=TEXT, live=True)
    assert shown(app)["step"] == len(shown(app)["words"]) - 1
    assert shown(app)["unit"] == 5  # it is the same unit in every text


def test_the_same_text_asked_for_again_changes_nothing():
    app = choose(read(open_app(), TEXT), 3, 17)
    before = raw(app)
    for live in (False, True):
        ask(app, text=TEXT, live=live)
        assert raw(app) == before
        assert selection(app).step == 3


@pytest.mark.parametrize("blank", ["", "   ", "\n\t", "<br />"])
def test_blank_text_leaves_the_picture(blank):
    app = choose(open_app(text=TEXT), 3, 17)
    before = raw(app)
    assert raw(read(app, blank)) == before
    assert (selection(app).text, selection(app).step) == (TEXT, 3)
    assert shown(read(app, "Fine."))["words"][0][1] == "Fine"


def test_every_review_of_the_gallery_can_be_picked():
    app = open_app()
    menus = shown(app)["menus"]
    assert [name for name, _ in menus["examples"]] == list(FILMS)
    for name, title in menus["examples"]:
        ask(app, example=name)
        sent = shown(app)
        assert sent.text == FILMS[name].text
        assert sent["menus"]["example"] == name
        assert sent["step"] == sent["turningPoint"]
        assert FILMS[name].title in title


def test_the_menus_say_what_there_is():
    app = open_app(text=TEXT)
    menus = shown(app)["menus"]
    assert menus["example"] == ""
    assert menus["examples"][-1] == ["", "Your own text"]
    assert menus["max_length"] == session.LONGEST_TEXT
    assert menus["model"] in menus["models"]
    assert menus["text_kind"] == "review"
    ask(app, model="hotel-lstm")
    assert shown(app)["menus"]["text_kind"] == "hotel review"
    assert shown(app)["menus"]["model"] == "hotel-lstm"


def test_walking_sends_nothing_new():
    app = open_app()
    before = raw(app)
    for step, unit, order, map_ in (
        (2, None, "", ""), (3, 17, "index", ""), (0, 0, "weight", "forget_gate"),
    ):  # fmt: skip
        choose(app, step, unit, order, map_)
        assert raw(app) == before
        now = selection(app)
        assert (now.step, now.unit, now.order, now.map) == (step, unit, order, map_)


def test_what_was_chosen_travels_in_the_link_and_opens_there():
    app = choose(open_app(text=TEXT), 3, 17, "index", "forget_gate")
    parameters = dict(app.query_params)
    assert {name: parameters[name] for name in ("word", "unit", "order", "map")} == {
        "word": "4", "unit": "17", "order": "index", "map": "forget_gate",
    }  # fmt: skip
    sent = shown(open_app(**parameters))
    opened = [sent[name] for name in ("step", "unit", "order", "map")]
    assert opened == [3, 17, "index", "forget_gate"]


def test_who_asks_for_another_model_takes_his_place_along():
    app = read(open_app(), TEXT)
    place = {"id": shown(app)["id"], "step": 2, "unit": None, "order": "weight", "map": ""}
    ask(app, model="imdb-gru", place=place)
    assert (selection(app).model, selection(app).step) == ("imdb-gru", 2)
    assert shown(app)["step"] == 2
    for wrong in ("there", {"id": 3}, place | {"step": -1}, place | {"id": "other", "step": 4}):
        ask(app, model="imdb-lstm", place=wrong)
        assert (selection(app).model, selection(app).step) == ("imdb-lstm", 2)
        ask(app, model="imdb-gru")


def test_a_chosen_word_and_unit_are_kept_on_the_other_page():
    app = choose(open_app(), 4, 42)
    app.switch_page(PAGES["gates"]).run()
    rule = [shape for shape in figure(app, "gate_maps")["layout"]["shapes"] if shape["x0"] == 3.5]
    assert len(rule) == 6
    app.switch_page(PAGES["read"]).run()
    assert selection(app).step == shown(app)["step"] == 4
    assert shown(app)["unit"] == 42


def test_a_text_from_the_other_page_is_what_is_read(classifier):
    app = read(open_app(), "An old film.")
    app.switch_page(PAGES["gates"]).run()
    assert app.text_area(key="typed").value == "An old film."
    field(app, TEXT)
    app.switch_page(PAGES["read"]).run()
    assert_sent(shown(app), classifier.trace(TEXT))
    read(app, "A new film.")
    app.switch_page(PAGES["gates"]).run()
    assert app.text_area(key="typed").value == "A new film."


def test_a_text_that_is_opened_again_stands_at_its_turning_point():
    app = open_app()
    first = shown(app)
    choose(app, 2, 5)
    other = next(name for name in FILMS if name != session.DEFAULT_REVIEW)
    ids = {first["id"]}
    for name in (other, session.DEFAULT_REVIEW):
        ask(app, example=name)
        assert selection(app).step == shown(app)["step"] == shown(app)["turningPoint"]
        assert shown(app)["id"] not in ids
        ids.add(shown(app)["id"])
    assert shown(app)["step"] == first["turningPoint"]
    choose(app, 2)
    ask(app, example=session.DEFAULT_REVIEW)  # the one that is shown, from its beginning
    assert shown(app)["id"] not in ids
    assert selection(app).step == first["turningPoint"]


def link_to(app, text):
    app.query_params.clear()
    app.query_params["text"] = text


def test_a_choice_that_carries_an_old_link_loses_nothing():
    app = field(open_app("gates", text="An old film."), "A new film.")
    link_to(app, "An old film.")
    app.segmented_control(key="order").set_value("index").run()
    assert selection(app).text == "A new film."
    assert selection(app).order == "index"


def test_a_text_that_carries_an_old_link_is_read():
    app = field(open_app("gates", text="An old film."), "A new film.")
    link_to(app, "An old film.")
    field(app, "The newest film.")
    assert selection(app).text == "The newest film."


def test_a_reader_who_goes_back_finds_the_old_text():
    app = read(open_app(text="An old film."), "A new film, really.")
    link_to(app, "An old film.")
    app.run()
    assert selection(app).text == shown(app).text == "An old film."
    assert selection(app).step == shown(app)["turningPoint"]


def test_a_reader_who_goes_back_stands_where_the_link_says():
    app = choose(read(open_app(text="An old film."), "A new film, really."), 4, 5)
    app.query_params.clear()
    app.query_params["text"] = "An old film, and more of it."
    app.query_params["word"] = "2"
    app.run()
    assert selection(app).step == shown(app)["step"] == 1
    assert selection(app).unit is None


CLAIMS = [
    {"step": 10**9}, {"step": -1}, {"step": "1"}, {"step": 1.0}, {"step": True}, {"step": None},
    {"step": 1, "unit": 9999}, {"step": 1, "unit": -1}, {"step": 1, "unit": "3"},
    {"step": 1, "unit": False}, {"id": "another", "step": 1}, {"id": 7, "step": 1},
    {"id": None, "step": 1}, {}, [], "chosen", 3, None,
]  # fmt: skip


def test_what_a_browser_claims_is_checked():
    app = choose(open_app(text=TEXT), 4, 42)
    before = selection(app)
    for claimed in CLAIMS:
        whole = {"id": shown(app)["id"], **claimed} if isinstance(claimed, dict) else claimed
        app.session_state["player"] = {"chosen": whole}
        app.run()
        assert not app.exception
        assert selection(app) == before, claimed


def test_orders_and_maps_that_there_are_not_are_the_usual_ones():
    app = open_app(text=TEXT)
    for name in ("nope", "", "Index", HOSTILE, "\ud800", 7, None, ["index"]):
        choose(app, 4, 42, "index", "candidate")
        choose(app, 4, 43, name, name)
        now = selection(app)
        assert (now.step, now.unit, now.order, now.map) == (4, 43, "", ""), name
        assert {"order", "map"}.isdisjoint(dict(app.query_params))


HOSTILE_WORDS = ("", " ", "nope", "0", "0 forward", "1-backwards", "1 -forward", HOSTILE, "\x00")
NOT_THERE = [
    *({name: value} for name in ("example", "model", "layer") for value in HOSTILE_WORDS),
    *({name: value} for name in ("text", "example", "model", "layer")
      for value in (None, 3, True, ["Fine."], {"text": "Fine."})),
    {}, {"page": "gates"}, {"live": True}, {"example": "\ud800"}, {"layer": "9-forward"},
]  # fmt: skip


def test_what_there_is_not_cannot_be_asked_for():
    app = choose(open_app(text=TEXT), 4, 42)
    before = selection(app), raw(app)
    for what in NOT_THERE:
        ask(app, **what)
        assert (selection(app), raw(app)) == before, what
        assert not app.info


@pytest.mark.parametrize("state", [{}, {"chosen": 3, "asked": "Fine."}, {"asked": []}], ids=repr)
def test_a_state_that_makes_no_sense_is_none(state, monkeypatch):
    monkeypatch.setattr("streamlit.session_state", {"player": state} if state else {})
    assert player_choice("player") is player_request("player") is None


@pytest.mark.parametrize(
    "text",
    [
        "qwxzv vbnmq", "ok", "<script>alert('x')</script><img src=x onerror=alert(1)>",
        "\ud800 lone", "bell \x07 null \x00", "‮right-to-left‬ שלום", "👍🏽🎬",
        "**bold** :red[x] $x$", "no-break\u00a0space and\u2028lines", "{} {0} %s </script>",
        HOSTILE,
    ],
)  # fmt: skip
def test_hostile_text_that_is_typed_is_shown_literally(text, classifier):
    app = read(open_app(), text)
    assert selection(app).text == shown(app).text == text.replace("\ud800", "\ufffd")
    assert_sent(shown(app), classifier.trace(selection(app).text))
    length = int.from_bytes(raw(app)[:4], "little")
    assert raw(app)[4 : 4 + length].isascii()


def test_text_is_cut_at_the_stated_length():
    app = read(open_app(), "x" * (session.LONGEST_TEXT + 5))
    assert selection(app).text == "x" * session.LONGEST_TEXT
    before = selection(app)
    read(app, " " * session.LONGEST_TEXT + "behind it")  # nothing of it can be read
    assert selection(app) == before


def test_a_long_text_is_read_up_to_the_stated_limit():
    app = read(open_app(), "good film . " * 500)
    assert len(selection(app).text) == 6000
    sent = shown(app)
    assert len(sent["words"]) == session.LIMIT
    assert sent["truncated"] == 1500 - session.LIMIT
    ask(app, text="good film . " * 501, live=True)
    assert shown(app)["step"] == selection(app).step == session.LIMIT - 1


def test_the_order_of_what_is_said_does_not_matter():
    # A word that is chosen and a text that is asked for may come in one message.
    app = open_app(text=TEXT)
    where = {"id": shown(app)["id"], "step": 3, "unit": 17, "order": "", "map": ""}
    app.session_state["player"] = {"chosen": where, "asked": {"model": "imdb-gru"}}
    app.run()
    assert (selection(app).model, selection(app).step) == ("imdb-gru", 3)
    where["id"] = shown(app)["id"]
    app.session_state["player"] = {"chosen": where, "asked": {"text": "An old film, and more."}}
    app.run()
    assert selection(app).step == shown(app)["turningPoint"]
    assert selection(app).unit == 17


def test_every_opening_has_an_identity_of_its_own():
    app = open_app(text=TEXT)
    every = ({"text": "Fine."}, {"text": TEXT}, {"model": "hotel-lstm"}, {"text": "Fine."})
    ids = [shown(app)["id"], *(shown(ask(app, **what))["id"] for what in every)]
    for page in ("gates", "read"):
        app.switch_page(PAGES[page]).run()
    ids.append(shown(app)["id"])
    assert all(one != other for one, other in itertools.combinations(ids, 2))
