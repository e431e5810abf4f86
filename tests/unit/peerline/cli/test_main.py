"""Tests of peerline.cli: real processes on a real data directory."""

import asyncio
import re
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import jwt
import pytest

from peerline.cli.main import main
from peerline.protocol.links import SessionLink
from peerline_server.core.records import Revocation
from peerline_server.store.sqlite import SqliteStore
from tests.databases import make_database
from tests.program import run


def test_a_token_is_printed_alone(tmp_path: Path) -> None:
    done = run(
        "token", "--user", "u1", "--name", "Ann", "--expires", "60", f"--data-dir={tmp_path}"
    )
    assert done.returncode == 0, done.stderr
    claims = jwt.decode(done.stdout.strip(), options={"verify_signature": False})
    assert set(claims) == {"sub", "name", "iss", "aud", "iat", "exp", "jti"}
    assert (claims["sub"], claims["name"]) == ("u1", "Ann")
    assert claims["exp"] - claims["iat"] == pytest.approx(60)


def test_a_session_and_a_link_are_printed_alone(tmp_path: Path) -> None:
    created = run("session", "create", "--title", "T", "--host-user", "h", f"--data-dir={tmp_path}")
    session = created.stdout.strip()
    assert created.returncode == 0, created.stderr
    invited = run("invite", session, "--role", "editor", f"--data-dir={tmp_path}")
    link = SessionLink.parse(invited.stdout)
    assert (link.session_id, link.address) == (session, "127.0.0.1:8377")
    assert link.invite is not None
    elsewhere = run(
        *("invite", session, "--role", "viewer", "--address", "example.org:99"),
        f"--data-dir={tmp_path}",
    )
    assert SessionLink.parse(elsewhere.stdout).address == "example.org:99"
    page = run(
        *("invite", session, "--role", "viewer", "--web", "--address", "https://example.org"),
        f"--data-dir={tmp_path}",
    )
    assert page.stdout.startswith(f"https://example.org/s/{session}#invite=")
    assert len(page.stdout.splitlines()) == 1
    assert SessionLink.parse(page.stdout).tls


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("invite", "nowhere", "--role", "editor"), "there is no session nowhere"),
        (("invite", "x", "--role", "host"), "invalid choice"),
        (("invite", "x", "--role", "editor", "--uses", "0"), "--uses must be more than 0"),
        (("token", "--user", "a b", "--name", "x"), "--user must be"),
        (("token", "--user", "a", "--name", "x", "--expires", "-1"), "--expires must be"),
        (("session", "create", "--title", " ", "--host-user", "h"), "--title must be"),
        (("token", "--user", "a"), "a token needs --user and --name"),
        (("token", "revoke"), "one of the arguments --user --id --token is required"),
        (("token", "revoke", "--user", "a b"), "--user must be"),
        (("token", "revoke", "--user", "a", "--issued-before", "soon"), "--issued-before must be"),
        (("token", "revoke", "--id", "x", "--issued-before", "2026-01-01"), "goes with --user"),
        (("token", "revoke", "--id", ""), "--id must not be empty"),
        (("token", "revoke", "--token", "nonsense"), "--token is no token with a claim jti"),
        (("frobnicate",), "invalid choice"),
        (("join", "x"), "to join a session in the terminal: peerline watch LINK"),
        (
            ("watch", "http://x/y"),
            "This is not a Peerline session link. A link starts with peerline://",
        ),
        (("watch", "peerline://127.0.0.1:1/session"), "the link has no invite"),
        (("session", "role", "x", "bob", "boss"), "invalid choice"),
        (("session", "end", "a b"), "SESSION must be"),
    ],
)
def test_a_mistake_is_explained_in_a_line(
    tmp_path: Path, arguments: tuple[str, ...], problem: str
) -> None:
    asyncio.run(make_database(tmp_path))
    has_no_data = arguments[0] in {"frobnicate", "watch"}
    given = arguments if has_no_data else (*arguments, f"--data-dir={tmp_path}")
    done = run(*given)
    assert done.returncode == 2
    assert problem in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


def test_a_busy_port_is_explained_in_a_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run("serve", "--port", port, "--data-dir", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(
        "is in use; choose another port with --port, or 0 for a free one"
    )
    assert "Traceback" not in done.stderr


def test_a_data_directory_that_cannot_be_written_is_explained_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    done = run("serve", "--port", "0", "--data-dir", str(tmp_path / "file" / "data"))
    assert done.returncode == 1
    assert "choose another with --data-dir" in done.stderr
    assert len(done.stderr.splitlines()) == 1


COMMANDS = (
    "serve",
    "lsp",
    "token",
    "session create",
    "session list",
    "session show",
    "session end",
    "session role",
    "session remove",
    "invite",
    "export",
    "import",
    "watch",
    "demo",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([*command.split(), "--help"])
    assert end.value.code == 0
    shown = capsys.readouterr().out
    assert f"peerline {command}" in shown
    options = re.findall(r"^  (-[^\n]*|[A-Za-z]\w*(?: .*)?)$", shown, re.MULTILINE)
    for option in options:
        # What an option is for stands beside it, or in the line below.
        below = shown.split(f"  {option}\n", 1)[1]
        assert re.search(r"\S {2,}\S", option) or below.startswith("   "), option


def test_the_first_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    shown = capsys.readouterr().out
    for command in COMMANDS:
        assert f"\n    {command.split()[0]} " in shown


def test_tokens_are_revoked_by_user_by_id_and_by_themselves(tmp_path: Path) -> None:
    data_dir = f"--data-dir={tmp_path}"
    token = run("token", "--user", "u1", "--name", "Ann", data_dir).stdout.strip()
    token_id = jwt.decode(token, options={"verify_signature": False})["jti"]
    done = run("token", "revoke", "--user", "u1", "--issued-before", "2026-01-31T12:00Z", data_dir)
    assert done.stdout == (
        "Revoked the tokens of u1 that were issued before 2026-01-31T12:00:00+00:00.\n"
    )
    for which in (("--id", token_id), ("--token", f" Bearer {token}\n")):
        done = run("token", "revoke", *which, data_dir)
        assert done.stdout == f"Revoked the token {token_id}.\n"

    async def read() -> list[Revocation]:
        store = SqliteStore(tmp_path)
        await store.open()
        found, _ = await store.revocations_after(0)
        await store.close()
        return list(found)

    by_user, *by_id = asyncio.run(read())
    assert by_user == Revocation(None, "u1", datetime(2026, 1, 31, 12, tzinfo=UTC))
    assert by_id == [Revocation(token_id)] * 2


def test_the_help_does_not_wait_for_the_imports_of_commands() -> None:
    code = "import sys, peerline.cli.main; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    slow = {"asyncio", "pydantic", "websockets", "sqlalchemy", "pygls", "textual"}
    assert slow & set(done.stdout.split()) == set()
