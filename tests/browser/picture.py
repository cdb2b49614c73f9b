"""What stands in a picture, as a person reads it: texts, and the number beside a name."""

import re
from dataclasses import dataclass

# Every text that is drawn on a canvas is noted there, until the canvas is drawn anew; a canvas that
# is drawn on another brings its texts along.
NOTE_TEXTS = """
for (const kind of [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D]) {
  const { setTransform, fillText, drawImage } = kind.prototype;
  kind.prototype.setTransform = function (...given) {
    this.canvas.written = [];
    return setTransform.apply(this, given);
  };
  kind.prototype.fillText = function (said, x, y) {
    const width = this.measureText(said).width;
    const left = x - { left: 0, center: width / 2, right: width }[this.textAlign];
    const size = parseFloat(this.font.match(/[\\d.]+px/)[0]);
    const right = left + width;
    (this.canvas.written ??= []).push({ said, left, right, middle: y - size / 3, size });
    return fillText.call(this, said, x, y);
  };
  kind.prototype.drawImage = function (image, ...where) {
    (this.canvas.written ??= []).push(...(image.written ?? []));
    return drawImage.call(this, image, ...where);
  };
}
"""
# Every text of a part of the page, as it changes.
WATCH = """(node) => {
  window.seen = [];
  const look = () => node.textContent === seen.at(-1) || seen.push(node.textContent);
  new MutationObserver(look).observe(node, { childList: true, subtree: true, characterData: true });
}"""
_OVER_CANVAS = """(node) => [...node.children].filter((one) => !one.hidden).map((one) => {
  const { left, right, top, bottom } = one.getBoundingClientRect();
  const size = parseFloat(getComputedStyle(one).fontSize);
  return { said: one.textContent, left, right, middle: (top + bottom) / 2, size };
})"""
_UNTIL = """(node, said) => new Promise((done, fail) => {
  const look = (frames) => {
    const found = node.written.map((one) => one.said).find((text) => new RegExp(said).test(text));
    if (found !== undefined) done(found);
    else if (frames) requestAnimationFrame(() => look(frames - 1));
    else fail(new Error(`"${said}" is not in ${JSON.stringify(node.written)}`));
  };
  look(600);
})"""
_NUMBER = re.compile(r"−?\d+(\.\d+)?")


@dataclass(frozen=True)
class Text:
    """One text in a picture, in pixels."""

    said: str
    left: float
    right: float
    middle: float
    size: float


def cell_texts(page):
    """Return the texts over the picture of the cell."""
    return [Text(**one) for one in page.locator(".texts").evaluate(_OVER_CANVAS)]


def timeline_texts(page):
    """Return the texts on the canvas of the timeline."""
    return [Text(**one) for one in page.locator(".timeline").evaluate("(node) => node.written")]


def timeline_says(page, pattern):
    """Wait until the timeline says something, and return it."""
    return page.locator(".timeline").evaluate(_UNTIL, pattern)


def value(said):
    """Return the number that is written with a true minus sign."""
    return float(said.replace("−", "-"))


def beside(texts, name):
    """Return the number that stands nearest on the right of a name, on its line."""
    [named] = [one for one in texts if one.said.strip() == name]
    numbers = [
        one
        for one in texts
        if _NUMBER.fullmatch(one.said)
        and one.left > named.left
        and abs(one.middle - named.middle) < named.size / 2
    ]
    return value(min(numbers, key=lambda one: one.left).said)
