"""What is taken home: pictures, tables, traces, and a page that plays without a network."""

import csv
import re
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import expect

import lstm_viz
from tests.browser.conftest import DARK, LIGHT, Reader
from tests.browser.picture import cell_texts

TEXT = "I wanted to love it, but the jokes are stale. Not a good film!"
LINK = "/?text=I+wanted+to+love+it,+but+the+jokes+are+stale.+Not+a+good+film!&word=11"
SVG = "{http://www.w3.org/2000/svg}"


def taken(reader, name, tmp_path):
    """Press a button once the page has come to rest, and return the file that comes."""
    reader.settle()
    with reader.page.expect_download() as coming:
        reader.button(name).click()
    place = tmp_path / coming.value.suggested_filename
    coming.value.save_as(place)
    return place


def texts_of(place):
    """Return the texts in an SVG."""
    root = ElementTree.fromstring(place.read_text("utf-8"))  # noqa: S314 - it is our own
    assert root.tag == f"{SVG}svg"
    return [node.text for node in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("view", ["", "&unit=5"], ids=["all", "one"])
def test_the_cell_as_svg_says_what_the_page_says(reader, tmp_path, view):
    reader.open(LINK + view)
    said = texts_of(taken(reader, "SVG", tmp_path))
    assert sorted(said) == sorted(one.said for one in cell_texts(reader.page))
    assert {"stale", "Forget gate"} <= set(said)


def test_texts_of_the_svg_are_as_wide_as_on_the_page_in_any_type(reader, tmp_path):
    reader.open(LINK)
    svg = taken(reader, "SVG", tmp_path).read_text("utf-8").replace("Source Sans", "none")
    reader.page.set_content(svg.replace("font-family=", "data-was="))  # in a type of its own
    boxes = [text.bounding_box() for text in reader.page.locator("text").all()]
    assert len(boxes) > 20
    for one, other in combinations(boxes, 2):
        across = min(one["x"] + one["width"], other["x"] + other["width"])
        down = min(one["y"] + one["height"], other["y"] + other["height"])
        beside = across <= max(one["x"], other["x"]) + 2
        assert beside or down <= max(one["y"], other["y"]) + 0.3 * one["height"], (one, other)


def test_the_cell_as_png(reader, tmp_path):
    reader.open(LINK)
    place = taken(reader, "PNG", tmp_path)
    assert place.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    with Image.open(place) as picture:
        assert picture.size == (2 * (1040 + 32), 2 * (320 + 32))
        assert len(picture.convert("RGB").getcolors(picture.width * picture.height)) > 100


def test_numbers_of_every_word_as_csv(reader, tmp_path, example):
    reader.open(LINK)
    with taken(reader, "Numbers for every word (CSV)", tmp_path).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == [token.text for token in example.tokens]
    positive = [float(row["probability of positive"]) for row in rows]
    np.testing.assert_allclose(positive, example.probabilities[:, 1], atol=2e-5)


@pytest.mark.parametrize("kind", ["npz", "JSON"])
def test_the_whole_trace_can_be_read_again(reader, tmp_path, example, kind):
    reader.open(LINK)
    trace = lstm_viz.read(taken(reader, f"Whole trace ({kind})", tmp_path))
    assert trace.text == TEXT
    for name, values in example.layers[0].quantities.items():
        np.testing.assert_allclose(trace.layers[0].quantities[name], values, atol=2e-5)


def test_the_whole_trace_as_parquet(reader, tmp_path, example):
    reader.open(LINK)
    table = pd.read_parquet(taken(reader, "Whole trace (Parquet)", tmp_path))
    for name, values in example.layers[0].quantities.items():
        np.testing.assert_allclose(table[name], values.ravel(), atol=2e-5)


def offline(reader, place):
    """Open a file from disk, the network off, as another person would."""
    reader.page.context.set_offline(True)
    other = Reader(reader.page.context.new_page(), "file://")
    other.page.goto(place.as_uri())
    expect(other.page.locator(".transcript .current")).to_be_visible()
    return other


@pytest.mark.parametrize("reader", [LIGHT, DARK], indirect=True, ids=["light", "dark"])
def test_the_view_opens_offline_and_plays(reader, tmp_path):
    reader.open(f"{LINK.replace('11', '2')}&unit=5&map=forget_gate&order=weight")
    reader.word("stale").click()
    expect(reader.page).to_have_url(re.compile("word=11"))
    parts = {
        part: reader.page.locator(part).inner_text() for part in (".title", ".equation", ".where")
    }
    number = reader.page.locator(".prediction .number").inner_text()
    ground = "(node) => getComputedStyle(node).backgroundColor"
    color = reader.page.locator(".player").evaluate(ground)
    place = taken(reader, "This view, to open offline (HTML)", tmp_path)
    other = offline(reader, place)
    for part, said in parts.items():
        expect(other.page.locator(part)).to_have_text(said)
    expect(other.page.locator(".prediction .number")).to_have_text(number)
    expect(other.page.locator(".unit input")).to_have_value("5")
    expect(other.page.get_by_role("combobox", name="Map")).to_have_value("forget_gate")
    expect(other.page.get_by_role("combobox", name="Units by")).to_have_value("weight")
    assert other.page.locator(".player").evaluate(ground) == color
    assert sorted(one.said for one in cell_texts(other.page)) == sorted(
        one.said for one in cell_texts(reader.page)
    )
    for server in ("Model", "Example"):
        expect(other.page.get_by_role("combobox", name=server)).to_be_hidden()
    expect(other.button("Type your own review")).to_be_hidden()
    other.page.keyboard.press("Space")
    expect(other.button("Pause")).to_be_visible()
    expect(other.where).to_have_text("word 17 of 17")
    expect(other.button("Play")).to_be_visible()
    other.page.keyboard.press("u")
    expect(other.page.locator(".title")).to_have_text("Inside the cell at “!”")
    other.page.keyboard.press("p")
    expect(other.button("Leave")).to_be_visible()
    other.button("Leave").click()
    assert "Forget gate" in texts_of(taken(other, "SVG", tmp_path))
    taken(other, "PNG", tmp_path)
    assert other.said == []


def test_markup_in_a_file_is_inert(reader, tmp_path):
    text = "</script><script>alert(1)</script><img src=x onerror=alert(1)><!-- ]]> &amp;"
    reader.open()
    reader.read(text)
    expect(reader.page.locator(".transcript")).to_contain_text("onerror")
    expect(reader.page).to_have_url(re.compile("text="))
    other = offline(reader, taken(reader, "This view, to open offline (HTML)", tmp_path))
    other.page.locator(".transcript").evaluate(
        "(node) => node.querySelectorAll('sup').forEach((one) => one.remove())"
    )
    assert other.page.locator(".transcript").text_content() == text
    assert other.page.locator("img").count() == 0
    assert other.page.locator("body script").count() == 2  # the trace, and the player
    other.page.locator(".transcript .word").first.click()
    assert "<" in texts_of(taken(other, "SVG", tmp_path))
    assert other.said == []


def test_a_model_of_ten_classes_goes_home_too(chooser, tmp_path):
    chooser.open("/?text=A+film+star+sells+her+villa,+and+two+houses+more&word=6")
    side = chooser.page.locator(".prediction .side").inner_text()
    other = offline(chooser, taken(chooser, "This view, to open offline (HTML)", tmp_path))
    expect(other.page.locator(".prediction .side")).to_have_text(side)
    other.page.get_by_role("combobox", name="Class").select_option("realty")
    expect(other.page.locator(".votes")).to_be_visible()
    assert other.said == []


def test_the_view_brings_its_type_along(reader, tmp_path):
    """Nothing is cut on a machine that lacks the type of the app."""
    reader.open(LINK)
    there = {one.said: one.right - one.left for one in cell_texts(reader.page)}
    other = offline(reader, taken(reader, "This view, to open offline (HTML)", tmp_path))
    other.page.evaluate("document.fonts.ready")
    loaded = "[...document.fonts].map(({ family, status }) => [family, status])"
    assert other.page.evaluate(loaded) == [["Reading Sans", "loaded"]]
    here = {one.said: one.right - one.left for one in cell_texts(other.page)}
    assert here == pytest.approx(there, abs=1)
    assert {"Forget gate", "memory before, average size"} <= set(here)
    assert other.said == []


def test_the_view_follows_the_theme_of_its_reader(reader, tmp_path):
    reader.open(LINK)
    other = offline(reader, taken(reader, "This view, to open offline (HTML)", tmp_path))
    player = other.page.locator(".player")
    expect(player).to_have_css("background-color", "rgb(255, 255, 255)")
    other.page.emulate_media(**DARK)
    expect(player).to_have_css("background-color", "rgb(14, 17, 23)")
    other.page.emulate_media(**LIGHT)
    expect(player).to_have_css("background-color", "rgb(255, 255, 255)")
