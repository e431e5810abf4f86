"""Tests of peerline.runfile: whatever a data directory has, it is no obstacle."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from peerline.cli.start import running_server
from peerline.protocol.links import DEFAULT_PORT
from peerline.recent_sessions import OwnServer, RecentSession
from peerline.runfile import (
    is_own,
    mark_stopping,
    read_address,
    remove_runfile,
    running_address,
    write_runfile,
)
from peerline_bridge.session.own_server import was_killed

NOTES = [
    "",
    "[]",
    "{}",
    '"',
    "[" * 100_000,
    '{"address": "x", "pid": 1}',
    '{"address": "a:b", "pid": 1}',
    '{"address": "a\\u0000b:1", "pid": 1}',
    '{"address": "\u00fc:1", "pid": 1}',
    '{"address": ["127.0.0.1:1"], "pid": 1}',
    '{"address": "127.0.0.1:1", "pid": 99999999999999999999}',
    '{"address": "127.0.0.1:1", "pid": -1}',
    '{"address": "127.0.0.1:1", "pid": 0}',
    '{"address": "127.0.0.1:1", "pid": "1"}',
]
UNREACHABLE = [
    '{"address": "127.0.0.1:99999", "pid": 1}',
    '{"address": "a..b:1", "pid": 1}',
    '{"address": "[::1:1", "pid": 1}',
]


def test_what_is_written_is_read_until_it_is_removed(tmp_path: Path) -> None:
    write_runfile(tmp_path, "[::1]:8377")
    assert read_address(tmp_path) == "[::1]:8377"
    assert running_address(tmp_path) == "[::1]:8377"
    remove_runfile(tmp_path)
    assert running_address(tmp_path) is None
    assert read_address(tmp_path) == f"127.0.0.1:{DEFAULT_PORT}"


def test_servers_that_share_a_directory_have_a_file_each(tmp_path: Path) -> None:
    for port in (8402, 8401):
        write_runfile(tmp_path, f"127.0.0.1:{port}", is_one_of_many=True)
    gone = {"address": "127.0.0.1:8400", "pid": 2**31 - 1, "is_own": False}
    (tmp_path / "server-8400.json").write_text(json.dumps(gone))
    assert running_address(tmp_path) == read_address(tmp_path) == "127.0.0.1:8401"
    mark_stopping(tmp_path)
    remove_runfile(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["server-8400.json"]
    assert running_address(tmp_path) is None
    assert read_address(tmp_path) == "127.0.0.1:8400"


def test_a_server_that_stops_on_purpose_is_not_taken_for_a_killed_one(tmp_path: Path) -> None:
    own = OwnServer(data_dir=str(tmp_path), listen="127.0.0.1:8377")
    session = RecentSession(
        session_id="s",
        title="",
        link="peerline://127.0.0.1:8377/s",
        username="Ann",
        last_joined=datetime(2026, 11, 29, tzinfo=UTC),
        own=own,
    )
    assert not was_killed(session)
    write_runfile(tmp_path, "127.0.0.1:8377", is_own=True)
    assert was_killed(session), "its note is there, as after a kill"
    mark_stopping(tmp_path)
    assert not was_killed(session)
    assert running_address(tmp_path) == "127.0.0.1:8377"
    assert is_own(tmp_path)
    assert not was_killed(session.model_copy(update={"own": None}))


@pytest.mark.parametrize("note", NOTES, ids=lambda note: note[:40] or "empty")
def test_a_note_that_makes_no_sense_names_no_server(tmp_path: Path, note: str) -> None:
    (tmp_path / "server.json").write_text(note, encoding="utf-8")
    assert running_address(tmp_path) is None
    assert running_server(tmp_path) is None
    assert read_address(tmp_path) == f"127.0.0.1:{DEFAULT_PORT}"
    remove_runfile(tmp_path)
    assert (tmp_path / "server.json").exists()


@pytest.mark.parametrize("note", UNREACHABLE)
def test_an_address_that_cannot_be_reached_is_no_server(tmp_path: Path, note: str) -> None:
    (tmp_path / "server.json").write_text(note, encoding="utf-8")
    assert running_server(tmp_path) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name")
def test_a_pipe_in_the_place_of_the_note_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "server.json")
    assert running_address(tmp_path) is None
    remove_runfile(tmp_path)
