"""What a pointer or a finger does, and what it leaves alone."""

import re

import pytest
from playwright.sync_api import expect

import lstm_viz
from tests.browser.conftest import DESK, PHONE, STILL
from tests.browser.picture import cell_texts, value
from tests.browser.test_cell import TEXT, computed
from tests.browser.test_player import LINK, NEAR

TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True, "is_mobile": True}


def middle(page, part):
    box = page.locator(part).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("presenting", [False, True], ids=["page", "presenting"])
def test_after_a_click_anywhere_the_keys_go_on(reader, presenting):
    reader.open(f"{LINK}5")
    if presenting:
        reader.page.keyboard.press("p")
        expect(reader.button("Leave")).to_be_visible()
    for part, step in ((".cell canvas", 6), (".prediction .when", 7), (".cell-header .title", 8)):
        reader.page.mouse.click(*middle(reader.page, part))
        reader.page.keyboard.press("ArrowRight")
        expect(reader.where).to_have_text(f"word {step} of 17")
    if presenting:
        reader.page.keyboard.press("Escape")
        expect(reader.button("Present")).to_be_visible()


class Fingers:
    """Fingers on the timeline; places are shares of its width and height."""

    def __init__(self, reader):
        self.box = reader.page.locator(".timeline").bounding_box()
        self.session = reader.page.context.new_cdp_session(reader.page)

    def touch(self, kind, *places):
        box = self.box
        points = [
            {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"], "id": finger}
            for finger, (x, y) in enumerate(places)
        ]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@pytest.mark.parametrize("reader", [PHONE | STILL], indirect=True)
@pytest.mark.parametrize("high", [0.2, 0.8], ids=["curve", "map"])
def test_a_finger_scrolls_the_page_and_chooses_nothing(reader, high):
    reader.open(f"{LINK}5")
    fingers = Fingers(reader)
    fingers.touch("touchStart", (0.5, high))
    for far in range(1, 12):
        fingers.touch("touchMove", (0.5, high - 0.1 * far))
    fingers.touch("touchEnd")
    main = reader.page.get_by_test_id("stMain").element_handle()
    reader.page.wait_for_function("(node) => node.scrollTop > 100", arg=main)
    reader.page.keyboard.press("ArrowRight")
    expect(reader.where).to_have_text("word 6 of 17")
    expect(reader.page.locator(".unit")).to_be_hidden()


@pytest.mark.parametrize("reader", [TABLET | STILL], indirect=True)
def test_two_fingers_on_the_map_choose_nothing(reader):
    reader.open(f"{LINK}5")
    fingers = Fingers(reader)
    fingers.touch("touchStart", (0.5, 0.8))
    fingers.touch("touchStart", (0.5, 0.8), (0.6, 0.8))
    for far in (0.65, 0.7, 0.8):
        fingers.touch("touchMove", (0.5, 0.8), (far, 0.8))
    fingers.touch("touchEnd")
    reader.page.keyboard.press("ArrowRight")
    expect(reader.where).to_have_text("word 6 of 17")
    expect(reader.page.locator(".unit")).to_be_hidden()


@pytest.mark.parametrize("reader", [STILL | DESK], indirect=True)
@pytest.mark.parametrize("model", ["imdb-lstm", "imdb-gru"])
def test_a_belt_tells_the_number_of_its_thread(reader, model):
    reader.open(f"{LINK}10&order=index&model={model}")
    trace = lstm_viz.load(model).trace(TEXT)
    canvas = reader.page.locator(".cell canvas")
    box = canvas.bounding_box()
    labels = {
        "Memory before": "memory_before", "Kept": "kept", "Cell state": "cell_state",
        "Hidden state": "hidden_state",
    }  # fmt: skip
    found = set()
    y = box["y"] + 0.2 * box["height"]
    for across in (0.1, 0.4, 0.8):
        reader.page.mouse.move(box["x"] + across * box["width"], y)
        for step, key in ((9, "ArrowRight"), (10, "ArrowLeft")):  # the pointer stays, the word goes
            expect(reader.where).to_have_text(f"word {step + 1} of 17")
            told = canvas.get_attribute("title")
            unit, label, number = re.fullmatch(r"unit (\d+): (\D+) (\S+)", told).groups()
            known = computed(trace.layers[0], step)[labels[label]][int(unit)]
            assert abs(value(number) - known) < NEAR
            found.add(label)
            reader.page.keyboard.press(key)
    last = "Cell state" if model == "imdb-lstm" else "Hidden state"
    assert found == {"Memory before", "Kept", last}


def test_the_tip_tells_what_is_under_the_pointer_when_the_picture_changes(reader):
    reader.open(f"{LINK}5")
    box = reader.page.locator(".timeline").bounding_box()
    reader.page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.8 * box["height"])
    tip = reader.page.locator(".tooltip")
    before = tip.inner_text()
    for _ in range(2):
        reader.page.keyboard.press("+")
    expect(tip).not_to_have_text(before)
    reader.page.keyboard.press("0")
    expect(tip).to_have_text(before)


def test_the_player_keeps_its_height_on_a_page_that_is_scrolled(reader):
    reader.open(f"{LINK}5")
    player = reader.page.locator(".player")
    high = player.bounding_box()["height"]
    reader.page.get_by_role("button", name="Whole trace (JSON)").scroll_into_view_if_needed()
    main = reader.page.get_by_test_id("stMain")
    assert main.evaluate("(node) => node.scrollTop") > 50
    reader.page.keyboard.press("u")
    expect(reader.page.locator(".title")).to_contain_text("One unit")
    assert player.bounding_box()["height"] == pytest.approx(high, abs=1)


@pytest.mark.parametrize("reader", [PHONE], indirect=True)
def test_the_last_download_is_not_behind_the_controls(reader):
    reader.open(f"{LINK}5")
    last = reader.page.get_by_role("button", name="Whole trace (JSON)")
    main = reader.page.get_by_test_id("stMain")
    main.evaluate("(node) => { node.scrollTop = node.scrollHeight; }")
    bar = reader.page.locator(".transport").bounding_box()["y"]
    box = last.bounding_box()
    assert box["y"] + box["height"] <= bar


def test_a_chip_keeps_the_focus(reader):
    reader.open(f"{LINK}11")
    chip = reader.page.locator(".chips button").nth(1)
    chip.focus()
    reader.page.keyboard.press("Enter")
    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(chip).to_be_focused()
    assert cell_texts(reader.page)
