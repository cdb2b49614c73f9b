"""The frame of every page: set-up, navigation, header and footer."""

from base64 import b64encode
from pathlib import Path

import streamlit as st

from lstm_viz import session, threads
from lstm_viz.errors import LstmVizError
from lstm_viz.pages import PAGES, Page, experiment, footer, header, job_panel, settings, text_input
from lstm_viz.pages.markdown import escape_markdown
from lstm_viz.pages.needs import unmet_need

_HERE = Path(__file__).parent
# Inside the page: Streamlit removes a separate file for a moment between two runs, as while typing,
# and a browser that asks for it then does not find it.
_ICON = f"data:image/png;base64,{b64encode((_HERE / 'icon.png').read_bytes()).decode('ascii')}"

_STYLE = f"<style>{(_HERE / 'frame.css').read_text('utf-8')}</style>"


def show() -> None:
    """Draw the whole program; called by the script that Streamlit runs.

    Your own script may call ``lstm_viz.register(classifier)`` first; that model is then the
    default. Theme and settings come along, unless you chose others where Streamlit looks for them.
    """
    threads.limit()
    if settings.apply():
        st.rerun()  # the browser gets its theme at the beginning of a run
    st.set_page_config(page_title="lstm-viz", page_icon=_ICON, layout="wide")
    st.html(_STYLE)
    scripts = {page.stem: _script(page) for page in PAGES}
    current = st.navigation([*scripts.values()], position="hidden")
    page = next(page for page in PAGES if page.title == current.title)
    header.navigation(scripts)
    try:
        session.open_link()
        header.notices()
        if not page.has_own_text:
            text_input.show()
            experiment.show()
            header.question(page)
        missing = unmet_need(page.needs, session.trace()) if page.needs else ""
        if missing:
            st.title(escape_markdown(missing), anchor=False)
        else:
            current.run()
        footer.show(page.stem)
        job_panel.keep_running()
    except LstmVizError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")


def _script(page: Page) -> st.Page:
    return st.Page(
        _HERE / f"{page.stem}.py",
        title=page.title,
        url_path=page.stem,
        default=page is PAGES[0],
    )
