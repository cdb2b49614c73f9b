"""What Streamlit runs where there is no script of one's own."""

from lstm_viz.pages import frame

frame.show()
