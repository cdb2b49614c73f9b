"""Long work in a real browser: it goes on over a rerun and a reload, and stops when asked."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, LIGHT, Reader, running


@pytest.fixture
def address(tmp_path):
    with running(tmp_path, "tests/browser/long_work.py") as url:
        yield url


@pytest.fixture
def reader(chromium, address):
    context = chromium.new_context(**(DESK | LIGHT))
    person = Reader(context.new_page(), address)
    person.page.goto(address)
    expect(person.page.get_by_text("Nothing found")).to_be_visible()
    yield person
    context.close()
    assert person.said == []


def bar(page):
    return page.get_by_role("progressbar")


def test_it_goes_on_over_a_rerun_and_a_reload_and_its_result_arrives(reader):
    page = reader.page
    reader.button("Count slowly").click()
    expect(bar(page)).to_have_attribute("aria-valuenow", "0")
    reader.button("Step").click()  # a rerun of the whole page
    expect(bar(page)).to_have_attribute("aria-valuenow", "25")
    expect(page.get_by_text("Step 1 of 4, 25%")).to_be_visible()
    expect(reader.button("Count slowly")).to_have_count(0)
    page.reload()
    expect(bar(page)).to_have_attribute("aria-valuenow", "25")
    for _ in range(3):
        reader.settle()
        reader.button("Step").click()
    expect(page.get_by_text("Found forty-two")).to_be_visible()  # by itself
    expect(bar(page)).to_have_count(0)
    page.reload()
    expect(page.get_by_text("Found forty-two")).to_be_visible()


def test_it_stops_when_asked_in_every_tab(reader):
    page = reader.page
    reader.button("Count slowly").click()
    reader.button("Step").click()
    expect(bar(page)).to_have_attribute("aria-valuenow", "25")
    other = page.context.new_page()
    other.goto(reader.address)
    expect(bar(other)).to_have_attribute("aria-valuenow", "25")
    other.get_by_role("button", name="Cancel").click()
    for one in (page, other):
        expect(one.get_by_text("It was stopped.")).to_be_visible()
        expect(bar(one)).to_have_count(0)
        expect(one.get_by_text("Nothing found")).to_be_visible()
    reader.button("Try again").click()
    expect(bar(page)).to_have_attribute("aria-valuenow", "0")
