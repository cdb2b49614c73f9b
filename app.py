"""What Streamlit runs: ``streamlit run app.py``."""

from lstm_viz.pages import frame

frame.show()
