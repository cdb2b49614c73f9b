"""What a person does on Read: type, pick, link, go back; and that all can use it."""

import re

import axe_core_python.sync_playwright as axe
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DARK, HALL, LIGHT, PHONE

MARKUP = "<script>alert('x')</script><img src=x onerror=alert(1)> <b>bold</b> :red[film] &amp;"


def verdict(reader):
    return reader.page.locator(".prediction .number")


def test_type_a_review_and_read_its_verdict(reader, classifier):
    reader.open()
    text = "What a wonderful, moving film. I loved every minute of it!"
    reader.read(text)
    expect(reader.page.locator(".transcript")).to_contain_text("wonderful")
    expect(reader.page).to_have_url(re.compile(r"text=What"))
    trace = classifier.trace(text)
    for step, word in enumerate(reader.page.locator(".transcript .word").all()):
        word.click()
        expect(reader.where).to_have_text(f"word {step + 1} of 14")
        positive = trace.probabilities[step, 1]
        side = "▲ positive" if positive >= 0.5 else "▼ negative"
        expect(reader.page.locator(".prediction .side")).to_have_text(side)
        percent = 100 * max(positive, 1 - positive)
        assert abs(float(verdict(reader).inner_text().rstrip(" %")) - percent) <= 0.6
    expect(reader.page.locator(".prediction .when")).to_have_text("Prediction after “!”")


def test_open_a_link_and_find_the_same_view(reader):
    reader.open()
    reader.read("The cast is superb, but the story is a mess.")
    expect(reader.page.locator(".transcript")).to_contain_text("superb")
    reader.word("mess").click()
    reader.page.locator(".chips button").first.click()
    title = reader.page.locator(".title")
    expect(title).to_have_text("One unit at “mess”")
    expect(reader.page).to_have_url(re.compile(r"word=\d+&unit=\d+"))
    law, number = reader.page.locator(".equation").inner_text(), verdict(reader).inner_text()
    url = reader.page.url
    reader.page.goto("about:blank")
    reader.page.goto(url)
    expect(title).to_have_text("One unit at “mess”")
    expect(reader.page.locator(".equation")).to_have_text(law)
    expect(verdict(reader)).to_have_text(number)
    expect(reader.page.locator(".transcript .current")).to_contain_text("mess")


def test_the_way_back_restores_the_word(reader):
    reader.open("/?text=One+two+three.+Four+five+six.&word=2")
    url = reader.page.url
    reader.page.goto(url.replace("word=2", "word=6"))
    expect(reader.where).to_have_text("word 6 of 8")
    reader.page.go_back()
    expect(reader.where).to_have_text("word 2 of 8")


def test_the_word_and_the_unit_stay_on_the_way_through_the_pages(reader):
    reader.open("/?text=Not+a+bad+film+at+all.&word=3&unit=5")
    reader.gates()
    expect(reader.page.get_by_label("Type a review")).to_have_value("Not a bad film at all.")
    reader.page.get_by_role("link", name="Read").click()
    expect(reader.page.locator(".title")).to_have_text("One unit at “bad”")
    expect(reader.page.locator(".unit input")).to_have_value("5")
    reader.word("film").click()
    expect(reader.page).to_have_url(re.compile("word=4&unit=5"))
    reader.page.keyboard.press("Space")
    expect(reader.button("Pause")).to_be_visible()


def test_who_chooses_a_word_and_leaves_at_once_arrives(reader):
    reader.open("/?text=Not+a+bad+film+at+all.&word=1")
    for word in ("bad", "film", "at"):
        reader.word(word).click()
        reader.gates()
        reader.page.get_by_role("link", name="Read").click()
        expect(reader.page.locator(".transcript .current")).to_be_visible()
        reader.settle()


def test_pick_an_example(reader):
    reader.open("/?text=Not+a+bad+film+at+all.&word=3")
    examples = reader.page.get_by_role("combobox", name="Example")
    expect(examples.locator("option:checked")).to_have_text("Your own text")
    examples.select_option("The Velvet Siege · turning")
    expect(reader.page.locator(".transcript")).to_contain_text("goat")
    expect(reader.page).to_have_url(re.compile("review=velvet-siege"))
    expect(reader.page.locator(".transcript .current")).to_contain_text(
        "loved"
    )  # the turning point


def test_walking_asks_the_server_for_nothing(reader):
    reader.open("/?word=1")
    reader.received.clear()
    for _ in range(20):
        reader.page.keyboard.press("ArrowRight")
    expect(reader.where).to_contain_text("word 21")
    expect(reader.page).to_have_url(re.compile("word=21$"))
    reader.settle()
    assert sum(reader.received) < 30_000  # the course of the reading is not sent again


def test_read_asks_for_nothing_of_plotly(reader):
    reader.open()
    reader.read("A charming film.")
    expect(reader.word("charming")).to_be_visible()
    reader.settle()
    assert len(reader.requested) > 10
    assert [url for url in reader.requested if "plotly" in url.lower()] == []


def test_each_word_says_its_numbers(reader):
    reader.open("/?text=A+dull+qwxzv+film.&word=2")
    options = reader.page.get_by_role("listbox", name="word by word").get_by_role("option")
    expect(options).to_have_count(5)
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    said = re.compile(r"^dull, word 2 of 5, [\d.]+ percent positive, [+−]?\d+ points$")
    expect(options.nth(1)).to_have_accessible_name(said)
    slider = reader.page.get_by_role("slider", name="Word")
    expect(slider).to_have_attribute("aria-valuetext", said)
    expect(options.nth(2)).to_have_accessible_name(re.compile("not in the vocabulary$"))
    expect(reader.page.locator(".notes")).to_contain_text("“qwxzv” not in the vocabulary")
    cell = reader.page.get_by_role("img", name=re.compile("^The cell after dull. Forget gate 0"))
    expect(cell).to_be_visible()
    reader.page.keyboard.press("ArrowLeft")
    expect(reader.page.locator(".announce")).to_have_text(re.compile("^A, word 1 of 5, "))


def test_only_unknown_words(reader):
    reader.open("/?text=qwxzv+vbnmq")
    expect(reader.page.locator(".notes")).to_contain_text("knows none of these words")


def test_a_single_word_has_no_turning_point(reader):
    reader.open("/?text=Dreadful")
    expect(reader.where).to_have_text("word 1 of 1")
    expect(reader.page.locator(".turning")).to_be_hidden()
    for key in ("ArrowRight", "Space", "t", "u", "ArrowDown", "End"):
        reader.page.keyboard.press(key)
    expect(reader.page.locator(".title")).to_have_text("One unit at “Dreadful”")


def test_paste_markup_and_see_it_literally(reader):
    reader.open()
    reader.read(MARKUP)
    page = reader.page
    expect(page.locator(".transcript .word")).to_have_count(41)
    assert page.locator(".player").locator("img, script, b:has-text('bold')").count() == 0
    page.locator(".transcript").evaluate(
        "(n) => n.querySelectorAll('sup').forEach((o) => o.remove())"
    )
    assert page.locator(".transcript").text_content() == MARKUP
    page.locator(".transcript .word", has_text=re.compile("^<$")).first.click()
    expect(page.locator(".title")).to_have_text("Inside the cell at “<”")
    expect(page.locator(".prediction .when")).to_have_text("Prediction after “<”")
    expect(page.locator(".texts").get_by_text("<", exact=True)).to_have_count(1)
    expect(page.locator(".notes")).to_contain_text("“onerror”")
    reader.button("Type your own review").click()
    expect(reader.field).to_have_value(MARKUP)
    page.keyboard.press("Escape")
    reader.gates()
    tick = page.locator(".st-key-gate_maps .x6tick", has_text="onerror")
    expect(tick).to_have_count(1)
    assert page.locator("main img").count() == 0


def test_a_word_may_be_markup(chooser):
    """The words of a model of one's own end at white space: a whole element is one word."""
    word = "<img/src=x/onerror=alert(1)>"
    chooser.open(f"/?model=own-gru&text=A+{word}+film.&word=2&unit=1")
    page = chooser.page
    expect(page.locator(".transcript .current")).to_have_text(word)
    expect(page.locator(".title")).to_have_text(f"One unit at “{word}”")
    expect(page.locator(".prediction .when")).to_have_text(f"Prediction after “{word}”")
    box = page.locator(".timeline").bounding_box()
    middle = (box["x"] + 96 + (box["width"] - 96) / 2, box["y"] + 0.9 * box["height"])
    page.mouse.move(*middle)
    expect(page.locator(".tooltip")).to_contain_text(f"“{word}”")
    assert page.locator(".player").locator("img, script").count() == 0
    chooser.gates()
    assert page.locator("main img").count() == 0


def test_a_click_on_a_dot_of_gates_chooses_the_unit(reader):
    reader.open("/?text=Not+a+bad+film+at+all.&word=3")
    reader.gates()
    expect(reader.page.locator(".st-key-gate_sources .js-plotly-plot")).to_be_visible()
    plot = reader.page.locator(".st-key-saturation_forget_gate")
    dots = plot.locator(".nsewdrag")
    at, around = plot.locator(".points path").nth(9).bounding_box(), dots.bounding_box()
    middle = {"x": at["x"] + at["width"] / 2, "y": at["y"] + at["height"] / 2}
    dots.click(position={axis: middle[axis] - around[axis] for axis in middle})
    unit = reader.unit()
    reader.page.get_by_role("link", name="Read").click()
    expect(reader.page.locator(".unit input")).to_have_value(str(unit))


def found_by_axe(page):
    found = axe.Axe().run(page)["violations"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]


WINDOWS = {
    "light": LIGHT, "dark": DARK, "phone": PHONE | LIGHT, "phone-dark": PHONE | DARK,
    "hall": HALL | LIGHT, "hall-dark": HALL | DARK,
}  # fmt: skip


@pytest.mark.parametrize("reader", WINDOWS.values(), indirect=True, ids=WINDOWS.keys())
def test_axe_finds_nothing(reader):
    reader.open("/?text=Not+a+bad+qwxzv+film,+but+dull.&word=3&unit=4")
    assert found_by_axe(reader.page) == []
    reader.page.keyboard.press("u")
    expect(reader.page.locator(".unit")).to_be_hidden()
    assert found_by_axe(reader.page) == []
    reader.button("Type your own review").click()
    expect(reader.field).to_be_visible()
    assert found_by_axe(reader.page) == []
    reader.page.keyboard.press("Escape")
    reader.page.keyboard.press("p")
    expect(reader.page.locator(".presenting")).to_be_visible()
    assert found_by_axe(reader.page) == []


@pytest.mark.parametrize("reader", [LIGHT, DARK], indirect=True, ids=["light", "dark"])
def test_axe_finds_nothing_on_gates(reader):
    reader.open("/?text=Not+a+bad+qwxzv+film,+but+dull.&word=3&unit=4")
    reader.gates()
    assert found_by_axe(reader.page) == []


def test_a_fast_reader_loses_nothing(reader):
    reader.open()
    for text in ("A dull film.", "A charming film."):
        reader.read(text)
        last = text.split()[1]
        expect(reader.word(last)).to_be_visible()
        reader.word(last).click()
        reader.page.locator(".chips button").first.click()
        expect(reader.page.locator(".title")).to_have_text(f"One unit at “{last}”")
        reader.button("All 128 units").click()
    expect(reader.page.locator(".title")).to_have_text("Inside the cell at “charming”")
    expect(reader.page).to_have_url(re.compile("text=A\\+charming|text=A%20charming"))


def test_a_number_beside_a_word_is_no_part_of_its_name(reader):
    """Who speaks to the page says what is seen there; axe looks at that only if asked to."""
    reader.open("/?text=I+wanted+to+love+it,+but+the+jokes+are+stale.&word=3&unit=4")
    assert reader.page.locator(".transcript sup").count() > 0
    rule = {"runOnly": {"type": "rule", "values": ["label-content-name-mismatch"]}}
    for _ in range(2):
        assert axe.Axe().run(reader.page, options=rule)["violations"] == []
        reader.page.keyboard.press("u")
    chip = reader.page.locator(".chips button").first
    expect(chip).to_have_accessible_name(re.compile(r"^unit \d+, vote [+−]\d\.\d\d$"))
    reader.said[:] = [one for one in reader.said if "willReadFrequently" not in one]  # of axe


def test_another_unit_is_said(reader):
    reader.open("/?text=Not+a+bad+film+at+all.&word=3")
    said = reader.page.locator(".announce")
    reader.word("bad").click()
    reader.page.keyboard.press("u")
    expect(said).to_have_text(
        re.compile(r"^unit \d+ of 128, vote [+−]?\d\.\d\d, Cell state [−\d.]+$")
    )
    first = said.inner_text()
    reader.page.keyboard.press("ArrowDown")
    expect(said).not_to_have_text(first)
    expect(said).to_have_text(re.compile(r"^unit \d+ of 128, vote"))
    reader.button("All 128 units").click()
    expect(said).to_have_text("all 128 units")
    reader.page.keyboard.press("ArrowRight")
    expect(said).to_have_text(re.compile("^film, word 4 of 7"))


def test_numbers_beside_each_other_agree(reader):
    """At each word: what it was, what it is, the points, and the other side."""
    reader.open("/?unit=5&word=1")
    was = None
    for step in range(34):
        expect(reader.where).to_have_text(f"word {step + 1} of 34")
        said = reader.page.locator(".prediction .change").inner_text()
        before, now = map(float, re.search(r"was ([\d.]+) %, is ([\d.]+) %", said).groups())
        moved = re.match(r"([\d.]+) points? toward", said)
        assert (float(moved[1]) if moved else 0) == pytest.approx(abs(now - before), abs=1e-9)
        assert was is None or was == before
        large = float(verdict(reader).inner_text().rstrip(" %"))
        assert large in (now, pytest.approx(100 - now))
        without = reader.page.locator(".total").inner_text()
        still, other = re.search(r"still ([\d.]+)|: ([\d.]+) % positive, not \d", without).groups()
        assert still is None or float(still) == now
        assert other is None or float(other) != now
        was = now
        reader.page.keyboard.press("ArrowRight")


def test_a_notice_is_one_line_that_can_be_closed(reader):
    before = reader.open("/?text=Not+a+bad+film.").page.locator(".controls").bounding_box()
    reader.open("/?text=Not+a+bad+film.&word=99&unit=4000&map=nope&order=nope&layer=9-forward")
    line = reader.page.locator('[class*="st-key-notices"]')
    expect(line).to_contain_text("word 5 is shown")
    assert line.bounding_box()["height"] < 50
    box = reader.page.locator(".controls").bounding_box()
    assert box["y"] + box["height"] <= 768
    line.get_by_role("button", name="Close").click()
    expect(line).to_have_count(0)
    reader.settle()
    expect(reader.page.locator(".transcript .current")).to_have_text(".")
    assert reader.page.locator(".controls").bounding_box()["y"] == pytest.approx(before["y"], abs=2)


def test_a_model_that_cannot_read_a_text_says_so_in_large_type(reader):
    reader.open("/?model=hotel-lstm&text=I+wanted+to+love+it,+but+the+jokes+are+stale.&word=4")
    said = reader.page.locator(".prediction")
    expect(said.locator(".unread")).to_have_text(
        re.compile(r"^It knows only \d+ of these 10 words\.$")
    )
    assert (
        float(said.locator(".unread").evaluate("(n) => parseFloat(getComputedStyle(n).fontSize)"))
        >= 24
    )
    expect(said).not_to_contain_text("%")
    reader.page.get_by_role("combobox", name="Model").select_option("imdb-lstm")
    expect(verdict(reader)).to_have_text(re.compile("%"))
    reader.page.get_by_role("combobox", name="Model").select_option("hotel-lstm")
    expect(verdict(reader)).to_have_text(re.compile("%"))  # of an example of its own
    reader.page.get_by_role("combobox", name="Example").select_option("Your own text")
    expect(said.locator(".unread")).to_be_visible()
    expect(reader.page.locator(".transcript")).to_contain_text("stale")


def test_the_map_shows_the_memory_of_the_model(reader):
    map_ = reader.page.locator(".map select")
    model = reader.page.get_by_role("combobox", name="Model")
    reader.open("/?model=imdb-gru")
    expect(map_).to_have_value("hidden_state")
    model.select_option("imdb-lstm")
    expect(map_).to_have_value("cell_state")
    map_.select_option("forget_gate")
    model.select_option("imdb-gru")
    expect(map_).to_have_value("hidden_state")
    model.select_option("imdb-lstm")
    expect(map_).to_have_value(re.compile("forget_gate|cell_state"))
    map_.select_option("candidate")
    model.select_option("imdb-gru")
    expect(map_).to_have_value("candidate")


def test_files_are_seen_and_named_after_text_and_word(reader):
    reader.open("/?review=velvet-siege&word=4")
    reader.button("Download").click()
    take = reader.page.get_by_role("button", name=re.compile("CSV"))
    expect(take).to_be_in_viewport()
    with reader.page.expect_download() as coming:
        take.click()
    assert coming.value.suggested_filename == "lstm-viz-velvet-siege-word-4-thin.csv"
    with reader.page.expect_download() as coming:
        reader.button("SVG").click()
    assert coming.value.suggested_filename == "lstm-viz-velvet-siege-cell-word-4-thin.svg"
