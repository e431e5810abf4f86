"""A server that keeps its sessions in Postgres: the same program, commands and promises."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import STORES
from tests.program import run as run_program
from tests.servers.postgres import postgres

from .conftest import Bridges, ServerProcess, with_session


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A new database, which this process and those that it starts use."""
    url = STORES["postgres"].locate(tmp_path)
    monkeypatch.setenv("PEERLINE_DATABASE_URL", url)
    return url


@pytest.fixture
def on_postgres(url: str, tmp_path: Path) -> Iterator[ServerProcess]:
    """A server with a session in it."""
    with with_session(ServerProcess(tmp_path / "data", {"PEERLINE_DATABASE_URL": url})) as server:
        yield server


def run(*arguments: str) -> tuple[int, str, str]:
    done = run_program(*arguments, cwd="/", env=dict(os.environ))
    return done.returncode, done.stdout, done.stderr


def test_a_session_outlives_its_server_and_a_cut_of_its_connections_to_postgres(
    on_postgres: ServerProcess, bridges: Bridges, url: str, tmp_path: Path
) -> None:
    server, folder = on_postgres, f"--data-dir={on_postgres.data_dir}"
    assert not (server.data_dir / "peerline.db").exists()
    alice, bob = bridges.start("alice", {"a.txt": ""}), bridges.start("bob", {"a.txt": ""})
    for bridge in (alice, bob):
        bridge.command("join", link=server.invite("editor"))
    alice.command("sendChat", content="before the kill")
    server.kill()
    alice.wait_state(state="reconnecting")
    server.start()
    alice.wait_state(state="joined")
    bob.wait_state(state="joined")
    postgres().cut(url.rpartition("/")[2])
    bob.command("sendChat", content="after the cut")
    alice.wait_notification(
        "peerline/chat",
        lambda params: any(each["content"] == "after the cut" for each in params["messages"]),
    )
    code, printed, errors = run("export", server.session, folder)
    assert (code, errors) == (0, "")
    said = [row["content"] for row in json.loads(printed)["messages"]]
    assert said == ["before the kill", "after the cut"]
    # For the others nobody was away.
    events = [row["event_data"] for row in json.loads(printed)["events"]]
    assert not [event for event in events if "user_left" in str(event)]
    exported = tmp_path / "export.json"
    exported.write_text(printed)
    code, _, errors = run("import", str(exported), "--id", "again", folder)
    assert code == 2
    assert "is here already" in errors
    assert server.session in run("session", "list", folder)[1]


@pytest.mark.usefixtures("on_postgres")
def test_a_second_server_with_another_secret_is_refused(tmp_path: Path) -> None:
    code, printed, errors = run("serve", "--port=0", f"--data-dir={tmp_path / 'other'}")
    assert (code, printed) == (1, "")
    assert "the other servers on this database have another secret" in errors
    assert "PEERLINE_SECRET_FILE" in errors


def test_a_server_that_listens_everywhere_must_say_where_it_is_reached(
    url: str,  # noqa: ARG001 - it is in the environment
    tmp_path: Path,
) -> None:
    folder = f"--data-dir={tmp_path / 'data'}"
    code, printed, errors = run("serve", "--host=0.0.0.0", "--port=0", folder)
    assert (code, printed) == (2, "")
    assert "PEERLINE_NODE_ADDRESS must be set" in errors


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("mysql://user:hunter2@host/name", "PEERLINE_DATABASE_URL must be empty or begin with"),
        ("postgresql://user:hunter2@127.0.0.1:1/name", "cannot reach Postgres at 127.0.0.1:1/name"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_without_its_password(
    value: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEERLINE_DATABASE_URL", value)
    folder = f"--data-dir={tmp_path / 'data'}"
    code, printed, errors = run("serve", "--port=0", folder)
    assert code > 0
    assert printed == ""
    assert said in errors
    assert "hunter2" not in errors
    assert "Traceback" not in errors


def test_a_host_s_commands_reach_the_server_that_owns_the_session(
    on_postgres: ServerProcess, bridges: Bridges
) -> None:
    folder = f"--data-dir={on_postgres.data_dir}"
    # Nobody is there: the command owns the session for a moment.
    code, _, errors = run("session", "role", on_postgres.session, "host", "viewer", folder)
    assert code == 2, errors
    assert "make somebody else a host first" in errors
    alice = bridges.start("alice", {"a.txt": ""})
    alice.command("join", link=on_postgres.invite("editor"))
    code, _, errors = run("session", "role", on_postgres.session, "alice", "viewer", folder)
    assert (code, errors) == (0, "")
    alice.wait_notification("peerline/state", lambda params: params.get("role") == "viewer")
    assert run("session", "end", on_postgres.session, folder)[0] == 0
    alice.wait_state(state="offline")
    code, _, errors = run("session", "end", on_postgres.session, folder)
    assert code > 0
    assert "ended at" in errors
