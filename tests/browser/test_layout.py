"""The picture is always drawn for the place that it has: as a page has it that was just loaded."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, HALL, LIGHT, PHONE, Reader
from tests.browser.layout import assert_fits, assert_same, layout

LINK = "/?text=Not+a+bad+film+at+all.&word=3"
REVIEWS = (
    "What a wonderful film.",
    "I wanted to love it, but the jokes are stale, the plot is thin, and after an hour of it I "
    "looked at my watch more often than at the screen; nobody in the row behind me stayed.",
    "Fine qwxzv.",
)
WORDS = "The cast is fine, but the plot of this film is dull and I did not enjoy it. "
HINT = "type at least one word"
SIZES = pytest.mark.parametrize("reader", [DESK, PHONE], indirect=True, ids=["desk", "phone"])


@pytest.fixture
def fresh(reader):
    """Return what loads the link of a reader anew, at his size, and does the same there."""
    pages = []

    def load(act=lambda _: None):
        page = reader.page.context.new_page()
        pages.append(page)
        page.set_viewport_size(reader.page.viewport_size)
        other = Reader(page, reader.address)
        other.open(reader.page.url.removeprefix(reader.address))
        act(other)
        found = layout(other)
        page.close()
        assert other.said == []
        return found

    return load


def begin(reader):
    reader.button("Type your own review").click()
    expect(reader.field).to_be_focused()


def leave(reader):
    reader.page.keyboard.press("Escape")
    expect(reader.field).to_be_hidden()


def live(reader):
    reader.page.get_by_label("Live typing").check()
    expect(reader.field).to_be_focused()


def present(reader):
    reader.page.get_by_role("button", name="Present", exact=True).click()
    expect(reader.button("Leave")).to_be_visible()


def nothing_to_read(reader):
    begin(reader)
    reader.field.fill("")
    reader.page.keyboard.press("Control+Enter")
    expect(reader.page.get_by_text(HINT)).to_be_visible()


def read(reader, text):
    before = reader.page.url
    reader.read(text)
    expect(reader.field).to_be_hidden()
    expect(reader.page).not_to_have_url(before)
    expect(reader.page).to_have_url(re.compile("word="))


@SIZES
def test_reviews_typed_one_after_the_other(reader, fresh):
    reader.open(LINK)
    for text in REVIEWS:
        read(reader, text)
        assert_same(layout(reader), fresh())
        begin(reader)
        leave(reader)
        begin(reader)
        assert_same(layout(reader), fresh(begin))
        reader.button("Cancel").click()
    assert_same(layout(reader), fresh())


@SIZES
def test_a_blank_text_and_what_comes_after_it(reader, fresh):
    reader.open(LINK)
    read(reader, REVIEWS[2])
    nothing_to_read(reader)
    assert_same(layout(reader), fresh(nothing_to_read))
    leave(reader)
    assert_same(layout(reader), fresh())
    nothing_to_read(reader)
    reader.field.fill(REVIEWS[0])
    reader.button("Read").click()
    expect(reader.where).to_have_text(re.compile("of 5"))
    assert_same(layout(reader), fresh())


def test_live_typing_until_nothing_is_left(reader, fresh):
    reader.open(LINK)
    live(reader)
    reader.field.press_sequentially("So good", delay=30)
    expect(reader.where).to_have_text("word 2 of 2")
    expect(reader.page).to_have_url(re.compile("good&word=2$"))
    assert_same(layout(reader), fresh(live))

    def delete_all(other):
        other.page.keyboard.press("Control+a")
        other.page.keyboard.press("Delete")
        expect(other.page.get_by_text(HINT)).to_be_visible()

    delete_all(reader)
    assert_same(layout(reader), fresh(lambda other: (live(other), delete_all(other))))
    leave(reader)
    assert_same(layout(reader), fresh())


def test_one_word_then_two_hundred_and_back(reader, fresh):
    reader.open(LINK)
    for text in ("Bad", WORDS * 12, "Good"):
        read(reader, text.strip())
        assert_same(layout(reader), fresh())


@pytest.mark.parametrize("reader", [HALL], indirect=True)
def test_presenter_size_with_the_field_open(reader, fresh):
    reader.open(LINK)
    read(reader, REVIEWS[0])
    for _ in range(2):
        begin(reader)
        present(reader)
        reader.button("Leave").click()
        reader.button("Cancel").click()
    present(reader)
    assert_same(layout(reader), fresh(present))
    reader.button("Leave").click()
    begin(reader)
    present(reader)
    assert_same(layout(reader), fresh(lambda other: (begin(other), present(other))))
    reader.button("Leave").click()
    assert_same(layout(reader), fresh(begin))


def test_a_window_that_changes_while_one_types(reader, fresh):
    reader.open(LINK)
    read(reader, REVIEWS[1])
    begin(reader)
    for size in (HALL, PHONE, {"viewport": {"width": 1100, "height": 700}}, DESK):
        reader.page.set_viewport_size(size["viewport"])
        assert_same(layout(reader), fresh(begin))
    leave(reader)
    assert_same(layout(reader), fresh())


def test_another_theme_while_one_types(reader, fresh):
    reader.open(LINK)
    begin(reader)
    reader.page.emulate_media(color_scheme="dark")
    expect(reader.page.locator(".player")).not_to_have_css("color", "rgb(21, 23, 28)")
    assert_same(layout(reader), fresh(begin))
    reader.page.emulate_media(**LIGHT)
    expect(reader.page.locator(".player")).to_have_css("color", "rgb(21, 23, 28)")
    assert_same(layout(reader), fresh(begin))


def test_a_window_that_goes_to_a_sharper_screen(reader):
    reader.open(LINK)
    before = layout(reader)
    screen = reader.page.context.new_cdp_session(reader.page)
    width, height = reader.page.viewport_size.values()
    for ratio, less in ((2, 20), (1.5, 10), (1, 0)):
        metrics = {"width": width - less, "height": height, "mobile": False}
        screen.send("Emulation.setDeviceMetricsOverride", metrics | {"deviceScaleFactor": ratio})
        reader.page.wait_for_function(f"window.devicePixelRatio === {ratio}")
        assert_fits(layout(reader))
    assert_same(layout(reader), before)


def test_a_notice_above_that_comes_and_goes(reader):
    reader.open(LINK)
    before = layout(reader)
    holder = reader.page.get_by_test_id("stMainBlockContainer")
    holder.evaluate("""(node) => {
      const notice = Object.assign(document.createElement("p"), { className: "notice" });
      notice.style.cssText = "height: 40px; margin: 0";
      node.prepend(notice);
    }""")
    below = layout(reader)
    assert_fits(below)
    assert below.canvases[0][1] == pytest.approx(before.canvases[0][1] - 40, abs=1)
    expect(reader.page.locator(".transport")).to_be_in_viewport(ratio=1)
    reader.page.locator(".notice").evaluate("(node) => node.remove()")
    assert layout(reader) == before


def test_type_that_comes_late(reader, fresh):
    held = []
    reader.page.route(re.compile("SourceSans"), lambda route: held.append(route))
    reader.page.goto(
        reader.address + LINK, wait_until="commit"
    )  # no page is loaded before its type
    expect(reader.page.locator(".transcript .current")).to_be_visible()
    reader.page.evaluate("new Promise(requestAnimationFrame)")
    assert held
    for route in held:
        route.continue_()
    assert_same(layout(reader), fresh())


def test_nothing_is_laid_out_anew_while_it_plays(reader):
    reader.page.add_init_script("""
      window.heard = 0;
      const Observer = window.ResizeObserver;
      window.ResizeObserver = class extends Observer {
        constructor(tell) {
          super((entries, own) => {
            window.heard += entries.filter(({ target }) => target.closest(".player")).length;
            tell(entries, own);
          });
        }
      };""")
    reader.open("/?text=I+wanted+to+love+it,+but+the+jokes+are+stale.+Not+a+good+film!&word=1")
    layout(reader)
    before = reader.page.evaluate("window.heard")
    assert before > 0
    reader.page.get_by_role("combobox", name="Speed").select_option("10 words/s")
    reader.button("Play").click()
    expect(reader.where).to_have_text("word 17 of 17")
    expect(reader.button("Play")).to_be_visible()
    assert reader.page.evaluate("window.heard") == before
