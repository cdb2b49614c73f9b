"""The script that Streamlit runs unless you give your own."""

from lstm_viz.pages import frame

frame.show()
