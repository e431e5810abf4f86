"""Tests of unsent.storage on a real file system."""

import asyncio
import json
import os
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from peerline.protocol.chat import SendChatMessage
from peerline.protocol.links import SessionLink
from peerline_bridge.plugin.surface import RichSurface
from peerline_bridge.session.bridge import Bridge
from peerline_bridge.session.settings import BridgeSettings
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import Documents
from peerline_bridge.texts.paths import Workspace
from peerline_bridge.texts.positions import Encoding
from peerline_bridge.unsent import storage
from peerline_bridge.unsent.storage import MAX_SLOTS, SessionFile, person_of, state_dir
from peerline_server.auth.tokens import TokenIssuer

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def opened(folder: Path, person: str = "guest:alice") -> SessionFile:
    return SessionFile.open(folder, server="127.0.0.1:8377", session_id="s", person=person)


def say(file: SessionFile, content: str) -> None:
    message = SendChatMessage(session_id="s", request_id=f"id-{content}", content=content)
    file.queue.add(message, NOW)
    file.save()


def said(file: SessionFile) -> list[str]:
    return [item.request_id.removeprefix("id-") for item in file.queue.items]


def test_what_was_kept_is_there_for_the_next_and_for_nobody_else(tmp_path: Path) -> None:
    first = opened(tmp_path)
    first.token = "t"
    say(first, "hello")
    first.close()
    other = opened(tmp_path, "guest:bob")
    assert (said(other), other.token) == ([], None)
    again = opened(tmp_path)
    assert (said(again), again.token) == (["hello"], "t")


def test_nothing_to_keep_leaves_no_file(tmp_path: Path) -> None:
    file = opened(tmp_path)
    say(file, "hello")
    file.queue.settle("id-hello")
    file.close()
    assert list(tmp_path.glob("*.json")) == []
    assert list(tmp_path.glob("*.new")) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_the_user_can_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        file = opened(tmp_path / "state" / "sessions")
        say(file, "hello")
    finally:
        os.umask(before)
    modes = {
        path.suffix: stat.S_IMODE(path.stat().st_mode)
        for path in (tmp_path / "state" / "sessions").iterdir()
    }
    assert modes == {".json": 0o600, ".lock": 0o600}
    assert stat.S_IMODE((tmp_path / "state" / "sessions").stat().st_mode) == 0o700


def test_two_at_a_time_do_not_share_and_the_next_takes_over_what_both_left(tmp_path: Path) -> None:
    first, second = opened(tmp_path), opened(tmp_path)
    first.token, second.token = "t1", "t2"
    say(first, "one")
    say(second, "two")
    third = opened(tmp_path)
    assert said(third) == []
    for file in (first, second, third):
        file.close()
    again = opened(tmp_path)
    assert (said(again), again.token) == (["one", "two"], "t1")
    beside = opened(tmp_path)
    assert (said(beside), beside.token) == ([], "t2")


@pytest.mark.parametrize("extra", [0, 1])
def test_so_many_at_a_time_and_not_one_more(tmp_path: Path, extra: int) -> None:
    files = [opened(tmp_path) for _ in range(MAX_SLOTS + extra)]
    assert (files[-1].problem is None) is (extra == 0)
    say(files[-1], "anyway")


@pytest.mark.parametrize(
    "content",
    [
        *("not json", "[]", '{"version": 99}', "[" * 100_000, '{"version": 1, "waiting": [5]}'),
        '{"version": 1}',
    ],
)
def test_a_file_that_cannot_be_read_is_put_aside(tmp_path: Path, content: str) -> None:
    file = opened(tmp_path)
    say(file, "hello")
    (path,) = tmp_path.glob("*.json")
    file.close()
    path.write_text(content)
    again = opened(tmp_path)
    assert said(again) == []
    assert path.with_suffix(".broken").read_text() == content
    say(again, "works")
    assert len(json.loads(path.read_text())["waiting"]) == 1


@pytest.mark.parametrize("extra", [0, 1])
def test_a_file_is_read_up_to_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extra: int
) -> None:
    file = opened(tmp_path)
    say(file, "hello")
    (path,) = tmp_path.glob("*.json")
    file.close()
    monkeypatch.setattr(storage, "MAX_KEPT_BYTES", path.stat().st_size - extra)
    assert said(opened(tmp_path)) == ([] if extra else ["hello"])


def test_a_folder_that_cannot_be_is_said_and_costs_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    file = opened(tmp_path / "file" / "sessions")
    assert file.problem is not None
    say(file, "hello")
    assert said(file) == ["hello"]
    file.close()


def test_a_person_is_an_account_or_a_guests_name() -> None:
    issuer = TokenIssuer(b"x" * 32)
    first, second = (issuer.issue("u1", name, 60, NOW) for name in ("A", "B"))
    assert person_of(first, "x") == person_of(second, "y") == "account:u1"
    assert person_of(None, "x") == "guest:x"
    assert person_of("no token", "x") not in {person_of("another", "x"), "guest:x"}


def test_the_folder_is_that_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_dir() == tmp_path / "peerline"
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert state_dir().is_absolute()


@pytest.mark.skipif(sys.platform == "win32", reason="its folders are found in another way")
async def test_without_a_home_another_session_can_be_joined_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setenv("HOME", "relative")
    locations = Locations(Documents(), Workspace([tmp_path]), Encoding.UTF16)
    surface = RichSurface(lambda _method, _params: None)
    bridge = Bridge(asyncio.get_running_loop(), surface, locations, BridgeSettings())
    link = SessionLink.parse("peerline://127.0.0.1:8377/s?invite=x")
    assert bridge.unsent.guest_token(link, None, "alice") is None
