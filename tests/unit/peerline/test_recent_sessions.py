"""Tests of peerline.recent_sessions."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from peerline.protocol.links import SessionLink
from peerline.recent_sessions import (
    MAX_LINKS,
    MAX_RECENT,
    OwnServer,
    RecentSession,
    RecentSessions,
    bare,
    with_joined,
)

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def session(
    session_id: str = "one", *, port: int = 1, minutes: int = 0, own: OwnServer | None = None
) -> RecentSession:
    return RecentSession(
        session_id=session_id,
        title=f"Title of {session_id}",
        link=f"peerline://h:{port}/{session_id}",
        username="ann",
        last_joined=NOON + timedelta(minutes=minutes),
        own=own,
    )


@pytest.fixture
def store(tmp_path: Path) -> RecentSessions:
    return RecentSessions({"XDG_STATE_HOME": str(tmp_path)})


def test_a_session_is_found_by_its_link_with_and_without_an_invite(store: RecentSessions) -> None:
    store.note(session())
    for text in ("peerline://h:1/one", "peerline://h:1/one?invite=abcd"):
        assert store.find(SessionLink.parse(text)) == session()
    for other in ("peerline://h:2/one", "peerline://h:1/two", "peerlines://h:1/one"):
        assert store.find(SessionLink.parse(other)) is None


def test_the_latest_is_first_and_a_session_is_listed_once(store: RecentSessions) -> None:
    store.note(session("one", minutes=1))
    store.note(session("two", minutes=2))
    store.note(session("one", minutes=3))
    assert [one.session_id for one in store.listed()] == ["one", "two"]
    assert store.forget("one")
    assert not store.forget("one")
    assert [one.session_id for one in store.listed()] == ["two"]


def test_what_is_known_of_the_own_server_stays_when_the_session_is_joined() -> None:
    own = OwnServer(data_dir="/data", listen="0.0.0.0:8377")
    started = session(own=own).model_copy(
        update={"other_links": ("peerline://lan:1/one",), "user_id": "me"}
    )
    joined = session(minutes=1).model_copy(update={"role": "host"})
    (found,) = with_joined([started], joined)
    assert (found.own, found.user_id, found.role) == (own, "me", "host")
    assert found.is_at(SessionLink.parse("peerline://lan:1/one"))
    # At another address it is another server's, whatever its id.
    assert len(with_joined([started], session(port=2))) == 2


def test_an_owner_who_tries_the_session_as_somebody_else_stays_its_host() -> None:
    own = OwnServer(data_dir="/data", listen="127.0.0.1:8377")
    host = {"username": "Ann", "user_id": "ann", "role": "host"}
    guest = {"username": "Test", "user_id": "guest_1", "role": "editor"}
    started = session(own=own).model_copy(update=host)
    (found,) = with_joined([started], session(minutes=1).model_copy(update=guest))
    assert (found.username, found.user_id, found.role) == ("Ann", "ann", "host")
    (renamed,) = with_joined(
        [found], session(minutes=2).model_copy(update={**host, "username": "A"})
    )
    assert renamed.username == "A"


def test_a_session_that_moved_is_known_by_its_old_links_up_to_a_bound() -> None:
    known: tuple[RecentSession, ...] = (session(port=1),)
    for port in range(2, MAX_LINKS + 4):
        moved = session(port=port, minutes=port).model_copy(
            update={"other_links": (f"peerline://h:{port - 1}/one",)}
        )
        known = with_joined(known, moved)
    (found,) = known
    assert found.link == f"peerline://h:{MAX_LINKS + 3}/one"
    assert len(found.other_links) == MAX_LINKS


def test_the_oldest_go_first() -> None:
    known: tuple[RecentSession, ...] = ()
    for number in range(MAX_RECENT + 1):
        known = with_joined(known, session(f"s{number}", minutes=number))
    assert len(known) == MAX_RECENT
    assert known[-1].session_id == "s1"


def test_the_file_is_private_and_has_no_invite(store: RecentSessions, tmp_path: Path) -> None:
    link = SessionLink.parse("peerline://h:1/one?invite=SECRETCODE")
    store.note(session().model_copy(update={"link": bare(link)}))
    path = tmp_path / "peerline/recent.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "SECRETCODE" not in path.read_text()


@pytest.mark.parametrize("text", ["", "{", "[1]", "[" * 100_000, '[{"session_id": 3}]', "\xff"])
def test_a_file_that_makes_no_sense_is_no_obstacle(
    store: RecentSessions, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "peerline/recent.json"
    path.parent.mkdir()
    path.write_text(text, encoding="latin-1")
    assert store.listed() == ()
    store.note(session())
    assert [one.session_id for one in store.listed()] == ["one"]


def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = RecentSessions({"XDG_STATE_HOME": str(tmp_path / "file")})
    store.note(session())
    assert store.listed() == ()
    assert not store.forget("one")
