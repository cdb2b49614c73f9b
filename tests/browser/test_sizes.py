"""A phone, a desk and a lecture hall: what fits, what is large enough, what is left behind."""

import re
from itertools import combinations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DARK, DESK, HALL, PHONE
from tests.browser.picture import cell_texts, timeline_texts

TEXT = "/?text=I+wanted+to+love+it,+but+the+jokes+are+stale.+Not+a+good+qwxzv+film!"
# Visible parts of the player that a finger or a mouse can use, each with its height.
TARGETS = """(player) => [
    ...player.querySelectorAll("button, select, textarea, .timeline, label:has(> input)")
  ].filter((one) => one.checkVisibility())
    .map((one) => [one.className || one.textContent, one.getBoundingClientRect().height])"""
# Visible parts that lie beside the window, in part or wholly.
BESIDE = """(player) => [...player.querySelectorAll("*")]
  .filter((one) => one.checkVisibility())
  .filter((one) => !one.matches(".visually-hidden, .word, wbr, option, sup"))
  .map((one) => [one.className || one.tagName, one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.left < -0.5 || box.right > innerWidth + 0.5))
  .map(([name, box]) => `${name} ${box.left} ${box.right}`)"""
# Sizes of the texts that can be seen.
SIZES = """(player) => {
  const walker = document.createTreeWalker(player, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    const seen = parent.checkVisibility({ visibilityProperty: true })
      && !parent.closest(".visually-hidden");
    const said = walker.currentNode.data.trim();
    if (seen && said && parent.tagName !== "OPTION") {
      found.push([said, parseFloat(getComputedStyle(parent).fontSize)]);
    }
  }
  return found;
}"""
# Every attribute of every element, also inside of the player; the pool of texts may have grown.
TRACES = """() => {
  const found = [];
  const walk = (node) => {
    for (const one of node.children) {
      const said = [...one.attributes].map(({ name, value }) => `${name}=${value}`);
      found.push([one.tagName, ...said].join(" "));
      if (one.shadowRoot) walk(one.shadowRoot);
      if (!one.matches(".texts")) walk(one);
    }
  };
  walk(document);
  return found;
}"""
NAMED = "(bar) => [getComputedStyle(bar, '::before').content, bar.scrollWidth - bar.clientWidth]"
SMALL = {"viewport": {"width": 1024, "height": 768}}
NARROW = {"viewport": {"width": 1140, "height": 800}}
WIDE = {"viewport": {"width": 1280, "height": 720}}
TABLET = {"viewport": {"width": 800, "height": 1100}}
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
SIDEWAYS = "(node) => node.scrollWidth - node.clientWidth"


@pytest.mark.parametrize(
    "reader",
    [PHONE, TABLET, SMALL, NARROW, WIDE, DESK, HALL],
    indirect=True,
    ids=["phone", "tablet", "small", "narrow", "wide", "desk", "hall"],
)
@pytest.mark.parametrize("view", ["", "&unit=5"], ids=["all", "one"])
def test_nothing_is_wider_than_the_window(reader, view):
    reader.open(f"{TEXT}&word=11{view}")
    measure = "document.scrollingElement.scrollWidth - window.innerWidth"
    assert reader.page.evaluate(measure) <= 0
    assert reader.page.locator("[data-testid=stMain]").evaluate(SIDEWAYS) <= 0
    assert reader.page.locator(".player").evaluate(BESIDE) == []
    reader.button("Type your own review").click()
    expect(reader.field).to_be_visible()
    assert reader.page.locator(".player").evaluate(BESIDE) == []


@pytest.mark.parametrize("view", ["", "&unit=5"], ids=["all", "one"])
@pytest.mark.parametrize("model", ["imdb-lstm", "imdb-gru", "imdb-rnn"])
def test_no_text_of_the_cell_touches_another(reader, model, view):
    reader.open(f"{TEXT}&word=11{view}&model={model}")
    for size in (PHONE, TABLET, SMALL, DESK, HALL):
        reader.page.set_viewport_size(size["viewport"])
        reader.page.evaluate(TWO_FRAMES)  # in the first the player hears of its size
        for one, other in combinations(cell_texts(reader.page), 2):
            apart = abs(one.middle - other.middle) >= 0.35 * (one.size + other.size)
            beside = one.right <= other.left + 1 or other.right <= one.left + 1
            assert apart or beside, (size, one, other)


@pytest.mark.parametrize("reader", [PHONE, DESK], indirect=True, ids=["phone", "desk"])
def test_a_word_without_end_breaks_nothing(reader):
    reader.open(f"/?text=A+{'b' * 400}+film.&word=2")
    assert reader.page.get_by_test_id("stMain").evaluate(SIDEWAYS) <= 0
    assert reader.page.locator(".player").evaluate(BESIDE) == []
    assert reader.page.locator(".notes").bounding_box()["height"] < 60
    assert reader.page.locator(".prediction").bounding_box()["height"] < 330


@pytest.mark.parametrize(
    "reader", [WIDE, SMALL, DESK], indirect=True, ids=["wide", "small", "desk"]
)
@pytest.mark.parametrize("view", ["", "&unit=5"], ids=["all", "one"])
def test_the_verdict_is_seen_whole(reader, view):
    reader.open(f"{TEXT}&word=11{view}")
    for presenting in (False, True):
        if presenting:
            reader.page.keyboard.press("p")
            expect(reader.button("Leave")).to_be_visible()
        lens = reader.page.locator(".timeline").bounding_box()["y"]
        for part in reader.page.locator(".prediction > *:visible").all():
            box = part.bounding_box()
            assert box["height"] > 10
            assert box["y"] + box["height"] <= lens + 1
        controls = reader.page.locator(".transport > *:visible, .legend:visible, .present").all()
        for one, other in combinations([part.bounding_box() for part in controls], 2):
            apart = one["x"] + one["width"] <= other["x"] + 1 or (
                other["x"] + other["width"] <= one["x"] + 1
            )
            below = one["y"] + one["height"] <= other["y"] or (
                other["y"] + other["height"] <= one["y"]
            )
            assert apart or below, (one, other)


@pytest.mark.parametrize("reader", [PHONE, TABLET, DESK, HALL], indirect=True, ids=str)
def test_the_program_says_its_name(reader):
    reader.open()
    content, cut = reader.page.locator(".st-key-pages").evaluate(NAMED)
    assert '"lstm-viz"' in content  # on a phone said, beside the sign
    assert cut == 0


def test_at_a_desk_everything_is_on_the_screen(reader):
    reader.open()
    for part in (".toolbar", ".transcript", ".cell", ".prediction", ".timeline", ".transport"):
        expect(reader.page.locator(part)).to_be_in_viewport(ratio=1)
    for text in ("Forget gate", "Input gate", "Candidate", "Output gate"):
        expect(reader.page.locator(".texts").get_by_text(text)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("reader", [PHONE], indirect=True)
def test_a_phone_has_its_own_layout(reader):
    reader.open(f"{TEXT}&word=11&unit=5")
    page = reader.page
    tall = page.locator(".player").evaluate(TARGETS)
    assert len(tall) > 12
    assert [one for one in tall if one[1] < 44] == []
    height = page.viewport_size["height"]

    def at_the_thumb():
        box = page.locator(".transport").bounding_box()
        assert box["y"] + box["height"] == pytest.approx(height, abs=1)
        for name in ("Play", "Next word"):
            expect(reader.button(name)).to_be_in_viewport(ratio=1)

    at_the_thumb()
    parts = [
        ".toolbar",
        ".transcript",
        ".prediction",
        ".timeline",
        ".cell-header",
        ".cell",
        ".picks",
    ]
    order = [page.locator(part).bounding_box()["y"] for part in parts]
    assert order == sorted(order)
    expect(page.locator(".texts").get_by_text("Output gate")).not_to_be_in_viewport()
    page.locator(".texts").get_by_text("Output gate").scroll_into_view_if_needed()
    at_the_thumb()
    expect(page.locator(".prediction .number")).to_be_in_viewport(ratio=1)  # the verdict stays


@pytest.mark.parametrize("reader", [PHONE], indirect=True)
def test_what_to_map_is_chosen_on_a_phone_too(reader):
    reader.open(f"{TEXT}&word=11")
    reader.page.get_by_role("combobox", name="Map").select_option("forget_gate")
    expect(reader.page).to_have_url(re.compile("map=forget_gate"))
    expect(reader.page.get_by_role("combobox", name="Class")).to_be_hidden()  # there are but two


@pytest.mark.parametrize("reader", [PHONE], indirect=True)
def test_tap_and_drag_on_a_phone(reader):
    reader.open(f"{TEXT}&word=1")
    reader.word("stale").tap()
    expect(reader.where).to_have_text("word 11 of 18")
    reader.button("Next word").tap()
    expect(reader.where).to_have_text("word 12 of 18")
    box = reader.page.locator(".timeline").bounding_box()
    y = box["y"] + 30
    reader.page.touchscreen.tap(box["x"] + box["width"] - 4, y)
    expect(reader.where).to_have_text("word 18 of 18")
    finger = reader.page.context.new_cdp_session(reader.page)

    def touch(kind, *places):
        points = [{"x": box["x"] + share * box["width"], "y": y} for share in places]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0.9)
    for share in (0.8, 0.6, 0.4, 0.2):
        touch("touchMove", share)
    expect(reader.where).to_have_text("word 3 of 18")
    touch("touchEnd")
    expect(reader.page).to_have_url(re.compile("word=3$"))


@pytest.mark.parametrize("reader", [HALL, HALL | DARK], indirect=True, ids=["light", "dark"])
@pytest.mark.parametrize("view", ["", "&unit=5"], ids=["all", "one"])
def test_in_a_hall_everything_can_be_read_from_the_last_row(reader, view):
    reader.open(f"{TEXT}&word=8{view}")
    reader.page.keyboard.press("p")
    expect(reader.button("Leave")).to_be_visible()
    player = reader.page.locator(".player")
    seen = player.evaluate(SIZES)
    assert len(seen) > 30
    assert [one for one in seen if one[1] < 18] == []
    assert [one.said for one in timeline_texts(reader.page) if one.size < 18] == []
    assert player.evaluate(BESIDE) == []
    for part in (".transcript", ".cell", ".prediction", ".timeline", ".transport", ".present"):
        expect(reader.page.locator(part)).to_be_in_viewport(ratio=1)
    link = reader.page.get_by_role("link", name="Gates").bounding_box()
    on_top = "([x, y]) => document.elementFromPoint(x, y).shadowRoot?.querySelector('.player')"
    covered = f"(at) => Boolean(({on_top})(at))"
    assert reader.page.evaluate(covered, [link["x"] + 5, link["y"] + 5])


def test_at_presenter_size_the_focus_stays_with_what_is_seen(reader):
    reader.open(f"{TEXT}&word=8")
    reader.page.keyboard.press("p")
    expect(reader.button("Play")).to_be_focused()
    names = set()
    focused = "(at) => at.shadowRoot ? at.shadowRoot.activeElement.className : at.dataset.testid"
    for _ in range(40):
        reader.page.keyboard.press("Tab")
        names.add(reader.page.evaluate(f"({focused})(document.activeElement)"))
    around = {None, "stMain"}  # which hold the player, and leave the keys to it
    inside = reader.page.locator(".player").locator("button, select, input, canvas, .word")
    assert names - around <= set(inside.evaluate_all("all => all.map((one) => one.className)"))
    assert {"timeline", "present"} <= names


@pytest.mark.parametrize("reader", [HALL], indirect=True)
def test_the_room_may_guess(reader):
    reader.open(f"{TEXT}&word=8")
    coloured = """(words) => words.map((word) => getComputedStyle(word).backgroundColor)
      .filter((ground) => ground !== "rgba(0, 0, 0, 0)").length"""
    ahead = reader.page.locator(".transcript .word:not(.read)")
    turning = reader.page.locator(".turning")
    assert ahead.evaluate_all(coloured) > 0
    expect(turning).to_contain_text("stale")
    reader.page.keyboard.press("p")
    expect(reader.button("Leave")).to_be_visible()
    assert ahead.evaluate_all(coloured) == 0
    assert "not read yet" in [one.said for one in timeline_texts(reader.page)]
    expect(turning.get_by_text("stale")).to_be_hidden()
    box = reader.page.locator(".timeline").bounding_box()
    for share, told in ((0.25, True), (0.9, False)):
        reader.page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.9 * box["height"])
        expect(reader.page.locator(".tooltip")).to_be_visible(visible=told)
    reader.page.keyboard.press("t")
    expect(reader.where).to_have_text("word 11 of 18")
    expect(turning.get_by_text("stale")).to_be_visible()


@pytest.mark.parametrize("reader", [DESK, HALL], indirect=True, ids=["desk", "hall"])
def test_presenter_size_leaves_no_trace(reader):
    reader.open(f"{TEXT}&word=8")
    before = reader.page.evaluate(TRACES)
    for way in ("p", "Escape", "Leave"):
        reader.page.keyboard.press("p")
        expect(reader.button("Leave")).to_be_visible()
        expect(reader.button("Play")).to_be_focused()
        assert reader.page.evaluate(TRACES) != before
        if way == "Leave":
            reader.button("Leave").click()
        else:
            reader.page.keyboard.press(way)
        expect(reader.button("Present")).to_be_focused()
        expect(reader.page.get_by_role("link", name="Gates")).to_be_visible()
        assert reader.page.evaluate(TRACES) == before
