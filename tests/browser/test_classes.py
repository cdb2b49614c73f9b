"""Read with ten classes, in a real browser."""

import re

import axe_core_python.sync_playwright as axe
import pytest
from playwright.sync_api import expect

from tests.browser.test_reading import DARK, HALL, LIGHT, PHONE
from tests.topics import topics

TEXT = "A film star sells her villa, and two houses more"
TITLE = "影星新片上映前夕卖房，名下豪宅低于市场价成交"
LINK = f"/?text={TEXT.replace(' ', '+')}&word="


def test_the_verdict_names_the_likeliest_class_and_the_next(chooser):
    trace = topics().trace(TEXT)
    chooser.open(f"{LINK}6")
    for step, keys in ((5, ()), (10, ("End",))):
        for key in keys:
            chooser.page.locator(".script .current").focus()
            chooser.page.keyboard.press(key)
        first, second = (-trace.probabilities[step]).argsort()[:2]
        verdict = chooser.page.locator(".verdict")
        expect(verdict.locator(".side")).to_have_text(trace.labels[first])
        share = float(verdict.locator(".number").inner_text().rstrip(" %"))
        assert abs(share - 100 * trace.probabilities[step, first]) <= 0.6
        expect(verdict).to_contain_text(f"then {trace.labels[second]} ")


def test_classes_are_named_in_the_curve_and_said_in_words(chooser):
    chooser.open(f"{LINK}3")
    names = chooser.page.locator(".timeline text")
    for name in ("entertainment", "realty"):
        expect(names.filter(has_text=re.compile(f"^{name}$"))).to_have_count(1)
        expect(names.filter(has_text=re.compile(f"^{name} [\\d.]+ %$"))).to_have_count(1)
    slider = chooser.page.get_by_role("slider", name="Word")
    said = r"^star, word 3 of 11, [\d.]+ percent entertainment, then [\d.]+ percent \w+, "
    expect(slider).to_have_attribute(
        "aria-valuetext", re.compile(said + "[+−]?\\d+ points for realty$")
    )


def test_chinese_words_and_classes(chooser):
    chooser.open(f"/?model=news-chinese&text={TITLE}&word=11")
    expect(chooser.page.locator(".verdict .side")).to_have_text("房产")
    expect(
        chooser.page.locator(".timeline text.strong", has_text=re.compile("^娱乐$"))
    ).to_have_count(1)
    expect(chooser.word("豪宅")).to_have_attribute("aria-selected", "true")


@pytest.mark.parametrize("chooser", [LIGHT, DARK], indirect=True, ids=["light", "dark"])
def test_axe_finds_nothing(chooser):
    chooser.open(f"{LINK}7&unit=4")
    chooser.settle()
    chooser.page.wait_for_function("document.querySelectorAll('[data-stale=true]').length === 0")
    found = axe.Axe().run(chooser.page)["violations"]
    assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found] == []


@pytest.mark.parametrize("chooser", [PHONE, HALL], indirect=True, ids=["phone", "hall"])
def test_names_stay_inside_the_window(chooser):
    chooser.open(f"{LINK}3")
    inner = "(node) => node.scrollWidth - node.clientWidth"
    assert chooser.page.locator("[data-testid=stMain]").evaluate(inner) <= 0
    edge = chooser.page.locator(".reader").bounding_box()
    for name in chooser.page.locator(".timeline text").all():
        box = name.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= edge["x"] + edge["width"] + 1


def test_a_long_text_names_what_leads_and_no_word_is_torn(chooser):
    chooser.page.set_viewport_size({"width": 390, "height": 844})
    chooser.open("/?model=news-chinese&text=" + "影星新片卖房豪宅" * 20 + "&word=3")
    for word in chooser.page.locator(".script .word").all()[:40]:
        assert word.evaluate("(node) => node.getClientRects().length") == 1
    names = chooser.page.locator(".timeline text", has_text=re.compile("^(娱乐|房产) "))
    expect(names).to_have_count(2)


def test_another_model_reads_the_same_text_at_the_same_word(chooser):
    chooser.open(f"{LINK.replace('/?', '/?model=imdb-lstm&')}3")
    expect(chooser.page.locator(".verdict .side")).to_contain_text(re.compile("positive|negative"))
    chooser.models()
    chooser.page.get_by_text("news-topics", exact=True).first.click()
    expect(chooser.page.get_by_role("heading", name="news-topics: how good")).to_be_visible()
    chooser.page.get_by_role("link", name="Read").click()
    expect(chooser.page.locator(".verdict .side")).to_have_text("entertainment")
    expect(chooser.page.locator(".script .current")).to_contain_text("star")
    expect(chooser.page.get_by_label("Type a news title")).to_have_value(TEXT)
    expect(chooser.page).to_have_url(re.compile(r"model=news-topics.*word=3"))
