"""Gates in a real browser: what is clicked is chosen, in the layer that is drawn; what is usual."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, HALL, PHONE

TEXT = "The story is thin but the acting is superb."
LINK = "/?text=The+story+is+thin+but+the+acting+is+superb."
ROW = ".st-key-pages"


def opened(person, path):
    person.open(path)
    person.gates()
    return person.page


def click_at(page, key, x, y):
    """Click into a picture, at shares of the place where its first row is drawn."""
    plot = page.locator(f".st-key-{key} .js-plotly-plot")
    plot.scroll_into_view_if_needed()
    area = plot.evaluate(
        "plot => { const {_fullLayout: l} = plot; const y = l.yaxis, x = l.xaxis;"
        "return [x._offset, x._length, y._offset, y._length]; }"
    )
    place = plot.bounding_box()
    left, width, top, height = area
    at = place["x"] + left + x * width, place["y"] + top + y * height
    page.mouse.move(at[0] - 3, at[1])
    page.mouse.move(*at, steps=3)
    page.mouse.click(*at)


def test_a_click_in_a_map_chooses_word_and_unit(reader):
    page = opened(reader, LINK + "&order=index")
    click_at(page, "gate_maps", (4 + 0.5) / 10, (64 + 0.5) / 128)
    expect(page).to_have_url(re.compile(r"word=5\b"))
    unit = reader.unit()
    assert abs(unit - 64) <= 3  # rows are a pixel high
    reader.settle()
    page.get_by_role("link", name="Read").click()
    expect(reader.where).to_have_text("word 5 of 10")
    expect(page).to_have_url(re.compile(rf"word=5.*unit={unit}\b"))


def test_a_click_on_the_means_chooses_the_word(reader):
    page = opened(reader, LINK)
    click_at(page, "gate_means", (8 + 0.5) / 10, 0.5)
    expect(page).to_have_url(re.compile(r"word=9\b"))
    expect(page).not_to_have_url(re.compile("unit="))


def test_a_click_on_a_dot_chooses_a_unit_of_the_layer_that_is_drawn(reader):
    page = opened(reader, LINK + "&model=imdb-lstm-2&layer=1-forward&unit=5")
    dots = page.locator(".st-key-saturation_forget_gate .js-plotly-plot")
    dots.scroll_into_view_if_needed()
    told = dots.evaluate(
        "plot => { const l = plot._fullLayout;"
        "const x = plot.calcdata.at(-1).map(one => one.x);"
        "const y = plot.calcdata.at(-1).map(one => one.y);"
        "const far = x.indexOf(Math.max(...x));"
        "const at = (axis, value) => axis._offset + axis.d2p(value);"
        "return [far, at(l.xaxis, x[far]), at(l.yaxis, y[far])]; }"
    )
    place = dots.bounding_box()
    page.mouse.move(place["x"] + told[1] - 3, place["y"] + told[2])
    page.mouse.move(place["x"] + told[1], place["y"] + told[2], steps=3)
    page.mouse.click(place["x"] + told[1], place["y"] + told[2])
    expect(page).to_have_url(re.compile(rf"unit={told[0]}\b"))
    expect(page).to_have_url(re.compile("layer=1-forward"))


def test_choices_travel_in_the_link(reader):
    page = opened(reader, LINK + "&word=3")
    before = reader.entries
    page.get_by_role("radio", name="Index").click()
    expect(page).to_have_url(re.compile("order=index"))
    page.get_by_role("radio", name="Departure from usual").click()
    expect(page).to_have_url(re.compile("drawn=departure"))
    page.get_by_role("button", name="Candidate").click()
    expect(page).to_have_url(re.compile("maps="))
    reader.settle()
    assert reader.entries == before
    opened(reader, "/?" + page.url.split("?")[1])
    expect(page.get_by_role("radio", name="Index")).to_be_checked()
    expect(page.get_by_role("radio", name="Departure from usual")).to_be_checked()


@pytest.mark.parametrize("reader", [DESK, HALL, PHONE], indirect=True, ids=str)
def test_every_page_is_a_link_in_one_row_that_leads_to_the_same_view(reader):
    reader.open("/?text=An+old+film.&word=2")
    row = reader.page.locator(ROW)
    expect(reader.page.get_by_role("navigation", name="Pages")).to_be_visible()
    for name in ("Read", "Gates", "Models"):
        link = row.get_by_role("link", name=name, exact=True)
        expect(link).to_be_in_viewport()
        expect(link).to_have_attribute("href", re.compile("text=An.old.film.*word=2"))
    expect(row.locator("[aria-current=page]")).to_have_text("Read")
    assert row.evaluate("row => row.getBoundingClientRect().height") < 80
    other = reader.page.context.new_page()
    other.goto(row.get_by_role("link", name="Gates").evaluate("link => link.href"))
    expect(other.get_by_label("Type a review")).to_have_value("An old film.")
    expect(other.locator(f"{ROW} [aria-current=page]")).to_have_text("Gates")
    other.locator(ROW).get_by_role("link", name="Read").click()
    expect(other.locator(".where")).to_have_text("word 2 of 4")


def test_an_experiment_in_a_link_is_shown_undone_and_redone(reader):
    page = reader.page
    reader.open("/?text=The+story+is+thin+but+the+acting+is+superb.&force=f@5:lean%2B3.41")
    line = page.locator(".st-key-experiment")
    expect(line).to_contain_text("forget gate at “but” (word 5), pre-activation shifted by +3.41")
    reader.button("Reset").click()
    expect(line).to_contain_text("Nothing is forced now")
    expect(page).not_to_have_url(re.compile("force="))
    reader.button("Undo").click()
    expect(page).to_have_url(re.compile("force=f"))
    reader.button("Redo").click()
    expect(line).to_contain_text("Nothing is forced now")


def test_what_is_usual_is_measured_on_texts_of_ones_own(reader):
    page = opened(reader, LINK)
    page.get_by_role("button", name="Usual values").click()
    expect(page.get_by_text("17,628 words of 872 texts")).to_be_visible()
    field = page.get_by_label("Measure usual values on your own texts")
    field.fill("A good film.\nA bad one.\n\nNot so bad at all.")
    field.press("Control+Enter")
    reader.button("Measure").click()
    expect(page.get_by_text("14 words of 3 texts")).to_be_visible()
    reader.button("Back to the held-out texts").click()
    expect(page.get_by_text("17,628 words of 872 texts")).to_be_visible()


@pytest.mark.parametrize("key", ["Control", "Shift"])
def test_a_link_with_a_key_opens_elsewhere(reader, key):
    reader.open("/?text=An+old+film.&word=2")
    with reader.page.context.expect_page() as opened_page:
        reader.page.get_by_role("link", name="Models").click(modifiers=[key])
    expect(opened_page.value).to_have_url(re.compile("/models.*word=2"))
    expect(reader.where).to_have_text("word 2 of 4")


def test_keys_are_the_player_s_though_the_focus_is_on_the_link_that_led_here(reader):
    reader.open("/?text=One+two+three.+Four+five+six.&word=4")
    reader.gates()
    reader.page.get_by_role("link", name="Read").click()
    expect(reader.where).to_have_text("word 4 of 8")
    reader.settle()
    reader.page.keyboard.press("ArrowRight")
    expect(reader.where).to_have_text("word 5 of 8")


def test_a_forced_state_is_no_sum(reader):
    page = reader.page
    reader.open("/?text=A+lovely,+silly+film.&word=2&unit=75&force=c.u75@2:=1.5")
    expect(page.locator(".title")).to_have_text("What if: One unit at “lovely”")
    expect(page.locator(".equation")).to_have_text(re.compile(r"= [−\d.]+, forced to c 1\.50"))
    page.keyboard.press("ArrowRight")
    expect(page.locator(".equation")).to_have_text(re.compile(r"= c [−\d.]+"))
    expect(page.locator(".equation")).not_to_contain_text("forced")
    page.keyboard.press("p")
    expect(page.locator(".presenting .title")).to_contain_text("What if")
