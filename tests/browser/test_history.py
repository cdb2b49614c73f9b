"""Back and Forward: one entry for a page, a model and a text, and what is shown is what it says."""

import re

import pytest
from playwright.sync_api import expect

LINK = "/?text=One+two+three.+Four+five+six.&word=2"


def shows(reader, text, word=None):
    """Wait until a text is read on the Read page, and a word of it if one is given."""
    expect(reader.page.locator(".transcript")).to_contain_text(text)
    if word:
        expect(reader.where).to_contain_text(f"word {word} of")


def on_gates(reader, text):
    expect(reader.page.locator(".st-key-gate_maps .js-plotly-plot")).to_be_visible()
    expect(reader.page.get_by_label("Type a review")).to_have_value(text)


def on_models(reader):
    expect(reader.page.get_by_text("Which models are there")).to_be_visible()


def said(reader, pattern):
    expect(reader.page).to_have_url(re.compile(pattern))
    reader.settle()


def test_to_open_the_program_makes_no_entry_of_its_own(reader):
    reader.open(LINK)
    for link in ("/", LINK, "/?model=imdb-gru", "/?review=nope&word=3"):
        elsewhere = f"{reader.address}/_stcore/health?before={len(link)}"
        reader.page.goto(elsewhere)
        before = reader.entries
        reader.page.goto(reader.address + link)
        said(reader, r"[?&]model=")
        assert reader.entries == before + 1, link
        reader.page.go_back()
        expect(reader.page).to_have_url(elsewhere)


def test_words_units_and_views_make_no_entries(reader):
    reader.open(LINK)
    before = reader.entries
    for _ in range(6):
        reader.page.keyboard.press("ArrowRight")
        reader.page.wait_for_timeout(450)
    said(reader, "word=8")
    reader.page.keyboard.press("u")
    said(reader, "unit=")
    reader.page.locator(".map select").select_option("forget_gate")
    said(reader, "map=forget_gate")
    assert reader.entries == before
    reader.page.reload()
    shows(reader, "One two", 8)


def test_a_change_of_page_is_one_entry(reader):
    reader.open(LINK)
    before = reader.entries
    reader.gates()
    said(reader, "/gates.*text=One")
    assert reader.entries == before + 1
    reader.models()
    said(reader, "/models.*text=One")
    assert reader.entries == before + 2
    reader.page.go_back()
    on_gates(reader, "One two three. Four five six.")
    said(reader, "/gates.*text=One.*word=2")
    reader.page.go_back()
    shows(reader, "One two", 2)
    said(reader, r"/\?model.*text=One.*word=2")
    reader.page.go_forward()
    on_gates(reader, "One two three. Four five six.")
    reader.page.go_forward()
    on_models(reader)
    assert reader.entries == before + 2


def test_a_text_and_a_model_are_one_entry_each(reader):
    reader.open(LINK)
    before = reader.entries
    reader.read("A charming film, really.")
    shows(reader, "charming")
    said(reader, "text=A.charming")
    reader.word("film").click()
    said(reader, "word=3")
    reader.page.get_by_role("combobox", name="Model").select_option("imdb-gru")
    said(reader, "model=imdb-gru.*word=3")
    assert reader.entries == before + 2
    reader.page.go_back()
    said(reader, "model=imdb-lstm.*charming.*word=3")
    shows(reader, "charming", 3)
    expect(reader.page.get_by_role("combobox", name="Model")).to_have_value("imdb-lstm")
    reader.page.go_back()
    shows(reader, "One two", 2)
    reader.page.go_forward()
    shows(reader, "charming", 3)
    reader.page.go_forward()
    expect(reader.page.get_by_role("combobox", name="Model")).to_have_value("imdb-gru")
    shows(reader, "charming", 3)


def test_a_text_that_is_typed_live_is_one_entry(reader):
    reader.open(LINK)
    before = reader.entries
    for text in ("A dull film", "Another charming film"):
        reader.page.get_by_label("Live typing").check()
        reader.field.fill("")
        for end in range(1, len(text.split()) + 1):
            words = " ".join(text.split()[:end])
            reader.field.press_sequentially(words.split()[-1] + " ")
            said(reader, "text=" + words.replace(" ", "."))
        reader.page.keyboard.press("Escape")
        reader.settle()
        assert reader.entries == before + 1
    reader.page.go_back()
    shows(reader, "One two", 2)
    reader.page.go_forward()
    shows(reader, "Another charming film")


def test_back_from_models_leads_to_gates_whatever_was_done_there(reader):
    reader.open(LINK)
    reader.gates()
    reader.page.get_by_label("Type a review").fill("An old film.")
    reader.page.get_by_role("button", name="Read", exact=True).click()
    said(reader, "/gates.*An.old")
    reader.models()
    reader.page.get_by_text("imdb-gru", exact=True).first.click()
    said(reader, "/models.*model=imdb-gru")
    reader.page.go_back()
    on_models(reader)
    said(reader, "model=imdb-lstm")
    reader.page.go_back()
    on_gates(reader, "An old film.")
    reader.page.go_back()
    on_gates(reader, "One two three. Four five six.")
    reader.page.go_back()
    shows(reader, "One two", 2)


@pytest.mark.parametrize("pause", [False, True], ids=["at-once", "one-by-one"])
def test_back_back_forward(reader, pause):
    reader.open(LINK)
    reader.read("A charming film, really.")
    said(reader, "charming")
    reader.gates()
    said(reader, "/gates.*charming")
    for way in ("back", "back", "forward"):
        reader.page.evaluate(f"history.{way}()")
        if pause:
            reader.page.wait_for_function("1")
            reader.settle()
    said(reader, r"/\?.*charming")
    shows(reader, "charming")
    reader.page.evaluate("history.go(-1)")
    shows(reader, "One two", 2)
    reader.page.evaluate("history.go(2)")
    on_gates(reader, "A charming film, really.")


def test_back_while_something_is_under_way(reader):
    reader.open(LINK)
    reader.read("A charming film, really.")
    said(reader, "charming")
    reader.word("film").click()  # is told a moment later
    reader.page.evaluate("history.back()")
    shows(reader, "One two", 2)
    said(reader, "text=One.*word=2")
    reader.page.evaluate("history.forward()")
    shows(reader, "charming")
    reader.page.get_by_role("link", name="Gates").click()
    reader.page.wait_for_url(re.compile("/gates"))
    reader.page.evaluate("history.back()")
    shows(reader, "charming")
    said(reader, r"/\?.*charming")


def test_what_lies_back_is_there_after_it_is_loaded_anew(reader):
    reader.open(LINK)
    reader.read("A charming film, really.")
    said(reader, "charming")
    reader.page.go_back()
    shows(reader, "One two", 2)
    reader.page.reload()
    shows(reader, "One two", 2)
    reader.page.go_forward()
    shows(reader, "charming")
    reader.page.go_back()
    shows(reader, "One two", 2)
    reader.read("A new film.")  # what lay ahead is gone, as anywhere
    said(reader, "A.new.film")
    reader.page.go_back()
    shows(reader, "One two", 2)
    reader.page.go_forward()
    shows(reader, "A new film")
