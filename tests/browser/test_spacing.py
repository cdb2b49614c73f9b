"""What a reader sets for himself: the spacing of text (WCAG 1.4.12), and forced colours."""

from itertools import combinations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DARK, DESK, HALL, PHONE
from tests.browser.layout import assert_fits, layout
from tests.browser.picture import cell_texts
from tests.browser.test_sizes import BESIDE, SMALL, TEXT, WIDE

# The four settings of the criterion, in the page and in the player.
SPACED = """() => {
  const rule = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important;"
    + " word-spacing: 0.16em !important } p { margin-bottom: 2em !important }";
  const shadows = [...document.querySelectorAll("*")].flatMap((node) => node.shadowRoot ?? []);
  for (const place of [document.head, ...shadows]) {
    const style = { className: "spaced-out", textContent: rule };
    place.append(Object.assign(document.createElement("style"), style));
  }
}"""
AS_BEFORE = """() => {
  const shadows = [...document.querySelectorAll("*")].flatMap((node) => node.shadowRoot ?? []);
  for (const place of [document, ...shadows]) place.querySelector(".spaced-out")?.remove();
}"""
# Parts whose text is cut off, or that lie over the part below them.
CUT = """(player) => [...player.querySelectorAll("*")]
  .filter((one) => one.checkVisibility() && one.clientWidth > 1
    && !one.closest(".visually-hidden, .transcript, .editor, select, .pick > span"))
  .filter((one) => getComputedStyle(one).overflowX !== "visible"
    && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1))
  .map((one) => one.className)"""
GROUND = "(node) => getComputedStyle(node).backgroundColor"
FORCED = {"forced_colors": "active"}


def apart(boxes):
    for one, other in combinations(boxes, 2):
        across = min(box["x"] + box["width"] for box in (one, other)) - max(one["x"], other["x"])
        down = min(box["y"] + box["height"] for box in (one, other)) - max(one["y"], other["y"])
        assert across <= 1 or down <= 1, (one, other)


@pytest.mark.parametrize(
    "reader", [PHONE, SMALL, WIDE, DESK, HALL], indirect=True,
    ids=["phone", "small", "wide", "desk", "hall"],
)  # fmt: skip
@pytest.mark.parametrize("view", ["", "&unit=5"], ids=["all", "one"])
def test_text_may_be_spaced(reader, view):
    reader.open(f"{TEXT}&word=11{view}")
    page, player = reader.page, reader.page.locator(".player")
    page.evaluate(SPACED)
    assert_fits(layout(reader))
    for one, other in combinations(cell_texts(page), 2):
        over = abs(one.middle - other.middle) >= 0.35 * (one.size + other.size)
        assert over or one.right <= other.left + 1 or other.right <= one.left + 1, (one, other)
    assert player.evaluate(BESIDE) == []
    assert player.evaluate(CUT) == []
    parts = page.locator(".prediction > *:visible")
    apart([part.bounding_box() for part in [*parts.all(), page.locator(".timeline")]])
    for row in (
        ".toolbar > *:visible",
        ".cell-header > *:visible",
        ".controls *:is(button, select):visible",
    ):
        apart([part.bounding_box() for part in page.locator(row).all()])


@pytest.mark.parametrize("reader", [DESK, HALL], indirect=True, ids=["desk", "hall"])
def test_text_may_be_spaced_at_presenter_size(reader):
    reader.open(f"{TEXT}&word=11")
    reader.page.evaluate(SPACED)
    reader.page.keyboard.press("p")
    expect(reader.button("Leave")).to_be_visible()
    assert_fits(layout(reader))
    apart([part.bounding_box() for part in reader.page.locator(".prediction > *:visible").all()])
    reader.button("Leave").click()
    expect(reader.button("Present")).to_be_visible()


def test_spacing_that_is_taken_back_leaves_no_trace(reader):
    reader.open(f"{TEXT}&word=11")
    before = layout(reader)
    reader.page.evaluate(SPACED)
    assert layout(reader) != before
    reader.page.evaluate(AS_BEFORE)
    assert layout(reader) == before


@pytest.mark.parametrize("reader", [FORCED, FORCED | DARK], indirect=True, ids=["light", "dark"])
def test_what_is_current_and_pressed_is_seen_in_forced_colours(reader):
    reader.open(f"{TEXT}&word=11&unit=5")
    page = reader.page

    def ground(part):
        return page.locator(part).first.evaluate(GROUND)

    assert ground(".word.current") != ground(".word:not(.current)")
    assert ground(".word.current") != ground(".player")
    pressed, other = '.depth [aria-pressed="true"]', '.depth [aria-pressed="false"]'
    assert ground(pressed) != ground(other)
    page.locator(".chips button").first.click()
    expect(page.locator(".chips button").first).to_have_attribute("aria-pressed", "true")
    assert ground('.chips [aria-pressed="true"]') != ground('.chips [aria-pressed="false"]')
    # Letters stand out from what they stand on, also over the picture, which keeps its own colours.
    letters = "(node) => getComputedStyle(node).color"
    for part in (".word.current", pressed, '.chips [aria-pressed="true"]', ".own"):
        assert page.locator(part).first.evaluate(letters) != ground(part)
    texts = page.locator(".texts span:visible")
    assert (
        len(set(texts.evaluate_all("(all) => all.map((one) => getComputedStyle(one).color)"))) > 3
    )
    assert ground(".cell") not in texts.evaluate_all(
        "(all) => all.map((one) => getComputedStyle(one).color)"
    )
    page.keyboard.press("ArrowRight")
    expect(page.locator(".where")).to_have_text("word 12 of 18")
    assert ground(".word.current") != ground(".word:not(.current)")
