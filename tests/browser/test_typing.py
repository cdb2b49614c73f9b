"""Typing one's own text, on Read."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE

LINK = "/?text=Not+a+bad+film+at+all.&word=3"
LONG = "What a wonderful film: I loved it, and would gladly see it again tomorrow."
CARET = "(node) => [node.selectionStart, node.selectionEnd]"


def live(reader):
    reader.page.get_by_label("Live typing").check()
    expect(reader.field).to_be_focused()


def shown(reader):
    """Return the text in the strip, the numbers beside its words left out."""
    own = "(node) => [...node.childNodes].map((n) => n.firstChild?.data ?? n.data ?? '').join('')"
    return reader.page.locator(".transcript").evaluate(own)


def test_the_script_becomes_the_field_and_back(reader):
    reader.open(LINK)
    reader.button("Type your own review").click()
    expect(reader.page.get_by_label("Type a review")).to_have_value("Not a bad film at all.")
    expect(reader.field).to_be_focused()
    expect(reader.page.locator(".transcript")).to_be_hidden()
    reader.page.keyboard.type("A draft")  # in place of everything, which is selected
    reader.page.keyboard.press("Escape")
    expect(reader.field).to_be_hidden()
    expect(reader.button("Type your own review")).to_be_focused()
    assert shown(reader) == "Not a bad film at all."
    reader.page.keyboard.press("Enter")
    expect(reader.field).to_have_value("A draft")
    reader.button("Read").focus()
    reader.page.keyboard.press("Escape")
    expect(reader.field).to_be_hidden()
    reader.button("Type your own review").click()
    reader.button("Cancel").click()
    expect(reader.field).to_be_hidden()
    expect(reader.page).to_have_url(re.compile("text=Not"))


def test_ctrl_enter_reads(reader):
    reader.open(LINK)
    reader.button("Type your own review").click()
    reader.field.fill("Dreadful, and far too long.")
    reader.page.keyboard.press("Control+Enter")
    expect(reader.field).to_be_hidden()
    expect(reader.page.locator(".transcript")).to_contain_text("Dreadful")
    expect(reader.page).to_have_url(re.compile("text=Dreadful"))


def test_what_is_typed_is_no_key_of_the_player(reader):
    reader.open(LINK)
    reader.button("Type your own review").click()
    text = "tup TUP +-0"
    reader.page.keyboard.type(text)
    for key in ("ArrowLeft", "Home", "PageUp", "ArrowUp", "End", "ArrowRight"):
        reader.page.keyboard.press(key)
    expect(reader.field).to_have_value(text)
    expect(reader.where).to_have_text("word 3 of 7")
    expect(reader.button("Play")).to_be_visible()
    expect(reader.button("Present")).to_be_visible()
    expect(reader.page.locator(".title")).to_have_text("Inside the cell at “bad”")


def test_blank_text_gives_a_hint_and_keeps_the_picture(reader):
    reader.open(LINK)
    hint = reader.page.get_by_text("type at least one word")
    reader.read("   ")
    expect(hint).to_be_visible()
    expect(reader.field).to_be_focused()
    expect(reader.page.locator(".title")).to_have_text("Inside the cell at “bad”")
    reader.page.keyboard.press("Escape")
    expect(hint).to_be_hidden()
    expect(reader.word("film")).to_be_visible()
    reader.read("\n")
    expect(hint).to_be_visible()
    reader.field.fill("Fine.")
    reader.button("Read").click()
    expect(reader.where).to_have_text("word 1 of 2")
    expect(hint).to_be_hidden()


def test_live_typing_loses_no_letter_and_ends_at_the_whole_text(reader):
    reader.open(LINK)
    live(reader)
    reader.field.press_sequentially(LONG, delay=40)
    expect(reader.field).to_have_value(LONG)
    assert reader.field.evaluate(CARET) == [len(LONG)] * 2
    expect(reader.where).to_have_text("word 17 of 17")
    expect(reader.page.locator(".prediction .when")).to_have_text("Prediction after “.”")
    expect(reader.page).to_have_url(re.compile("tomorrow.*word=17$"))
    expect(reader.field).to_have_value(LONG)
    reader.page.keyboard.press("Escape")
    assert shown(reader) == LONG
    expect(reader.page.get_by_label("Live typing")).not_to_be_checked()


@pytest.mark.parametrize("way", ["Read", "Control+Enter"])
def test_reading_ends_live_typing_and_keeps_the_text(reader, way):
    reader.open(LINK)
    live(reader)
    reader.field.press_sequentially(LONG, delay=5)  # faster than it is read
    if way == "Read":
        reader.button("Read").click()
    else:
        reader.page.keyboard.press(way)
    expect(reader.field).to_be_hidden()
    expect(reader.page.get_by_label("Live typing")).not_to_be_checked()
    expect(reader.where).to_have_text("word 17 of 17")
    expect(reader.page).to_have_url(re.compile("tomorrow"))
    assert shown(reader) == LONG
    reader.button("Type your own review").click()
    expect(reader.field).to_have_value(LONG)
    expect(reader.page.get_by_label("Live typing")).not_to_be_checked()


def test_reading_what_is_there_already_ends_live_typing_too(reader):
    reader.open(LINK)
    live(reader)
    reader.button("Read").click()
    expect(reader.field).to_be_hidden()
    expect(reader.page.get_by_label("Live typing")).not_to_be_checked()
    expect(reader.where).to_have_text("word 3 of 7")
    assert shown(reader) == "Not a bad film at all."


def test_nothing_to_read_does_not_end_live_typing(reader):
    reader.open(LINK)
    live(reader)
    reader.page.keyboard.press("Delete")
    reader.button("Read").click()
    expect(reader.page.get_by_text("type at least one word")).to_be_visible()
    expect(reader.field).to_be_focused()
    expect(reader.page.get_by_label("Live typing")).to_be_checked()
    reader.page.keyboard.type("Good")
    expect(reader.where).to_have_text("word 1 of 1")


def test_words_are_tinted_while_one_types_live(reader):
    reader.open(LINK)
    live(reader)
    text = "A dull film, but a wonderful end"
    reader.field.press_sequentially(text, delay=20)
    expect(reader.where).to_have_text("word 8 of 8")
    expect(reader.page).to_have_url(re.compile("end&word=8"))
    tinted = reader.page.locator(".tinted")
    assert tinted.evaluate("(node) => node.textContent") == f"{text}\n"
    grounds = tinted.locator("span").evaluate_all(
        "(all) => all.map((one) => [one.textContent, one.style.background])"
    )
    own = """(all) => all.map((one) => {
      const probe = document.createElement("i");
      probe.style.background = getComputedStyle(one).getPropertyValue("--ground");
      return [one.firstChild.data, probe.style.background];
    })"""
    words = reader.page.locator(".transcript .word")
    assert grounds == words.evaluate_all(own)
    assert len({ground for _, ground in grounds}) > 3
    # Each tint lies behind its word: field and tints break their lines at the same places.
    reader.field.press_sequentially(f", {'and then some more of it ' * 12}")
    heights = "(node) => [node.scrollHeight, node.scrollTop, node.clientWidth]"
    assert tinted.evaluate(heights) == reader.field.evaluate(heights)
    assert tinted.evaluate("(node) => node.scrollTop") > 0
    reader.page.keyboard.press("Escape")
    reader.button("Type your own review").click()  # not live: nothing is known of what is typed
    expect(tinted.locator("span")).to_have_count(0)


@pytest.mark.parametrize("way", ["Type your own review", "Live typing"])
def test_who_begins_to_type_pauses_the_playing(reader, way):
    reader.open("/?text=" + "+".join(["good"] * 60) + "&word=1")
    reader.page.keyboard.press("Space")
    expect(reader.button("Pause")).to_be_visible()
    if way == "Live typing":
        reader.page.get_by_label(way).check()
    else:
        reader.button(way).click()
    expect(reader.field).to_be_focused()
    expect(reader.button("Play")).to_be_visible()
    stands = reader.where.inner_text()
    reader.page.keyboard.press("Escape")
    expect(reader.field).to_be_hidden()
    expect(reader.page).to_have_url(re.compile(rf"word={stands.split()[1]}$"))
    expect(reader.where).to_have_text(stands)


def test_live_typing_in_the_middle_keeps_the_cursor(reader):
    reader.open("/?text=A+dull+film+at+best.")
    live(reader)
    reader.field.evaluate("(node) => node.setSelectionRange(2, 6)")
    reader.field.press_sequentially("bright and funny", delay=40)
    whole = "A bright and funny film at best."
    expect(reader.where).to_have_text("word 8 of 8")
    expect(reader.page).to_have_url(re.compile("funny"))
    reader.settle()
    expect(reader.field).to_have_value(whole)
    assert reader.field.evaluate(CARET) == [len("A bright and funny")] * 2
    expect(reader.field).to_be_focused()
    for _ in range(5):
        reader.page.keyboard.press("Backspace")
    expect(reader.where).to_have_text("word 7 of 7")
    expect(reader.field).to_have_value("A bright and  film at best.")


def test_live_typing_of_nothing_gives_a_hint_until_there_is_something(reader):
    reader.open(LINK)
    live(reader)
    reader.page.keyboard.press("Delete")
    hint = reader.page.get_by_text("type at least one word")
    expect(hint).to_be_visible()
    reader.page.keyboard.type("So good")
    expect(hint).to_be_hidden()
    expect(reader.where).to_have_text("word 2 of 2")


def test_an_example_takes_the_place_of_what_is_typed(reader):
    reader.open(LINK)
    reader.button("Type your own review").click()
    reader.page.keyboard.type("Half a sent")
    examples = reader.page.get_by_role("combobox", name="Example")
    examples.select_option("The Velvet Siege · turning")
    expect(reader.page).to_have_url(re.compile("review=velvet-siege"))
    expect(reader.page.locator(".transcript")).to_contain_text("goat")
    reader.button("Type your own review").click()
    expect(reader.field).to_have_value(re.compile("^The script is thin"))


def test_an_example_is_in_the_field_of_who_types_live(reader):
    reader.open(LINK)
    live(reader)
    examples = reader.page.get_by_role("combobox", name="Example")
    examples.select_option("The Velvet Siege · turning")
    expect(reader.field).to_have_value(re.compile("^The script is thin"))
    expect(reader.page).to_have_url(re.compile("review=velvet-siege"))


def test_what_is_too_long_to_be_read_is_not_lost(reader):
    text = "".join(f"word{number} " for number in range(1_100)) + "the end."
    reader.open(LINK)
    reader.read(text)
    expect(reader.page.locator(".notes")).to_contain_text("the 103 after the mark ┊ were not read")
    reader.button("Type your own review").click()
    expect(reader.field).to_have_value(text)


@pytest.mark.parametrize("reader", [PHONE], indirect=True)
def test_type_on_a_phone(reader):
    reader.open(LINK)
    reader.button("Type your own review").tap()
    reader.field.fill("A charming film.")
    reader.button("Read").tap()
    expect(reader.page.locator(".transcript")).to_contain_text("charming")
    expect(reader.page).to_have_url(re.compile("text=A"))
