"""Read: what does the model think after each word, and what do its gates do?"""

from lstm_viz import session
from lstm_viz.analyses.reading import reading
from lstm_viz.components.player import asked, chosen, payload, player
from lstm_viz.pages import bar, foot, menus

session.keep(chosen(foot.PLAYER))
menus.answer(asked(foot.PLAYER))
bar.notices("notices_asked")  # of what was asked for
trace = session.trace()
course = reading(trace)
if session.selection().step is None:
    session.choose(step=course.turning_point)
data = payload(
    trace, session.layer(), course, session.opening(foot.PLAYER), session.beyond(), menus.offered()
)
player(data, foot.PLAYER, foot.WHERE, runs=session.player_runs(foot.PLAYER))
