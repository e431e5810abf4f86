"""Tests of peerline.watch.commands."""

import pytest

from peerline.protocol.moderation import AnswerJoin, Invite, PendingJoin, RevokeInvite
from peerline.protocol.participants import ChangeName, ChangeRole, RemoveParticipant
from peerline.protocol.roles import Role
from peerline.protocol.session import EndSession
from peerline.watch.commands import Agents, CommandError, Help, Moderate, Quit, Say, read
from peerline.watch.host_view import CameBy
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


def test_quit_help_and_agents(room: Room) -> None:
    assert read("/quit", S, room.replica.participants) == Quit()
    assert read("/q", S, room.replica.participants) == Quit()
    assert read("/help", S, room.replica.participants) == Help()
    assert read("/agents", S, room.replica.participants) == Agents()


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


def link_of(user_id: str, name: str, invite_id: str) -> CameBy:
    return CameBy(user_id, name, Invite(id=invite_id, role=Role.EDITOR, created_at=NOW))


def test_a_host_revokes_the_link_of_somebody_who_is_here_or_was_removed(room: Room) -> None:
    links = [link_of("al", "Al Gore", "i1"), link_of("gone", "Gus", "i2")]
    for text, invite_id in (
        ("/revoke al gore", "i1"),
        ("/revoke @Al Gore", "i1"),
        ("/revoke gus", "i2"),
        ("/revoke gone", "i2"),
    ):
        wanted = Moderate(RevokeInvite(session_id=S, invite_id=invite_id))
        assert read(text, S, room.replica.participants, links=links) == wanted


def test_one_link_of_two_with_one_name_is_revoked_and_two_are_told_apart_by_id(room: Room) -> None:
    people = room.replica.participants
    same = [link_of("g1", "Gus", "i1"), link_of("g2", "Gus", "i1")]
    assert read("/revoke Gus", S, people, links=same) == Moderate(
        RevokeInvite(session_id=S, invite_id="i1")
    )
    two = [link_of("g1", "Gus", "i1"), link_of("g2", "Gus", "i2")]
    with pytest.raises(CommandError, match="g1, g2"):
        read("/revoke Gus", S, people, links=two)
    assert read("/revoke g2", S, people, links=two) == Moderate(
        RevokeInvite(session_id=S, invite_id="i2")
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("/revoke", "Name a participant"),
        ("/revoke ann", "Ann came by no link that still works"),
        ("/revoke carol", "nobody here is called carol"),
    ],
)
def test_a_link_that_is_not_known_is_not_revoked(room: Room, text: str, problem: str) -> None:
    with pytest.raises(CommandError, match=problem):
        read(text, S, room.replica.participants, links=[link_of("al", "Al Gore", "i1")])
