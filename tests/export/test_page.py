"""The view as a page of its own: it asks for nothing, and what was typed does nothing in it."""

import base64
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given

from lstm_viz import palette
from lstm_viz.analyses.prediction_path import prediction_path
from lstm_viz.components.bundle import script
from lstm_viz.components.player import PlayerStart, payload
from lstm_viz.export import page
from tests.app.driver import assert_sent, decoded
from tests.components.made_up import recipes
from tests.components.nodejs import run
from tests.made_up import HOSTILE

TEXTS = [
    "Not a bad film.", "</script><script>alert(1)</script>", "<!-- <script> -->", HOSTILE,
    "{trace} {0} %s {{}}", "\ud800 \x00 \u2028 שלום", "<img src=https://example.com/a.png>",
]  # fmt: skip


class Structure(HTMLParser):
    """The tags of a page with their attributes, and what stands in each."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.within, self.texts = [], [], {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple(attrs)))
        if tag not in ("meta", "input"):  # which are never closed
            self.within.append((tag, dict(attrs).get("type")))

    def handle_endtag(self, tag):
        self.tags.append((f"/{tag}", ()))
        assert self.within.pop()[0] == tag

    def handle_comment(self, data):
        self.tags.append(("comment", data))

    def handle_data(self, data):
        last = self.within[-1] if self.within else None
        self.texts[last] = self.texts.get(last, "") + data

    def trace(self):
        return base64.b64decode(self.texts["script", "text/plain"], validate=True)


def bytes_of(trace, start=PlayerStart(0)):  # noqa: B008  (it is frozen)
    return payload(trace, trace.top, prediction_path(trace), start)


@pytest.fixture(scope="module")
def plainly(classifier):
    return page(bytes_of(classifier.trace("Fine.")))


@pytest.mark.parametrize("text", TEXTS)
def test_the_trace_comes_back_and_the_structure_stays(classifier, plainly, text):
    trace = classifier.trace(text)
    data = bytes_of(trace, PlayerStart(1, 7, "index", "forget_gate"))
    html = page(data)
    found = Structure(html)
    assert found.tags == Structure(plainly).tags
    assert found.trace() == data
    sent = decoded(found.trace())
    assert_sent(sent, trace, off=0)
    assert (sent["step"], sent["unit"], sent["order"], sent["map"]) == (
        1, 7, "index", "forget_gate",
    )  # fmt: skip
    assert sent["menus"] is None
    assert text not in html


@given(recipes())
def test_nothing_that_was_read_stands_in_the_page(recipe):
    trace = recipe.trace()
    data = bytes_of(trace)
    html = page(data)
    before, after = html.split(base64.b64encode(data).decode("ascii"))
    assert re.fullmatch(r'(?s).*<script type="text/plain" id="trace">', before)
    assert after.startswith("</script>")
    # All but the trace is the same for whatever was read.
    assert (before, after) == rest()


def rest(found=[]):  # noqa: B006  (made once)
    if not found:
        found += page(b"").split('id="trace">')
        found[0] += 'id="trace">'
    return tuple(found)


def test_it_asks_nobody_for_anything(plainly):
    addresses = set(re.findall(r"(?i)\b[a-z]+://[^\s\"'`)]*", plainly))
    assert addresses == {"http://www.w3.org/2000/svg"}
    tags = Structure(plainly).tags
    asking = {"link", "img", "iframe", "object", "embed", "base", "form", "video", "audio"}
    assert asking.isdisjoint(tag for tag, _ in tags)
    attributes = {name for tag, found in tags if tag != "comment" for name, _ in found}
    assert {"src", "href", "srcset", "action", "style", "onclick", "onerror"}.isdisjoint(attributes)
    assert re.findall(r"url\((?!#)[^;]*", plainly) == ['url("data:font/woff2']
    assert not re.search(r"@import|\bimport\(|fetch\(|XMLHttpRequest|WebSocket", plainly)


def test_its_policy_forbids_what_it_does_not_need(plainly):
    (policy,) = [
        dict(found)["content"]
        for tag, found in Structure(plainly).tags
        if tag == "meta" and dict(found).get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.split(None, 1) for rule in policy.split("; "))
    assert rules == {
        "default-src": "'none'",
        "script-src": "'unsafe-inline'",
        "style-src": "'unsafe-inline'",
        "img-src": "data: blob:",
        "font-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert plainly.index("Content-Security-Policy") < plainly.index("<script")
    assert plainly.startswith("<!doctype html>")


def test_it_has_the_grounds_of_both_themes(plainly):
    style = Structure(plainly).texts["style", None]
    assert f"--st-background-color: {palette.LIGHT.page};" in style
    dark = re.search(r"prefers-color-scheme: dark\) \{ :root \{ ([^}]*) \}", style)
    assert dark[1] == f"--st-background-color: {palette.DARK.page};"
    assert style.count("{") == style.count("}")


def test_its_script_is_the_players_and_is_sound(plainly, tmp_path):
    code = Structure(plainly).texts["script", "module"]
    assert script("player/js/player.js") in code
    file = tmp_path / "page.mjs"
    file.write_text(code, "utf-8")
    checked = run("--check", file)
    assert checked.returncode == 0, checked.stderr
