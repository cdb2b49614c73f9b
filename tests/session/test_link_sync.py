"""The link in the browser: whose parameters it keeps, and which one is opened again."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.driver import SCRIPTS, field, open_app, read, selection

TEXT = "Not a bad film at all."


def test_parameters_of_others_survive():
    app = open_app(text=TEXT, theme_of_course="dark")
    app.query_params["course"] = ["a", "b"]
    app.run()
    read(app, "A good film.")
    assert app.query_params["text"] == "A good film."
    assert (app.query_params["theme_of_course"], app.query_params["course"]) == ("dark", ["a", "b"])
    app.query_params.clear()  # so does Streamlit when the page is changed
    app.switch_page(SCRIPTS["models"]).run()
    assert app.query_params["text"] == "A good film."
    assert (app.query_params["theme_of_course"], app.query_params["course"]) == ("dark", ["a", "b"])


def program():
    import streamlit as st

    from lstm_viz import session
    from lstm_viz.pages import text_input

    if st.session_state.pop("ended", False):
        session.rerun()  # as the progress of a job does, before anything looks at the link
    session.open_link()
    st.toggle("Stays on", key="stays")
    st.toggle("In the link", key="bound", bind="query-params")
    text_input.show()
    session.write_link("read")


@pytest.fixture
def app():
    app = AppTest.from_function(program, default_timeout=60)
    app.query_params["text"] = TEXT
    return app.run()


def test_a_toggle_that_stays_on_breaks_no_link(app):
    app.toggle(key="stays").set_value(True).run()
    for text in ("An old film.", "A new film."):
        app.query_params.clear()
        app.query_params["text"] = text
        app.run()
        assert not app.exception
        assert selection(app).text == text
        assert app.toggle(key="stays").value


def test_a_toggle_may_be_bound_to_the_link(app):
    app.toggle(key="bound").set_value(True).run()
    app.query_params["bound"] = "true"  # so does the browser
    field(app, "An old film.")
    assert selection(app).text == "An old film."
    assert app.query_params["text"] == "An old film."
    assert app.query_params["bound"] == "true"
    assert app.toggle(key="bound").value


def test_who_acts_while_a_link_is_on_its_way_loses_nothing(app):
    field(app, "An old film.")
    app.query_params["text"] = TEXT
    field(app, "A new film.")
    assert selection(app).text == "A new film."
    app.query_params["text"] = TEXT
    app.run()  # nobody acted: somebody went back
    assert selection(app).text == TEXT


def test_a_page_that_runs_again_by_itself_with_an_old_link_loses_nothing(app):
    field(app, "An old film.")
    app.query_params["text"] = TEXT
    app.session_state["ended"] = True
    app.run()
    assert selection(app).text == "An old film."
    assert app.query_params["text"] == "An old film."


def test_the_link_that_was_opened_is_not_opened_again():
    app = open_app(text=TEXT, word="99")
    assert app.info
    app.query_params["text"], app.query_params["word"] = TEXT, "99"
    app.run()
    assert not app.info
