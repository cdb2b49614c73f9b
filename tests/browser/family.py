"""The program with models of ten topics beside those in the box, as Streamlit runs it."""

import lstm_viz
from lstm_viz.pages import frame
from tests.topics import CHINESE, topics

lstm_viz.offer(topics())
lstm_viz.offer(topics(CHINESE, "news-chinese"))
frame.show()
