"""What a person does, in a real browser."""

import re

import axe_core_python.sync_playwright as axe
import pytest
from playwright.sync_api import expect

from tests.app.test_pages import open_app, shown

LIGHT = {"color_scheme": "light"}
DARK = {"color_scheme": "dark"}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
HALL = {"viewport": {"width": 1920, "height": 1080}}


def verdict(reader):
    return reader.page.locator(".verdict .number")


def test_type_a_review_and_read_its_verdict(reader, classifier):
    reader.open()
    text = "What a wonderful, moving film. I loved every minute of it!"
    reader.read(text)
    expect(reader.page.locator(".script")).to_contain_text("wonderful")
    reader.page.locator(".script .word").last.click()
    positive = classifier.predict([text])[0, 1]
    assert positive > 0.5
    expect(reader.page.locator(".verdict .side")).to_have_text("▲ positive")
    expect(reader.page.locator(".verdict h2")).to_have_text("Verdict after “!”")
    assert abs(float(verdict(reader).inner_text().rstrip(" %")) - 100 * positive) <= 0.6
    expect(reader.page).to_have_url(re.compile(r"text=What"))


def test_ctrl_enter_reads(reader):
    reader.open()
    reader.page.get_by_label("Type a review").fill("Dreadful, and far too long.")
    reader.page.keyboard.press("Control+Enter")
    expect(reader.page.locator(".script")).to_contain_text("Dreadful")


def test_open_a_link_and_find_the_same_view(reader):
    reader.open()
    reader.read("The cast is superb, but the story is a mess.")
    expect(reader.page.locator(".script")).to_contain_text("superb")
    reader.word("mess").click()
    reader.page.locator(".chips button").first.click()
    expect(reader.page.locator(".cell h2")).to_contain_text("Unit")
    expect(reader.page).to_have_url(re.compile(r"word=\d+&unit=\d+"))
    heading = reader.page.locator(".cell h2").inner_text()
    number = verdict(reader).inner_text()
    url = reader.page.url
    reader.page.goto("about:blank")
    reader.page.goto(url)
    expect(reader.page.locator(".cell h2")).to_have_text(heading)
    expect(verdict(reader)).to_have_text(number)
    expect(reader.page.locator(".script .current")).to_contain_text("mess")
    expect(reader.page.get_by_label("Type a review")).to_have_value(
        "The cast is superb, but the story is a mess."
    )


def test_the_way_back_restores_the_word(reader):
    reader.open("/?text=One+two+three.+Four+five+six.&word=2")
    url = reader.page.url
    reader.page.goto(url.replace("word=2", "word=6"))
    where = reader.page.locator(".where")
    expect(where).to_have_text("word 6 of 8")
    reader.page.go_back()
    expect(where).to_have_text("word 2 of 8")


def test_paste_markup_and_see_it_literally(reader):
    reader.open()
    text = "<script>alert('x')</script><img src=x onerror=alert(1)> <b>bold</b> :red[film] &amp;"
    reader.read(text)
    expect(reader.page.get_by_role("option")).to_have_count(41)
    without_numbers = "(node) => [...node.querySelectorAll('sup')].forEach((sup) => sup.remove())"
    reader.page.locator(".script").evaluate(without_numbers)
    assert reader.page.locator(".script").text_content() == text
    assert (
        reader.page.locator(".reader img, .reader script, .reader b:has-text('bold')").count() == 0
    )
    reader.gates()
    tick = reader.page.locator(".st-key-gate_maps .x6tick", has_text="onerror")
    expect(tick).to_have_count(1)
    assert reader.page.locator("main img").count() == 0


def test_walk_with_the_keys_and_the_timeline(reader):
    reader.open("/?text=One+two+three.+Four+five+six.&word=1")
    where = reader.page.locator(".where")
    expect(where).to_have_text("word 1 of 8")
    reader.page.locator(".script .current").focus()
    for key, place in (
        ("ArrowRight", 2), ("End", 8), ("ArrowRight", 8), ("PageUp", 5), ("Home", 1),
        ("PageDown", 5), ("ArrowLeft", 4),
    ):  # fmt: skip
        reader.page.keyboard.press(key)
        expect(where).to_have_text(f"word {place} of 8")
    expect(reader.page).to_have_url(re.compile("word=4"))
    slider = reader.page.get_by_role("slider", name="Word")
    expect(slider).to_have_attribute("aria-valuenow", "4")
    box = slider.bounding_box()
    reader.page.mouse.click(box["x"] + box["width"] * 0.85, box["y"] + 40)
    expect(where).to_have_text("word 8 of 8")


def test_walking_asks_the_server_for_nothing(reader):
    frames = []
    reader.page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda data: frames.append(len(data))),
    )
    reader.open()
    reader.page.locator(".script .current").focus()
    reader.page.keyboard.press("Home")
    expect(reader.page).to_have_url(re.compile("word=1$"))
    reader.settle()
    frames.clear()
    for _ in range(20):
        reader.page.keyboard.press("ArrowRight")
    expect(reader.page.locator(".where")).to_contain_text("word 21")
    expect(reader.page).to_have_url(re.compile("word=21$"))
    reader.settle()
    assert sum(frames) < 30_000  # the course of the reading is not sent again


def test_each_word_says_its_numbers(reader):
    reader.open("/?text=A+dull+qwxzv+film.&word=2")
    options = reader.page.get_by_role("option")
    expect(options).to_have_count(5)
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(options.nth(1)).to_have_accessible_name(
        re.compile(r"^dull, word 2 of 5, [\d.]+ percent positive, [+−]?\d+ points$")
    )
    expect(options.nth(2)).to_have_accessible_name(re.compile("not in the vocabulary$"))
    expect(reader.page.locator(".notes")).to_contain_text("“qwxzv” not in the vocabulary")


def test_only_unknown_words(reader):
    reader.open("/?text=qwxzv+vbnmq")
    expect(reader.page.locator(".notes")).to_contain_text("knows none of these words")


def test_the_numbers_of_a_step_are_the_models(reader, classifier):
    reader.open("/?text=Not+a+bad+film+at+all.&word=3")
    layer = classifier.trace("Not a bad film at all.").layers[0]
    boxes = reader.page.locator(".cell .quantity")
    for name in ("input_gate", "forget_gate", "output_gate"):
        label = name.replace("_", " ").capitalize()
        value = f"{layer.quantities[name][2].mean():.2f}"
        expect(boxes.filter(has_text=label).locator("strong")).to_have_text(value)


def test_blank_text_keeps_the_picture(reader):
    reader.open("/?text=Not+a+bad+film+at+all.")
    reader.read("   ")
    expect(reader.page.get_by_text("type at least one word")).to_be_visible()
    expect(reader.word("film")).to_be_visible()


def test_pick_an_example(reader):
    reader.open()
    reader.page.get_by_label("Or take an example").click()
    reader.page.get_by_role("option", name="The Velvet Siege").click()
    expect(reader.page.locator(".script")).to_contain_text("goat")
    expect(reader.page).to_have_url(re.compile("review=velvet-siege"))


def test_a_click_on_a_dot_chooses_the_unit(reader):
    reader.open("/?text=Not+a+bad+film+at+all.&word=3")
    reader.gates()
    reader.page.locator(".st-key-saturation_forget_gate .points path").nth(9).dispatch_event(
        "click"
    )
    dots = reader.page.locator(".st-key-saturation_forget_gate .nsewdrag")
    dots.scroll_into_view_if_needed()
    point = reader.page.locator(".st-key-saturation_forget_gate .points path").nth(9).bounding_box()
    reader.page.mouse.click(point["x"] + point["width"] / 2, point["y"] + point["height"] / 2)
    expect(reader.page).to_have_url(re.compile(r"unit=\d+"))
    reader.page.get_by_role("link", name="Read").click()
    expect(reader.page.locator(".cell h2")).to_contain_text("Unit")


@pytest.mark.parametrize("reader", [LIGHT, DARK], indirect=True, ids=["light", "dark"])
def test_axe_finds_nothing(reader):
    reader.open("/?text=Not+a+bad+qwxzv+film,+but+dull.&word=3&unit=4")
    reader.settle()
    reader.page.wait_for_function("document.querySelectorAll('[data-stale=true]').length === 0")
    for go_on in (reader.gates, lambda: None):
        found = axe.Axe().run(reader.page)["violations"]
        told = [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found]
        assert told == []
        go_on()


@pytest.mark.parametrize("reader", [PHONE, HALL], indirect=True, ids=["phone", "hall"])
def test_nothing_overflows(reader):
    reader.open()
    measure = "document.scrollingElement.scrollWidth - window.innerWidth"
    assert reader.page.evaluate(measure) <= 0
    inner = "(node) => node.scrollWidth - node.clientWidth"
    assert reader.page.locator("[data-testid=stMain]").evaluate(inner) <= 0
    box = reader.page.locator(".reader").bounding_box()
    for part in (".script", ".verdict", ".cell", ".timeline"):
        place = reader.page.locator(part).bounding_box()
        assert place["x"] >= box["x"] - 1
        assert place["x"] + place["width"] <= box["x"] + box["width"] + 1


def test_the_page_shows_what_the_server_computed(reader):
    reader.open("/?text=Not+a+bad+film+at+all.&word=7")
    data = shown(open_app(text="Not a bad film at all.", word="7"))
    percent = data["course"]["probability"][6] * 100
    text = verdict(reader).inner_text()
    assert abs(max(percent, 100 - percent) - float(text.rstrip(" %"))) <= 0.6


def test_a_fast_reader_loses_nothing(reader):
    reader.open()
    for text in ("A dull film.", "A charming film."):
        reader.read(text)
        last = text.split()[1]
        expect(reader.word(last)).to_be_visible()
        reader.word(last).click()
        reader.page.locator(".chips button").first.click()
        expect(reader.page.locator(".cell h2")).to_have_text(re.compile(rf"^Unit \d+ at “{last}”$"))
        reader.page.get_by_role("button", name="All 128 units").click()
    expect(reader.page.locator(".cell h2")).to_have_text("Inside the cell at “charming”")
    expect(reader.page).to_have_url(re.compile("text=A\\+charming|text=A%20charming"))
