"""What Streamlit runs: ``streamlit run app.py``."""

import streamlit as st

from lstm_viz.pages import frame, serving

if __name__ == "__main__":  # each run of the program
    frame.show()
else:  # the server itself, before it answers anybody
    app = st.App(__file__, lifespan=serving.ready)
