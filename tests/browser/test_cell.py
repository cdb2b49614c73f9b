"""Every number in the picture of the cell is the model's own."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, STILL
from tests.browser.picture import WATCH, beside, cell_texts, value
from tests.kinds import own

TEXT = "I wanted to love it, but the jokes are stale. Not a good film!"
LINK = "/?text=I+wanted+to+love+it,+but+the+jokes+are+stale.+Not+a+good+film!"
ROUNDED = 0.0051  # two digits
EXACTLY = 3e-5  # five digits, and a product of two that are sent as whole numbers of 16 bits
NUMBER = re.compile(r"−?\d+\.\d+")
# What the law of one unit says, number by number.
LAWS = {
    "LSTM": "forget_gate memory_before input_gate candidate kept written cell_state "
    "output_gate cell_state hidden_state",
    "GRU": "update_gate memory_before update_gate candidate kept written hidden_state",
    "RNN": "memory_before hidden_state",
}
EQUATIONS = {
    "LSTM": "c = f × c before + i × g, h = o × tanh c",
    "GRU": "h = z × h before + (1 − z) × n, in PyTorch’s convention",
    "RNN": "h = tanh(W × word + U × h before + b)",
}


def computed(layer, step):
    """Return every quantity of a layer at one word, and what follows from them."""
    found = {name: values[step] for name, values in layer.quantities.items()}
    memory = "cell_state" if "cell_state" in found else "hidden_state"
    states = layer.quantities[memory]
    first = layer.initial[memory].reshape(-1)
    found["memory_before"] = states[step - 1] if step else first
    if "forget_gate" in found:
        found["kept"] = found["forget_gate"] * found["memory_before"]
        found["written"] = found["input_gate"] * found["candidate"]
    elif "update_gate" in found:
        found["kept"] = found["update_gate"] * found["memory_before"]
        found["written"] = (1 - found["update_gate"]) * found["candidate"]
    return found


def said_in_the_law(reader, kind, exactly=False):
    law = reader.page.locator(".equation")
    said = law.get_attribute("title") if exactly else law.inner_text()
    numbers = [value(number) for number in NUMBER.findall(said)]
    return dict(zip(LAWS[kind].split(), numbers, strict=True))


@pytest.mark.parametrize("reader", [STILL], indirect=True)
def test_all_units_at_each_word(reader, example):
    reader.open(f"{LINK}&word=1")
    places = {
        "Forget gate": "forget_gate", "Input gate": "input_gate", "Output gate": "output_gate",
        "Candidate": "candidate", "memory before, average size": "memory_before", "kept": "kept",
        "written": "written", "memory after": "cell_state", "output h": "hidden_state",
    }  # fmt: skip
    for step, token in enumerate(example.tokens):
        expect(reader.where).to_have_text(f"word {step + 1} of 17")
        texts = cell_texts(reader.page)
        known = computed(example.layers[0], step)
        for name, quantity in places.items():
            assert abs(beside(texts, name) - abs(known[quantity]).mean()) < ROUNDED, (step, name)
        assert token.text in [one.said for one in texts]
        reader.page.keyboard.press("ArrowRight")
    expect(reader.page.locator(".equation")).to_have_text(EQUATIONS["LSTM"])


@pytest.mark.parametrize("reader", [STILL, STILL | PHONE], indirect=True, ids=["desk", "phone"])
@pytest.mark.parametrize("unit", [5, 98])
def test_one_unit(reader, example, unit):
    reader.open(f"{LINK}&word=11&unit={unit}")
    known = {name: values[unit] for name, values in computed(example.layers[0], 10).items()}
    for name, number in said_in_the_law(reader, "LSTM").items():
        assert abs(number - known[name]) < ROUNDED, name
    for name, number in said_in_the_law(reader, "LSTM", exactly=True).items():
        assert abs(number - known[name]) < EXACTLY, name
    texts = cell_texts(reader.page)
    for name in ("forget_gate", "input_gate", "candidate", "output_gate"):
        label = name.replace("_", " ").capitalize()
        assert abs(beside(texts, label) - known[name]) < ROUNDED, name
    on_the_belt = [value(one.said) for one in texts if NUMBER.fullmatch(one.said)]
    for name in ("memory_before", "kept", "cell_state", "hidden_state"):
        assert min(abs(number - known[name]) for number in on_the_belt) < ROUNDED, name
    [factor] = [one.said for one in texts if one.said.startswith("× ")]
    assert abs(value(factor[2:]) - known["forget_gate"]) < ROUNDED
    [term] = [one.said for one in texts if re.match("[+−] ", one.said)]
    assert abs(value(term.replace(" ", "").replace("+", "")) - known["written"]) < ROUNDED


@pytest.mark.parametrize("name", ["own-gru", "own-rnn"])
def test_other_kinds_of_cell_have_their_own_law(chooser, name):
    chooser.open(f"{LINK}&model={name}&word=4")
    kind = name.removeprefix("own-").upper()
    layer = own(name).trace(TEXT).layers[0]
    known = computed(layer, 3)
    expect(chooser.page.locator(".equation")).to_have_text(EQUATIONS[kind])
    texts = cell_texts(chooser.page)
    labels = {one.said for one in texts}
    gates = {name for name in known if name.endswith("gate")}
    for gate in gates:
        label = gate.replace("_", " ").capitalize()
        assert abs(beside(texts, label) - known[gate].mean()) < ROUNDED, gate
    assert not labels & {"Forget gate", "Input gate", "Output gate"}
    chooser.page.keyboard.press("u")
    expect(chooser.page.locator(".title")).to_have_text("One unit at “love”")
    unit = int(chooser.page.locator(".unit input").input_value())
    for name, number in said_in_the_law(chooser, kind, exactly=True).items():
        assert abs(number - known[name][unit]) < EXACTLY, name


def test_a_link_restores_layer_map_order_word_and_unit(chooser):
    view = "word=4&unit=3&layer=1-forward&order=index&map=forget_gate"
    chooser.open(f"{LINK}&model=own-stacked&{view}")
    page = chooser.page
    expect(page.get_by_role("combobox", name="Model")).to_have_value("own-stacked")
    expect(page.get_by_role("combobox", name="Layer")).to_have_value("1-forward")
    expect(page.get_by_role("combobox", name="Map")).to_have_value("forget_gate")
    expect(page.get_by_role("combobox", name="Units by")).to_have_value("index")
    expect(page.locator(".unit input")).to_have_value("3")
    expect(page.locator(".transcript .current")).to_have_text("love")
    expect(page.locator(".notes")).to_contain_text("Layer 1 feeds layer 2")
    expect(page.locator(".votes")).to_have_count(0)
    known = {
        name: values[3]
        for name, values in computed(own("own-stacked").trace(TEXT).layers[0], 3).items()
    }
    for name, number in said_in_the_law(chooser, "LSTM", exactly=True).items():
        assert abs(number - known[name]) < EXACTLY, name
    page.get_by_role("combobox", name="Layer").select_option("2")
    expect(page).to_have_url(re.compile("word=4&layer=2-forward"))
    expect(page.locator(".notes")).not_to_contain_text("feeds")


def test_a_model_that_reads_from_the_end_has_the_word_on_the_right_before(chooser):
    chooser.open(f"{LINK}&model=own-both-ways&word=4&unit=2&layer=1-backward")
    expect(chooser.page.get_by_role("combobox", name="Layer").locator("option")).to_have_text(
        ["1 →", "1 ←"]
    )
    forward, backward = own("own-both-ways").trace(TEXT).layers
    assert backward.direction == "backward"
    said = said_in_the_law(chooser, "LSTM", exactly=True)
    assert abs(said["memory_before"] - backward.cell_state[4, 2]) < EXACTLY
    assert abs(said["cell_state"] - backward.cell_state[3, 2]) < EXACTLY
    chooser.page.get_by_role("combobox", name="Layer").select_option("1 →")
    title = chooser.page.locator(".title")
    expect(title).to_have_text("Inside the cell at “love”")  # whose units are others
    expect(chooser.page).to_have_url(re.compile("layer=1-forward"))
    chooser.page.keyboard.press("u")
    expect(title).to_have_text("One unit at “love”")
    unit = int(chooser.page.locator(".unit input").input_value())
    said = said_in_the_law(chooser, "LSTM", exactly=True)
    assert abs(said["cell_state"] - forward.cell_state[3, unit]) < EXACTLY


def test_a_layer_that_reads_from_the_end_plays_from_the_right(chooser):
    chooser.open(f"{LINK}&model=own-both-ways&word=4&layer=1-backward")
    read = chooser.page.locator(".transcript .word.read")
    count = chooser.page.locator(".transcript .word").count()
    expect(read).to_have_count(count - 3)
    chooser.where.evaluate(WATCH)
    chooser.button("Play").click()
    expect(chooser.where).to_have_text(re.compile("^word 1 of"))
    expect(chooser.button("Play")).to_be_visible()
    expect(read).to_have_count(count)
    chooser.button("Play").click()  # and again, from the last word
    expect(chooser.where).not_to_have_text(re.compile("^word 1 of"))
    chooser.button("Pause").click()
    seen = [int(said.split()[1]) for said in chooser.page.evaluate("seen")]
    again = seen.index(1) + 1
    for part in (seen[:again], seen[again:]):
        assert part == sorted(part, reverse=True)
    assert seen[0] < 4
    assert seen[again] > 4
