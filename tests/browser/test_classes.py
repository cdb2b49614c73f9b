"""Read with ten classes, in a real browser."""

import re

import axe_core_python.sync_playwright as axe
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DARK, HALL, LIGHT, PHONE
from tests.browser.picture import timeline_texts
from tests.topics import topics

TEXT = "A film star sells her villa, and two houses more"
TITLE = "影星新片上映前夕卖房，名下豪宅低于市场价成交"
LINK = f"/?text={TEXT.replace(' ', '+')}&word="


def names(page):
    """Return what is written in the timeline."""
    return [one.said for one in timeline_texts(page)]


def test_the_verdict_names_the_likeliest_class_and_the_next(chooser):
    trace = topics().trace(TEXT)
    chooser.open(f"{LINK}6")
    for step, keys in ((5, ()), (10, ("End",))):
        for key in keys:
            chooser.page.keyboard.press(key)
        expect(chooser.where).to_have_text(f"word {step + 1} of 11")
        first, second = (-trace.probabilities[step]).argsort()[:2]
        verdict = chooser.page.locator(".prediction")
        expect(verdict.locator(".side")).to_have_text(trace.labels[first])
        share = float(verdict.locator(".number").inner_text().rstrip(" %"))
        assert abs(share - 100 * trace.probabilities[step, first]) <= 0.6
        expect(verdict).to_contain_text(f"then {trace.labels[second]} ")


def test_classes_are_named_in_the_curve_and_said_in_words(chooser):
    trace = topics().trace(TEXT)
    chooser.open(f"{LINK}3")
    written = names(chooser.page)
    for name in ("entertainment", "realty"):
        assert written.count(name) == 1  # inside its band
        [beside] = [said for said in written if re.fullmatch(rf"{name} [\d.]+ %", said)]
        share = 100 * trace.probabilities[-1, trace.labels.index(name)]
        assert abs(float(beside.split()[1]) - share) <= 0.6
    slider = chooser.page.get_by_role("slider", name="Word")
    said = r"^star, word 3 of 11, [\d.]+ percent entertainment, then [\d.]+ percent \w+, "
    expect(slider).to_have_attribute(
        "aria-valuetext", re.compile(said + "[+−]?\\d+ points? for realty$")
    )


def test_another_class_is_followed(chooser):
    trace = topics().trace(TEXT)
    label = "entertainment"
    chooser.open(f"{LINK}3")
    chooser.page.get_by_label("Class").select_option(label)
    before, now = trace.probabilities[1:3, trace.labels.index(label)]
    slider = chooser.page.get_by_role("slider", name="Word")
    shown = round(100 * now) - round(100 * before)  # of what stands beside it
    said = f", {shown:+d} points? for {label}$".replace("-", "−")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(said.replace("+", "\\+")))


def test_chinese_words_and_classes(chooser):
    chooser.open(f"/?model=news-chinese&text={TITLE}&word=11")
    expect(chooser.page.locator(".prediction .side")).to_have_text("房产")
    assert "娱乐" in names(chooser.page)
    expect(chooser.page.locator(".transcript .current")).to_contain_text("豪宅")


@pytest.mark.parametrize("chooser", [LIGHT, DARK], indirect=True, ids=["light", "dark"])
def test_axe_finds_nothing(chooser):
    chooser.open(f"{LINK}7&unit=4")
    found = axe.Axe().run(chooser.page)["violations"]
    assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found] == []


@pytest.mark.parametrize("chooser", [PHONE, HALL], indirect=True, ids=["phone", "hall"])
def test_names_stay_inside_the_window(chooser):
    chooser.open(f"{LINK}3")
    inner = "(node) => node.scrollWidth - node.clientWidth"
    assert chooser.page.locator("[data-testid=stMain]").evaluate(inner) <= 0
    width = chooser.page.locator(".timeline").evaluate("(node) => node.clientWidth")
    written = timeline_texts(chooser.page)
    assert written
    for one in written:
        assert -1 <= one.left <= one.right <= width + 1, one.said


def test_a_long_text_names_what_leads_and_no_word_is_torn(chooser):
    chooser.page.set_viewport_size({"width": 390, "height": 844})
    chooser.open("/?model=news-chinese&text=" + "影星新片卖房豪宅" * 20 + "&word=3")
    for word in chooser.page.locator(".transcript .word").all()[:40]:
        assert word.evaluate("(node) => node.getClientRects().length") == 1
    leading = [said for said in names(chooser.page) if re.match("(娱乐|房产) [\\d.]+ %$", said)]
    assert len(leading) == 2


def test_another_model_reads_the_same_text_at_the_same_word(chooser):
    chooser.open(f"{LINK.replace('/?', '/?model=imdb-lstm&')}3")
    expect(chooser.page.locator(".prediction .side")).to_contain_text(
        re.compile("positive|negative")
    )
    chooser.models()
    chooser.page.get_by_text("news-topics", exact=True).first.click()
    expect(chooser.page.get_by_role("heading", name="news-topics: no test result")).to_be_visible()
    chooser.page.get_by_role("link", name="Read").click()
    expect(chooser.page.locator(".prediction .side")).to_have_text("entertainment")
    expect(chooser.page.locator(".transcript .current")).to_contain_text("star")
    chooser.button("Type your own news title").click()
    expect(chooser.field).to_have_value(TEXT)
    expect(chooser.page).to_have_url(re.compile(r"model=news-topics.*word=3"))
