"""Tests of moderation from the command line: beside a real server, and without one."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from peerline.cli.main import main
from peerline.protocol.participants import User, UserJoined
from peerline.protocol.roles import Role
from peerline.runfile import running_address, write_runfile
from peerline_server.admin.archive import load
from peerline_server.core.records import NewEvent, NewSession
from peerline_server.store.sqlite import SqliteStore
from tests.databases import make_database
from tests.program import run as run_program

# The fixtures of a real server.
from tests.unit.server.conftest import SESSION, Door, RawClient, door, open_door

__all__ = ["door", "open_door"]


async def peerline(*arguments: str) -> tuple[int, str]:
    """Run a command beside the server; its exit code and what it wrote on stderr."""
    done = await asyncio.to_thread(run_program, *arguments)
    return done.returncode, done.stderr


async def moderate(door: Door, *arguments: str) -> tuple[int, str]:
    write_runfile(door.data_dir, door.address)
    command, *rest = arguments
    return await peerline("session", command, SESSION, *rest, f"--data-dir={door.data_dir}")


async def until_closed(client: RawClient) -> int | None:
    """The code with which the server closes, whatever it says before."""
    with suppress(ConnectionClosed):
        while True:
            await client.socket.recv()
    return client.socket.close_code


async def test_the_running_server_ends_the_session_at_once(door: Door) -> None:
    bob = await door.join("bob", Role.EDITOR)
    assert await moderate(door, "end") == (0, "")
    ended = await bob.receive_type("session_ended")
    assert ended["ended_by"] == "host"
    assert await until_closed(bob) == 4411
    code, errors = await moderate(door, "end")
    assert code == 2
    assert f"the session {SESSION} ended at" in errors


async def test_the_running_server_changes_roles_and_puts_out(door: Door) -> None:
    bob = await door.join("bob", Role.EDITOR)
    assert await moderate(door, "role", "Bob", "viewer") == (0, "")
    changed = await bob.receive_type("role_changed")
    assert (changed["user_id"], changed["role"], changed["changed_by"]) == ("bob", "viewer", "host")
    code, said = await moderate(door, "remove", "bob", "--ban")
    assert (code, "the editor link of" in said) == (0, True)
    assert (await bob.receive_type("participant_removed"))["removed_by"] == "host"
    assert await until_closed(bob) == 4410
    assert (await load(door.data_dir, SESSION)).banned == {"bob"}


async def test_a_removal_says_which_link_still_works_and_can_revoke_it(door: Door) -> None:
    code = await door.invite(Role.EDITOR)
    for user in ("bob", "eve"):
        await door.join(user, invite=code)
    done, said = await moderate(door, "remove", "bob")
    assert done == 0
    assert "peerline: the editor link of " in said
    assert "that they joined by still works; `--revoke-invite`" in said
    carol = await door.join("carol", invite=code)
    done, said = await moderate(door, "remove", "eve", "--revoke-invite")
    assert (done, "that they joined by no longer works" in said) == (0, True)
    late = await door.connect()
    await late.send(
        type="join_session", session_id=SESSION, auth_token=door.token("late"), invite=code
    )
    assert (await late.receive())["error_code"] == "INVITE_INVALID"
    assert await moderate(door, "remove", "carol") == (0, ""), "there is no link to end any more"
    assert await until_closed(carol) == 4410


async def test_what_the_server_refuses_is_explained(door: Door) -> None:
    code, errors = await moderate(door, "role", "host", "editor")
    assert code == 2
    assert "Make somebody else a host first." in errors
    code, errors = await moderate(door, "remove", "host")
    assert code == 2
    assert "You cannot remove yourself; leave instead." in errors


async def store_with_bob(data_dir: Path) -> None:

    now = datetime.now(UTC)
    store = SqliteStore(data_dir)
    await store.open()
    await store.create_session(NewSession(SESSION, "Test", "host", now))
    for name in ("Bob", "Eve"):
        user = User(id=name.lower(), username=name, role=Role.EDITOR)
        joined = UserJoined(session_id=SESSION, seq=0, user=user, timestamp=now)
        await store.submit(NewEvent(joined, user.id))
    twin = User(id="eve2", username="EVE", role=Role.EDITOR)
    joined = UserJoined(session_id=SESSION, seq=0, user=twin, timestamp=now)
    await store.submit(NewEvent(joined, twin.id))
    await store.close()


def run(tmp_path: Path, *arguments: str) -> int:
    command, *rest = arguments
    return main(["session", command, SESSION, *rest, "--data-dir", str(tmp_path)])


def test_without_a_server_it_is_written_into_the_store(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(store_with_bob(tmp_path))
    assert run(tmp_path, "role", "bob", "host") == 0
    assert run(tmp_path, "remove", "eve2", "--ban") == 0
    stored = asyncio.run(load(tmp_path, SESSION))
    roles = {person.user_id: person.role for person in stored.participants}
    assert roles == {"host": Role.HOST, "bob": Role.HOST, "eve": Role.EDITOR}
    assert stored.banned == {"eve2"}
    assert run(tmp_path, "end") == 0
    ended = asyncio.run(load(tmp_path, SESSION))
    assert ended.info.ended_at is not None
    assert ended.seq == stored.seq + 1
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("role", "carol", "viewer"), "has no participant carol"),
        (("remove", "Eve"), "several are called Eve; say which id: eve, eve2"),
        (("remove", "host"), "you cannot remove yourself"),
        (("role", "host", "viewer"), "make somebody else a host first"),
    ],
)
def test_a_mistake_is_explained(
    tmp_path: Path, arguments: tuple[str, ...], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(store_with_bob(tmp_path))
    assert run(tmp_path, *arguments) == 2
    assert problem in capsys.readouterr().err


def test_there_must_be_such_a_session(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(make_database(tmp_path))
    assert run(tmp_path, "end") == 2
    assert f"there is no session {SESSION}" in capsys.readouterr().err
    assert main(["session", "end", "no/session", "--data-dir", str(tmp_path)]) == 2
    assert "SESSION must be" in capsys.readouterr().err


def test_what_a_killed_server_left_behind_does_not_count(tmp_path: Path) -> None:
    asyncio.run(store_with_bob(tmp_path))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    # The process still runs (it is this one), but nobody listens.
    write_runfile(tmp_path, address)
    assert running_address(tmp_path) == address
    assert run(tmp_path, "role", "bob", "viewer") == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there is no safe way to ask Windows")
def test_a_process_that_is_gone_runs_no_server(tmp_path: Path) -> None:
    assert running_address(tmp_path) is None
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    note = tmp_path / "server.json"
    note.write_text(json.dumps({"address": "127.0.0.1:1", "pid": gone.pid}))
    assert running_address(tmp_path) is None
    note.write_text(json.dumps({"address": "127.0.0.1:1", "pid": os.getpid()}))
    assert running_address(tmp_path) == "127.0.0.1:1"
    note.write_text("{")
    assert running_address(tmp_path) is None
