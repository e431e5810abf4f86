"""Servers on Postgres with a real Redis beside it, that goes, comes back and is wrong."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.databases import STORES
from tests.program import run as run_program
from tests.servers.redis import RedisServer

from .conftest import Bridges, ServerProcess, with_session


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    server = RedisServer("--requirepass", "hunter2")
    yield server
    server.close()


@pytest.fixture
def server(
    redis: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ServerProcess]:
    """A server with a session in it; the commands of this test use the same settings."""
    password = tmp_path / "redis-url"
    password.write_text(f"redis://:hunter2@127.0.0.1:{redis.port}/0\n")
    monkeypatch.setenv("PEERLINE_DATABASE_URL", STORES["postgres"].locate(tmp_path))
    monkeypatch.setenv("PEERLINE_REDIS_URL_FILE", str(password))
    with with_session(ServerProcess(tmp_path / "data")) as server:
        yield server


def cluster() -> tuple[int, str, str]:
    done = run_program("cluster", cwd="/", env=dict(os.environ))
    return done.returncode, done.stdout, done.stderr


def shown(is_as_wanted: Callable[[str, str], bool]) -> None:
    """Wait until the command prints what is wanted; a server writes it within a second."""
    while True:
        code, printed, errors = cluster()
        assert code == 0, errors
        if is_as_wanted(printed, errors):
            return


def test_everybody_sees_who_is_where_and_sessions_go_on_without_redis(
    server: ServerProcess, bridges: Bridges, redis: RedisServer
) -> None:
    alice, bob = bridges.start("alice", {"a.txt": ""}), bridges.start("bob", {"a.txt": ""})
    for bridge in (alice, bob):
        bridge.command("join", link=server.invite("editor"))
    there = re.compile(rf"{server.session} .* at {server.address}: .*\(active\), .*\(active\)")
    shown(lambda printed, _: there.search(printed) is not None)
    _, printed, errors = cluster()
    assert f"Server {server.address}: 2 connections, 1 sessions" in printed
    assert errors == ""

    redis.stop()
    alice.command("sendChat", content="without Redis")
    bob.wait_notification(
        "peerline/chat",
        lambda params: any(each["content"] == "without Redis" for each in params["messages"]),
    )
    _, printed, errors = cluster()
    assert server.session in printed
    assert "cannot reach Redis at 127.0.0.1" in errors
    assert "Traceback" not in errors

    redis.start_again()
    shown(lambda printed, _: there.search(printed) is not None)
    bob.command("leave")
    alone = re.compile(rf"{server.session} .* at {server.address}: [^,]*\(active\)$", re.MULTILINE)
    shown(lambda printed, _: alone.search(printed) is not None)
    assert server.stop() == 0
    shown(lambda printed, _: "nobody" in printed)
    for text in (server.log(), printed, errors):
        assert "hunter2" not in text
        assert "Traceback" not in text


def test_a_redis_that_refuses_is_said_once_and_the_server_serves(
    server: ServerProcess, bridges: Bridges, tmp_path: Path
) -> None:
    server.stop()
    (tmp_path / "redis-url").write_text(
        (tmp_path / "redis-url").read_text().replace("hunter2", "hunter3")
    )
    server.start()
    alice = bridges.start("alice", {"a.txt": ""})
    alice.command("join", link=server.invite("editor"))
    alice.wait_state(state="joined")
    _, printed, errors = cluster()
    assert server.session in printed
    assert "does not accept the user or the password" in errors
    assert server.log().count("does not accept the user or the password") == 1
    assert "hunter" not in errors + server.log()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("http://user:hunter2@host", "PEERLINE_REDIS_URL must be empty or begin with redis://"),
        ("redis://user:hunter2@host:port", "PEERLINE_REDIS_URL is not the URL of a Redis"),
    ],
)
def test_a_redis_url_that_makes_no_sense_is_said_without_its_password(
    value: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEERLINE_DATABASE_URL", STORES["postgres"].locate(tmp_path))
    monkeypatch.setenv("PEERLINE_REDIS_URL", value)
    done = run_program(
        "serve", "--port=0", f"--data-dir={tmp_path / 'data'}", cwd="/", env=dict(os.environ)
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert "hunter2" not in done.stderr
    assert "Traceback" not in done.stderr


def test_there_is_no_cluster_on_sqlite() -> None:
    code, printed, errors = cluster()
    assert (code, printed) == (2, "")
    assert "a server on SQLite is alone" in errors
