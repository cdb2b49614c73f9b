"""Where does everything stand, and is each canvas drawn for the box that it fills?"""

from dataclasses import dataclass

from tests.browser.conftest import Reader

# Two frames after the last change the page has told its sizes, and what is drawn has taken them.
_AT_REST = """async () => {
  await document.fonts.ready;
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
}"""
_CANVASES = """(player) => [...player.querySelectorAll(".cell canvas, .timeline")].map((canvas) => {
  const { width, height } = canvas.getBoundingClientRect();
  const ratio = window.devicePixelRatio;
  return [width, height, canvas.width / ratio, canvas.height / ratio];
})"""
# Each label as [text, left, middle] on the page: over the cell, in the script, beside both.
_LABELS = """(player) => {
  const holder = document.querySelector("[data-testid=stMain]");
  const down = window.scrollY + (holder?.scrollTop ?? 0);
  const parts = ".texts span, .word, .notes, .title, .when, .number, .sides, .chips button, .where";
  const labels = [...player.querySelectorAll(parts)].filter((one) => one.checkVisibility());
  const found = labels.map((one) => {
    const { left, top, bottom } = one.getBoundingClientRect();
    return [`${one.className} ${one.textContent}`, left, (top + bottom) / 2 + down];
  });
  const canvas = player.querySelector(".timeline");
  const box = canvas.getBoundingClientRect();
  const drawn = canvas.written.map(({ said, left, middle }) =>
    [`timeline ${said}`, box.left + left, box.top + middle + down]);
  return [...found, ...drawn];
}"""


@dataclass(frozen=True)
class Layout:
    """The picture as it is on screen, in pixels of the page."""

    canvases: list[list[float]]
    labels: list[tuple[str, float, float]]


def layout(reader: Reader) -> Layout:
    """Return where everything stands once nothing moves any more."""
    reader.settle()
    reader.page.evaluate(_AT_REST)
    player = reader.page.locator(".player")
    labels = [tuple(label) for label in player.evaluate(_LABELS)]
    return Layout(player.evaluate(_CANVASES), labels)


def assert_fits(found: Layout) -> None:
    """Assert that no canvas is off the box that it fills by more than a pixel."""
    assert len(found.canvases) == 2
    for wide, high, drawn_wide, drawn_high in found.canvases:
        assert abs(wide - drawn_wide) <= 1, found.canvases
        assert abs(high - drawn_high) <= 1, found.canvases


def assert_same(found: Layout, fresh: Layout) -> None:
    """Assert that every label stands within two pixels of where another page has it."""
    assert_fits(found)
    assert_fits(fresh)
    assert [label[0] for label in found.labels] == [label[0] for label in fresh.labels]
    for (said, x, y), (_, fresh_x, fresh_y) in zip(found.labels, fresh.labels, strict=True):
        assert abs(x - fresh_x) <= 2, (said, x, fresh_x)
        assert abs(y - fresh_y) <= 2, (said, y, fresh_y)
