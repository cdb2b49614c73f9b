"""Looking closer: at fewer words, and at fewer units of the map."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.picture import timeline_says

REVIEW = " ".join(f"A film, the {k}th of many." for k in range(20))
LINK = f"/?text={REVIEW.replace(' ', '+')}&word=1"
ALL, SOME = "^128 units$", r"^\d+ of 128 units$"


class Timeline:
    """The timeline of a long text, and what is done there."""

    def __init__(self, reader):
        self.reader = reader.open(LINK)
        self.page = reader.page
        self.box = self.page.get_by_role("slider", name="Word").bounding_box()

    def point(self, across, down):
        """Put the pointer somewhere, in shares of width and height; return what is told there."""
        x = self.box["x"] + across * self.box["width"]
        self.page.mouse.move(x, self.box["y"] + down * self.box["height"])
        return self.page.locator(".tooltip").inner_text()

    def turn(self, pixels):
        """Turn the wheel with Ctrl held."""
        self.page.keyboard.down("Control")
        self.page.mouse.wheel(0, pixels)
        self.page.keyboard.up("Control")


def word_told(said):
    return int(re.search(r"word (\d+) of 160", said)[1])


@pytest.fixture
def timeline(reader):
    return Timeline(reader)


def test_ctrl_and_the_wheel_over_the_map_show_fewer_units(timeline):
    before = timeline.point(0.5, 0.8)
    timeline.turn(-600)
    assert 30 < int(timeline_says(timeline.page, SOME).split()[0]) < 80
    assert timeline.point(0.501, 0.8) == before  # what is under the pointer stays there
    timeline.page.keyboard.press("0")
    timeline_says(timeline.page, ALL)


def test_ctrl_and_the_wheel_over_the_curve_show_fewer_words(timeline):
    words = [word_told(timeline.point(across, 0.2)) for across in (0.99, 0.5)]
    timeline.turn(-600)
    timeline_says(timeline.page, ALL)  # units stay
    assert word_told(timeline.point(0.501, 0.2)) == words[1]
    assert word_told(timeline.point(0.99, 0.2)) < words[0] - 40


def test_a_map_of_some_units_scrolls_to_its_end_and_then_the_page_does(timeline):
    timeline.point(0.5, 0.9)
    timeline.turn(-600)
    timeline_says(timeline.page, SOME)
    seen = timeline.point(0.501, 0.9)
    timeline.page.mouse.wheel(0, 30)
    expect(timeline.page.locator(".tooltip")).not_to_have_text(seen)  # another unit is there now


def test_keys_zoom_around_the_unit_and_follow_it(timeline):
    timeline.reader.open(f"{LINK}&unit=40")
    for _ in range(4):
        timeline.page.keyboard.press("i")
    timeline_says(timeline.page, "^25 of 128 units$")
    for _ in range(40):
        timeline.page.keyboard.press("ArrowDown")
    unit = timeline.page.locator(".unit input").input_value()
    assert unit != "40"
    of_map = [y / 100 for y in range(80, 99)]
    told = {timeline.point(0.5, y) for y in of_map}
    assert any(said.startswith(f"unit {unit} ") for said in told)  # it was followed
    timeline.page.keyboard.press("o")
    timeline_says(timeline.page, "^38 of 128 units$")


def test_a_click_in_a_closer_look_chooses_what_was_told(timeline):
    timeline.point(0.5, 0.7)
    timeline.turn(-1200)
    timeline_says(timeline.page, SOME)
    told = timeline.point(0.5, 0.75)
    timeline.page.mouse.down()
    timeline.page.mouse.up()
    assert timeline.reader.unit() == int(re.match(r"unit (\d+) ", told)[1])
