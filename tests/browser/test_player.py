"""Playing, walking and choosing: what a person does with the player."""

import re

import pytest
from playwright.sync_api import expect

from lstm_viz.analyses.prediction_path import prediction_path
from lstm_viz.analyses.readout import readout_contrast
from tests.browser.conftest import DESK, PHONE, STILL
from tests.browser.picture import WATCH, cell_texts, timeline_texts, value

LINK = "/?text=I+wanted+to+love+it,+but+the+jokes+are+stale.+Not+a+good+film!&word="
WORDS = 17
# The ring around what has the focus, and how far within the strip it ends; nothing where none is.
RING = """(word) => {
  const style = getComputedStyle(word);
  if (style.outlineStyle === "none") return null;
  const width = parseFloat(style.outlineWidth);
  const out = Math.max(0, width + parseFloat(style.outlineOffset));
  const strip = word.closest(".transcript").getBoundingClientRect();
  const room = [...word.getClientRects()].map(({ left, top, right, bottom }) => Math.min(
    left - strip.left, top - strip.top, strip.right - right, strip.bottom - bottom));
  const [color, ground] = [style.outlineColor, style.backgroundColor];
  return { width, color, ground, room: Math.min(...room) - out };
}"""
NEAR = 3e-5  # five digits, how exactly a gate is sent, and rounding on other threads


def at(step):
    return f"word {step} of {WORDS}"


def word_at(reader, step):
    return reader.page.locator(f".transcript .word[data-step='{step - 1}']")


def test_play_to_the_end_and_the_server_hears_of_it_once(reader):
    reader.open(f"{LINK}12")
    reader.where.evaluate(WATCH)
    reader.sent.clear()
    reader.button("Play").click()
    expect(reader.button("Pause")).to_be_visible()
    expect(reader.where).to_have_text(at(17))
    expect(reader.button("Play")).to_be_visible()
    expect(reader.page).to_have_url(re.compile("word=17$"))
    reader.settle()
    assert len(reader.sent) == 1
    seen = [int(said.split()[1]) for said in reader.page.evaluate("seen")]
    assert len(seen) > 2
    assert seen == sorted(seen)


def test_space_plays_and_pauses(reader):
    reader.open(f"{LINK}1")
    reader.page.keyboard.press("Space")
    expect(reader.where).not_to_have_text(at(1))
    reader.page.keyboard.press("Space")
    expect(reader.button("Play")).to_be_visible()
    step = int(reader.where.inner_text().split()[1])
    expect(reader.page).to_have_url(re.compile(f"word={step}$"))
    assert 1 < step < WORDS


def test_play_again_from_the_end_and_in_a_loop(reader):
    reader.open(f"{LINK}17")
    reader.page.get_by_label("Speed").select_option("10 words/s")
    reader.page.get_by_label("Loop").check()
    reader.where.evaluate(WATCH)
    reader.button("Play").click()
    twice = "seen.filter((said) => said === 'word 17 of 17').length > 1"
    reader.page.wait_for_function(twice)
    reader.button("Pause").click()
    seen = reader.page.evaluate("seen")
    assert seen[0] == at(1)
    assert seen[seen.index(at(17)) + 1].startswith("word ")


def test_t_plays_to_the_turning_point_and_leads_back_to_it(reader, example):
    turning = prediction_path(example).turning_point + 1
    reader.open(f"{LINK}{turning - 2}")
    for key in ("t", "End", "t"):
        reader.page.keyboard.press(key)
        expect(reader.where).to_have_text(at(WORDS if key == "End" else turning))
        expect(reader.button("Play")).to_be_visible()
    expect(reader.page).to_have_url(re.compile(f"word={turning}$"))
    reader.page.keyboard.press("Home")
    reader.page.locator(".turning").click()
    expect(reader.where).to_have_text(at(turning))


@pytest.mark.parametrize("reader", [STILL], indirect=True)
def test_with_reduced_motion_nothing_is_seen_between_two_words(reader):
    reader.open(f"{LINK}3")
    reader.page.locator(".texts").evaluate(WATCH)
    reader.page.keyboard.press("ArrowRight")
    expect(reader.where).to_have_text(at(4))
    assert len(reader.page.evaluate("seen")) == 1
    reader.page.keyboard.press("Space")
    expect(reader.where).not_to_have_text(at(4))
    reader.page.keyboard.press("Space")
    expect(reader.button("Play")).to_be_visible()
    step = int(reader.where.inner_text().split()[1])
    assert len(reader.page.evaluate("seen")) <= step - 3
    reader.page.keyboard.press("u")
    expect(reader.page.locator(".title")).to_contain_text("One unit")


def test_a_drag_on_the_timeline_is_told_at_its_end(reader):
    reader.open(f"{LINK}1")
    reader.sent.clear()
    slider = reader.page.get_by_role("slider", name="Word")
    box = slider.bounding_box()
    y = box["y"] + box["height"] - 20
    reader.page.mouse.move(box["x"] + 0.2 * box["width"], y)
    reader.page.mouse.down()
    reader.page.mouse.move(box["x"] + 0.6 * box["width"], y, steps=20)
    expect(reader.where).not_to_have_text(at(1))
    reader.page.mouse.move(box["x"] + box["width"] - 3, y, steps=20)
    expect(reader.where).to_have_text(at(17))
    expect(slider).to_have_attribute("aria-valuenow", "17")
    assert reader.sent == []
    reader.page.mouse.up()
    expect(reader.page).to_have_url(re.compile("word=17$"))
    reader.settle()
    assert len(reader.sent) == 1  # and no unit was chosen


def test_a_click_on_a_word_reaches_the_link(reader):
    reader.open(f"{LINK}1")
    reader.word("stale").click()
    expect(reader.where).to_have_text(at(11))
    expect(reader.page).to_have_url(re.compile("word=11$"))
    expect(reader.page.locator(".prediction .when")).to_have_text("Prediction after “stale”")
    expect(reader.page.locator(".title")).to_have_text("Inside the cell at “stale”")
    expect(reader.word("stale")).to_be_focused()
    for key, step in (("ArrowRight", 12), ("Home", 1), ("PageDown", 13), ("t", 11)):
        reader.page.keyboard.press(key)
        expect(word_at(reader, step)).to_be_focused()


@pytest.mark.parametrize("reader", [PHONE, DESK], indirect=True, ids=["phone", "desk"])
def test_the_focus_on_a_word_is_seen_whole(reader):
    reader.open(f"{LINK}1")
    reader.page.locator(".transcript .current").click()
    assert reader.page.locator(".transcript .current").evaluate(RING) is None
    for key, step in (("ArrowRight", 2), ("End", 17)):
        reader.page.keyboard.press(key)
        expect(word_at(reader, step)).to_be_focused()
        ring = word_at(reader, step).evaluate(RING)
        assert ring["width"] >= 2
        assert ring["color"] not in (ring["ground"], "rgba(0, 0, 0, 0)")
        assert ring["room"] >= 0


def test_walk_with_the_keys_and_the_buttons(reader):
    reader.open(f"{LINK}1")
    for key, step in (
        ("ArrowRight", 2), ("End", 17), ("ArrowRight", 17), ("PageUp", 13), ("PageUp", 1),
        ("PageDown", 13), ("PageDown", 17), ("Home", 1), ("ArrowLeft", 1),
    ):  # fmt: skip
        reader.page.keyboard.press(key)
        expect(reader.where).to_have_text(at(step))
    for name, step in (("Last word", 17), ("Word before", 16), ("First word", 1), ("Next word", 2)):
        reader.button(name).click()
        expect(reader.where).to_have_text(at(step))
    expect(reader.page).to_have_url(re.compile("word=2$"))
    expect(reader.page.get_by_role("slider", name="Word")).to_have_attribute("aria-valuenow", "2")


def test_keys_lead_through_the_units(reader):
    reader.open(f"{LINK}11&unit=5&order=index")
    unit = reader.page.get_by_role("spinbutton", name="unit")
    for key, number in (("ArrowDown", 6), ("ArrowUp", 5), ("ArrowUp", 4)):
        reader.page.keyboard.press(key)
        expect(unit).to_have_value(str(number))
    reader.button("Next unit").click()
    expect(unit).to_have_value("5")
    reader.page.keyboard.press("u")
    expect(unit).to_be_hidden()
    expect(reader.page).not_to_have_url(re.compile("unit="))
    reader.page.keyboard.press("u")
    expect(unit).to_have_value("5")
    for _ in range(2):  # the second before the way of the first is at its end
        reader.page.keyboard.press("u")
    assert reader.unit() == 5
    reader.button("All 128 units").click()
    expect(unit).to_be_hidden()
    reader.button("One unit").click()
    expect(unit).to_have_value("5")
    assert reader.unit() == 5
    for typed, number in (("77", "77"), ("128", "77"), ("", "77")):
        unit.fill(typed)
        unit.press("Enter")
        expect(unit).to_have_value(number)
    expect(reader.page).to_have_url(re.compile("unit=77"))


def words_on_the_axis(reader):
    words = reader.page.locator(".transcript .word").evaluate_all(
        "all => all.map(n => n.ariaLabel)"
    )
    words = {said.split(", word ")[0] for said in words}
    return sum(one.said.split(" ")[0] in words for one in timeline_texts(reader.page))


def test_keys_enlarge_the_axis(reader):
    reader.open(f"{LINK}9")
    everything = words_on_the_axis(reader)
    for key, fewer in (("+", True), ("-", False), ("+", True), ("+", True), ("0", False)):
        reader.page.keyboard.press(key)
        reader.page.evaluate("new Promise(requestAnimationFrame)")
        assert (words_on_the_axis(reader) < everything) == fewer


def test_the_keys_of_a_field_are_its_own(reader):
    reader.open(f"{LINK}5")
    reader.page.get_by_label("Speed").focus()
    for key in ("ArrowDown", "ArrowRight", "t", "u", "p", "Home"):
        reader.page.keyboard.press(key)
    expect(reader.where).to_have_text(at(5))
    expect(reader.page.locator(".title")).to_contain_text("Inside the cell")
    expect(reader.button("Present")).to_be_visible()


def test_a_click_on_a_dot_of_a_gate_chooses_its_unit(reader, example):
    reader.open(f"{LINK}11")
    canvas = reader.page.locator(".cell canvas")
    shut, opened = (
        sorted((one for one in cell_texts(reader.page) if one.said == name), key=lambda o: o.left)
        for name in ("0 shut", "open 1")
    )
    for number, name in enumerate(("forget_gate", "input_gate", "output_gate")):
        left, right = shut[number].left, opened[number].right
        y = shut[number].middle - 1.1 * shut[number].size
        for x in range(round(left), round(right), 2):
            reader.page.mouse.move(x, y)
            if told := canvas.get_attribute("title"):
                break
        unit, label, told = re.fullmatch(r"unit (\d+): (\D+) ([\d.]+)", told).groups()
        assert label == name.replace("_", " ").capitalize()
        gate = example.layers[0].quantities[name][10, int(unit)]
        assert abs(float(told) - gate) < NEAR
        assert abs((x - left) / (right - left) - gate) < 1 / 8  # where it stands
        reader.page.mouse.down()
        reader.page.mouse.up()
        expect(reader.page).to_have_url(re.compile(f"unit={unit}$"))
        reader.button("All 128 units").click()
        expect(reader.page).not_to_have_url(re.compile("unit="))
    expect(reader.page.locator(".title")).to_have_text("Inside the cell at “stale”")


def test_a_click_on_a_thread_of_the_belt_chooses_its_unit(reader, example):
    reader.open(f"{LINK}11&order=index")
    canvas = reader.page.locator(".cell canvas")
    box = canvas.bounding_box()
    reader.page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + 0.2 * box["height"])
    told = re.fullmatch(r"unit (\d+): Cell state (.+)", canvas.get_attribute("title"))
    state = example.layers[0].cell_state[10, int(told[1])]
    assert abs(value(told[2]) - state) < NEAR
    canvas.click(position={"x": 0.75 * box["width"], "y": 0.2 * box["height"]})
    expect(reader.page.locator(".unit input")).to_have_value(told[1])
    assert reader.unit() == int(told[1])


def test_a_chip_chooses_the_unit_whose_vote_changed_most(reader, example):
    reader.open(f"{LINK}11")
    weight = readout_contrast(example, prediction_path(example).label)
    hidden = example.layers[0].hidden_state
    changes = weight * (hidden[10] - hidden[9])
    chip = reader.page.locator(".chips button").first
    mover = int(chip.locator("b").inner_text())
    assert mover == abs(changes).argmax()
    chip.click()
    assert reader.unit() == mover
    expect(chip).to_have_attribute("aria-pressed", "true")
    said = reader.page.locator(".votes").inner_text()
    vote = value(re.search(r"vote (\S+)$", said)[1])
    assert abs(vote - hidden[10, mover] * weight[mover]) < 0.0051
    chip.click()
    expect(reader.page).not_to_have_url(re.compile("unit="))


def hovered(reader, across, down):
    """Move over the map, at shares of it, and return unit, word, what is told, and its value."""
    box = reader.page.locator(".timeline").bounding_box()
    left, top = 96, 16 + 0.4 * (box["height"] - 16) + 30  # gutter; lens, curve and words
    x = left + across * (box["width"] - left)
    y = top + down * (box["height"] - 2 - top)
    reader.page.mouse.move(box["x"] + x, box["y"] + y)
    tip = reader.page.locator(".tooltip")
    expect(tip).to_be_visible()
    said = re.fullmatch(r"unit (\d+) · “(.+)”\n(.+) (\S+)", tip.inner_text()).groups()
    return int(said[0]), said[1], said[2], value(said[3])


@pytest.mark.parametrize(
    ("name", "label"), [("cell_state", "Cell state"), ("forget_gate", "Forget gate")]
)
def test_the_map_tells_unit_word_and_value(reader, example, name, label):
    reader.open(f"{LINK}17&order=index&map={name}")
    words = [token.text for token in example.tokens]
    for across, down in ((0.01, 0.02), (0.3, 0.4), (0.61, 0.6), (0.99, 0.98)):
        unit, word, told, shown = hovered(reader, across, down)
        assert told == label
        step = int(across * WORDS)
        assert word == words[step]
        assert abs(unit - down * 128) < 4  # by index, from top to bottom
        assert abs(shown - example.layers[0].quantities[name][step, unit]) < NEAR


def test_a_click_on_the_map_chooses_word_and_unit(reader):
    reader.open(f"{LINK}1")
    unit, word, *_ = hovered(reader, 0.5, 0.5)
    reader.page.mouse.down()
    reader.page.mouse.up()
    expect(reader.page.locator(".transcript .current")).to_contain_text(word)
    expect(reader.page.locator(".unit input")).to_have_value(str(unit))
    expect(reader.page).to_have_url(re.compile(f"word=9&unit={unit}$"))


def test_another_speed_goes_on_from_the_word_that_is_read(reader):
    review = "+".join(["fine"] * 200)
    reader.open(f"/?text={review}&word=1")
    speed = reader.page.get_by_label("Speed")
    speed.select_option("1 word/s")
    reader.where.evaluate(WATCH)
    reader.button("Play").click()
    reader.page.wait_for_function("seen.length >= 3")  # the fourth word, after three seconds
    speed.select_option("10 words/s")
    reader.page.wait_for_function("parseInt(seen.at(-1).split(' ')[1]) > 30")
    speed.select_option("1 word/s")
    seen = len(reader.page.evaluate("seen"))
    reader.page.wait_for_function(f"seen.length > {seen}")
    reader.button("Pause").click()
    steps = [int(said.split()[1]) for said in reader.page.evaluate("seen")]
    assert steps == sorted(steps)
    assert steps[3] < 25  # and not ten times as far as it had come


def test_choose_map_order_and_tint(reader):
    reader.open(f"{LINK}12")
    reader.page.get_by_label("Map").select_option("Forget gate f")
    reader.page.get_by_label("Units by").select_option("weight in the prediction")
    expect(reader.page).to_have_url(re.compile("order=weight&map=forget_gate$"))
    assert any(one.said == "Forget gate" for one in timeline_texts(reader.page))
    word = reader.word("stale")
    ground = "(node) => getComputedStyle(node).backgroundColor"
    before = word.evaluate(ground)
    expect(word.locator("sup")).to_have_count(1)
    reader.page.get_by_label("Words are tinted by").select_option("Output gate, mean")
    expect(word.locator("sup")).to_have_count(0)
    assert word.evaluate(ground) != before


def test_who_walks_and_at_once_changes_the_model_stands_at_the_same_word(reader):
    reader.open(f"{LINK}3")
    reader.page.keyboard.press("ArrowRight")
    reader.page.get_by_role("combobox", name="Model").select_option("imdb-gru")
    expect(reader.page).to_have_url(re.compile("model=imdb-gru.*word=4$"))
    expect(reader.where).to_have_text(at(4))
