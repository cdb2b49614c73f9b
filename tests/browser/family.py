"""The program with models of ten topics and of every kind beside those in the box."""

import lstm_viz
from lstm_viz.pages import frame
from tests.kinds import KINDS, own
from tests.topics import CHINESE, topics

lstm_viz.register(topics())
lstm_viz.register(topics(CHINESE, "news-chinese"))
for name in KINDS:
    lstm_viz.register(own(name))
frame.show()
