"""The people who may ask an agent for work, and what it is given."""

import itertools

import pytest

from peerline.agent.fence import INFORMATION, REQUEST, Role, RoomText
from peerline.agent.inbox import MAX_GIVEN, MAX_WAITING, Inbox, Mention, Speakers, Speaking


@pytest.fixture
def speaking() -> Speaking:
    return Speaking("ann", "owner")


@pytest.fixture
def inbox(speaking: Speaking) -> Inbox:
    numbers = itertools.count()
    return Inbox(speaking, lambda: f"{next(numbers):024x}")


def mention(
    user_id: str, text: str = "hi", role: Role = "editor", *, agent: bool = False
) -> Mention:
    return Mention(user_id, RoomText(text, user_id, role, "chat", is_agent=agent))


@pytest.mark.parametrize(
    ("speakers", "allowed"),
    [
        ("owner", {"ann"}),
        ("hosts", {"ann", "host"}),
        ("editors", {"ann", "host", "editor"}),
    ],
)
def test_the_owner_chooses_who_may_ask(speakers: Speakers, allowed: set[str]) -> None:
    speaking = Speaking("ann", speakers)
    people: list[tuple[str, Role]] = [
        ("ann", "viewer"),
        ("host", "host"),
        ("editor", "editor"),
        ("viewer", "viewer"),
    ]
    found = {who for who, role in people if speaking.may_ask(who, role, is_agent=False)}
    assert found == allowed


def test_somebody_can_be_allowed_and_an_agent_never(speaking: Speaking) -> None:
    speaking.allow("bob")
    assert speaking.may_ask("bob", "viewer", is_agent=False)
    assert not speaking.may_ask("bob", "viewer", is_agent=True)
    assert not Speaking("bot", "editors").may_ask("bot", "host", is_agent=True)


def test_requests_and_information_are_told_apart(inbox: Inbox) -> None:
    inbox.add(mention("bob"))
    assert not inbox.has_request()
    inbox.add(mention("ann"))
    assert inbox.has_request()
    bobs, anns = inbox.take().split("\n\n")
    assert bobs.endswith(INFORMATION)
    assert anns.endswith(REQUEST)
    assert (len(inbox), inbox.take()) == (0, "")


def test_a_few_at_a_time_and_the_oldest_are_forgotten(inbox: Inbox) -> None:
    for number in range(MAX_WAITING + 1):
        inbox.add(mention("ann", f"n{number}."))
    first = inbox.take()
    assert "n0." not in first
    assert first.count(REQUEST) == MAX_GIVEN
    assert len(inbox) == MAX_WAITING - MAX_GIVEN
