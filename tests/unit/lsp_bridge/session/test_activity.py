"""Tests of session.activity, peerline.client.colors and presentation.views."""

from hypothesis import given
from hypothesis import strategies as st

from peerline.client.colors import assign_colors
from peerline.protocol.palette import COLOR_COUNT
from peerline.protocol.types import Status
from peerline_bridge.session.activity import TYPING_SECONDS, Activity


def activity() -> Activity:
    return Activity(idle_after=60, away_after=300, last_input=0)


def test_silence_makes_idle_and_away_and_input_makes_active() -> None:
    user = activity()
    assert user.status(59.9) is Status.ACTIVE
    assert user.status(60) is Status.IDLE
    assert user.status(299.9) is Status.IDLE
    assert user.status(300) is Status.AWAY
    user.input(301)
    assert user.status(301) is Status.ACTIVE


def test_typing_ends_by_itself() -> None:
    user = activity()
    user.typed(10)
    assert user.status(10) is Status.TYPING
    assert user.next_change(10) == TYPING_SECONDS
    assert user.status(10 + TYPING_SECONDS) is Status.ACTIVE


def test_away_by_hand_holds_until_changed_and_idle_until_input() -> None:
    user = activity()
    user.set(Status.AWAY, 1)
    user.input(2)
    assert user.status(2) is Status.AWAY
    assert user.next_change(2) is None
    user.set(Status.ACTIVE, 3)
    assert user.status(3) is Status.ACTIVE
    user.set(Status.IDLE, 4)
    user.input(5)
    assert user.status(5) is Status.ACTIVE


@given(st.lists(st.text(min_size=1), unique=True, max_size=COLOR_COUNT))
def test_no_two_share_a_colour_while_there_are_enough(users: list[str]) -> None:
    colors = assign_colors(users)
    assert len(set(colors.values())) == len(users)
    assert all(0 <= color < COLOR_COUNT for color in colors.values())


def test_more_users_than_colours_still_get_one() -> None:
    assert len(assign_colors(str(number) for number in range(50))) == 50


def test_typing_in_the_chat_is_told_apart_and_ends_when_it_is_sent() -> None:
    user = activity()
    user.typed(10)
    assert user.typing_in(10) is None
    user.typed(11, in_chat=True)
    assert (user.status(11), user.typing_in(11)) == (Status.TYPING, "chat")
    user.said()
    assert (user.status(11), user.typing_in(11)) == (Status.ACTIVE, None)
    user.typed(12)
    user.said()
    assert user.status(12) is Status.TYPING, "a file is still being written"
