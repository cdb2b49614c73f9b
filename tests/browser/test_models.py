"""What a person does on the Models page, in a real browser."""

import re

import axe_core_python.sync_playwright as axe
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import running
from tests.browser.test_reading import DARK, LIGHT
from tests.made_up import HOSTILE, WHOLE, model_folder

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The address of an app that has models of one's own."""
    folder = tmp_path_factory.mktemp("models")
    model_folder(folder, "made-up", WHOLE, HOSTILE)
    with running(tmp_path_factory.mktemp("server"), LSTM_VIZ_MODELS=str(folder)) as url:
        yield url


def heading(reader, words):
    return reader.page.get_by_role("heading", name=words)


def unfold(reader):
    expect(reader.page.get_by_role("button", name="Numbers for every word")).to_be_visible()
    reader.settle()
    for part in reader.page.locator("[data-testid=stExpander] summary").all():
        part.click()
    expect(reader.page.locator(".st-key-Hyperparameters table")).to_be_visible()
    expect(reader.page.locator(".st-key-card h3")).to_be_visible()


def test_switch_by_keyboard_and_go_on_reading(reader):
    reader.open("/?text=Not+a+bad+film+at+all.&word=3&model=imdb-lstm")
    reader.models()
    reader.page.get_by_role("radio", name="imdb-lstm", exact=True).focus()
    title = reader.page.locator("h1").filter(has_text=re.compile(" gets |no test result")).first
    for _ in range(20):  # how many models there are is left open
        before = title.inner_text()
        if before.startswith("made-up"):
            break
        reader.page.keyboard.press("ArrowDown")
        expect(title).not_to_have_text(before)
    expect(heading(reader, "made-up gets 87.5%")).to_be_visible()
    reader.settle()  # until then the curve of the last model stands there too
    expect(reader.page.locator(".st-key-curve_1_accuracy .js-plotly-plot")).to_be_visible()
    reader.page.get_by_role("link", name="Read").click()
    expect(reader.page.locator(".transcript .current")).to_contain_text("bad")
    expect(reader.page.locator(".where")).to_have_text("word 3 of 7")
    expect(reader.page).to_have_url(re.compile("model=made-up.*text=Not"))


def test_a_hostile_card_loads_nothing(reader):
    reader.open("/?model=made-up")
    reader.models()
    unfold(reader)
    card = reader.page.locator(".st-key-card")
    expect(card.get_by_role("heading", name="Hostile <img src=x")).to_be_visible()
    expect(card.get_by_text("<script>alert(1)</script><b>bold</b>")).to_be_visible()
    assert card.locator("img, script, iframe, b, i, .katex").count() == 0
    links = card.locator("p a, td a").evaluate_all("all => all.map(a => [a.textContent, a.href])")
    assert links
    for text, address in links:  # an address may be followed, but never stands behind other words
        assert text.startswith("https://example.com")
        assert address.startswith("https://example.com")


@pytest.mark.parametrize("reader", [LIGHT, DARK], indirect=True, ids=["light", "dark"])
def test_axe_finds_nothing(reader):
    reader.open("/?model=made-up")
    reader.models()
    unfold(reader)
    found = axe.Axe().run(reader.page)["violations"]
    assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found] == []


@pytest.mark.parametrize("model", ["made-up", "imdb-lstm"])
def test_nothing_overflows_on_a_phone(reader, model):
    reader.open(f"/?model={model}")
    reader.models()
    reader.page.set_viewport_size(PHONE)
    unfold(reader)
    inner = "(node) => node.scrollWidth - node.clientWidth"
    for part in reader.page.locator("[data-testid=stMain], [data-testid=stTable]").all():
        assert part.evaluate(inner) <= 0
    found = axe.Axe().run(reader.page)["violations"]
    assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found] == []
    expect(reader.page.locator(".st-key-curve_0_loss .xtick text").first).to_be_visible()
