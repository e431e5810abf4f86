"""Tests of peerline.watch.commands."""

import pytest

from peerline.protocol.moderation import AnswerJoin, PendingJoin
from peerline.protocol.participants import ChangeName, ChangeRole, RemoveParticipant
from peerline.protocol.roles import Role
from peerline.protocol.session import EndSession
from peerline.watch.commands import CommandError, Help, Moderate, Quit, Say, read
from tests.unit.peerline.watch.conftest import NOW, Room, S


@pytest.fixture
def room() -> Room:
    room = Room()
    for name in ("Ann", "Bob", "Al Gore"):
        room.person(name)
    room.people[-1]["id"] = "al"
    room.people.append({**room.people[1], "id": "bob2"})
    room.connect()
    return room


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "hello"),
        ("/usr/bin is full", "/usr/bin is full"),
        ("/", "/"),
        ("/etc/hosts", "/etc/hosts"),
        ("//quit", "/quit"),
        ("a /quit", "a /quit"),
        ("1/2", "1/2"),
    ],
)
def test_what_is_no_command_is_said(room: Room, text: str, said: str) -> None:
    assert read(text, S, room.replica.participants) == Say(said)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("/role ann viewer", ChangeRole(session_id=S, user_id="ann", role=Role.VIEWER)),
        (
            "/role Al  Gore host".replace("  ", " "),
            ChangeRole(session_id=S, user_id="al", role=Role.HOST),
        ),
        ("/name Ann of Cleves", ChangeName(session_id=S, name="Ann of Cleves")),
        ("/remove @al gore", RemoveParticipant(session_id=S, user_id="al")),
        ("/ban bob2 ", RemoveParticipant(session_id=S, user_id="bob2", ban=True)),
        ("/remove! bob2", RemoveParticipant(session_id=S, user_id="bob2", revoke_invite=True)),
        (
            "/ban! bob2",
            RemoveParticipant(session_id=S, user_id="bob2", ban=True, revoke_invite=True),
        ),
        ("/end yes", EndSession(session_id=S)),
    ],
)
def test_a_host_moderates(room: Room, text: str, message: object) -> None:
    assert read(text, S, room.replica.participants) == Moderate(message)  # pyright: ignore[reportArgumentType]


def test_a_host_answers_who_wants_to_come_in(room: Room) -> None:
    pending = [PendingJoin(user_id="g1", username="Gus", role=Role.EDITOR, asked_at=NOW)]
    people = room.replica.participants
    allow = AnswerJoin(session_id=S, user_id="g1", allow=True)
    assert read("/allow gus", S, people, pending) == Moderate(allow)
    deny = AnswerJoin(session_id=S, user_id="g1", allow=False)
    assert read("/deny g1", S, people, pending) == Moderate(deny)
    with pytest.raises(CommandError, match="nobody here is called Ann"):
        read("/allow Ann", S, people, pending)


def test_quit_and_help(room: Room) -> None:
    assert read("/quit", S, room.replica.participants) == Quit()
    assert read("/q", S, room.replica.participants) == Quit()
    assert read("/help", S, room.replica.participants) == Help()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("/role ann", "/role NAME host"),
        ("/role ann boss", "/role NAME host"),
        ("/remove", "Name a participant"),
        ("/remove carol", "nobody here is called carol"),
        ("/end", "/end yes"),
        ("/opt is full", "there is no command /opt"),
    ],
)
def test_a_mistake_is_explained(room: Room, text: str, problem: str) -> None:
    with pytest.raises(CommandError, match=problem):
        read(text, S, room.replica.participants)


def test_two_of_a_name_are_told_apart_by_id(room: Room) -> None:
    del room.replica.participants["bob"]
    room.replica.participants["b3"] = room.replica.participants["bob2"].model_copy(
        update={"id": "b3"}
    )
    with pytest.raises(CommandError, match="bob2, b3"):
        read("/remove BOB", S, room.replica.participants)
