"""Tests of peerline.cli.session_choice."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from peerline.cli.errors import CommandError
from peerline.cli.session_choice import chosen_session
from peerline.protocol.links import SessionLink
from peerline.recent_sessions import RecentSession, RecentSessions


@pytest.fixture(autouse=True)
def recent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two sessions that were joined, `second` last."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.delenv("PEERLINE_LINK", raising=False)
    for day, session in ((1, "first"), (2, "second")):
        joined = datetime(2026, 1, day, tzinfo=UTC)
        link = f"peerline://127.0.0.1:1/{session}"
        known = RecentSession(
            session_id=session, title=session, link=link, username="ann", last_joined=joined
        )
        RecentSessions().note(known)


def test_a_link_is_itself() -> None:
    link = "peerline://127.0.0.1:2/other?invite=code"
    assert chosen_session(link) == SessionLink.parse(link)


def test_an_id_means_a_session_that_was_joined() -> None:
    assert str(chosen_session("first")) == "peerline://127.0.0.1:1/first"
    with pytest.raises(CommandError, match="you joined no session third recently"):
        chosen_session("third")


def test_without_a_word_it_is_that_of_the_environment_or_the_latest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert chosen_session(None).session_id == "second"
    monkeypatch.setenv("PEERLINE_LINK", "peerline://127.0.0.1:3/named")
    assert chosen_session(None).session_id == "named"


def test_who_was_in_no_session_is_told_what_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "empty"))
    with pytest.raises(CommandError, match="a link is needed"):
        chosen_session(None)
