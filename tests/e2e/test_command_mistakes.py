"""Commands in wrong places and on broken data: one line, the right exit code, nothing is made."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.program import run as run_program

from .conftest import ServerProcess, peerline

# Each looks for data, and needs some to be there.
READING = [
    ("session", "list"),
    ("session", "show", "x"),
    ("session", "end", "x"),
    ("session", "role", "x", "bob", "viewer"),
    ("session", "remove", "x", "bob"),
    ("export", "x"),
    ("invite", "x", "--role=editor"),
    ("token", "revoke", "--user=ann"),
]
# Each may be the first command on a new data directory that somebody has made.
MAKING = [
    ("session", "create", "--title=T", "--host-user=h"),
    ("token", "--user=ann", "--name=Ann"),
    ("import", os.devnull),
]
RUNNING = [
    ("serve", "--port=0"),
    ("demo", "--port=0"),
    ("start", "--json", "--title=T", "--user=h", "--name=H"),
]


def run(*arguments: str, cwd: Path | str | None = None, **environment: str) -> tuple[int, str, str]:
    done = run_program(*arguments, cwd=cwd, env={**os.environ, **environment})
    return done.returncode, done.stdout, done.stderr


def assert_one_line(done: tuple[int, str, str], code: int, *texts: str) -> None:
    assert done[0] == code, done
    assert done[1] == ""
    assert len(done[2].splitlines()) == 1, done[2]
    assert done[2].startswith("peerline")
    for text in texts:
        assert text in done[2]


@pytest.mark.parametrize("command", READING + MAKING, ids=" ".join)
def test_a_mistyped_data_directory_is_said_and_not_made(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    missing = tmp_path / "mistyped"
    said = f"No Peerline data in {missing} (looked for peerline.db)."
    hints = ("--data-dir", "PEERLINE_DATA_DIR", str(tmp_path / "home/peerline"))
    home = {"XDG_DATA_HOME": str(tmp_path / "home")}
    assert_one_line(run(*command, f"--data-dir={missing}", **home), 1, said, *hints)
    assert_one_line(run(*command, PEERLINE_DATA_DIR=str(missing), **home), 1, said)
    assert_one_line(run(*command, "--data-dir=mistyped", cwd=tmp_path, **home), 1, said)
    assert_one_line(run(*command, **home, PEERLINE_DATA_DIR=""), 1, str(tmp_path / "home/peerline"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", READING + MAKING, ids=" ".join)
def test_a_folder_with_other_things_is_no_data_directory(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert_one_line(run(*command, f"--data-dir={tmp_path}"), 1, f"No Peerline data in {tmp_path} ")
    file = tmp_path / "notes.txt"
    assert_one_line(run(*command, f"--data-dir={file}"), 1, f"No Peerline data in {file} ")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_an_empty_folder_stays_empty_for_who_only_looks(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    assert_one_line(run(*command, f"--data-dir={tmp_path}"), 1, "No Peerline data in")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_that_exists_takes_a_session_or_a_token(tmp_path: Path) -> None:
    for name, command in (("a", MAKING[0]), ("b", MAKING[1])):
        (tmp_path / name).mkdir()
        code, out, errors = run(*command, f"--data-dir={tmp_path / name}")
        assert (code, errors) == (0, "")
        assert out.strip()


def _break(data_dir: Path, kind: str) -> str:
    """Put something in the database's place; a part of what is said about it."""
    database = data_dir / "peerline.db"
    match kind:
        case "text":
            database.write_text("no database\n" * 100)
            return "file is not a database"
        case "folder":
            database.mkdir()
            return "is not a file"
        case "dangling":
            database.symlink_to(data_dir / "nowhere.db")
            return "is a link to a file that is not there"
        case "cut":
            database.write_bytes(b"SQLite format 3\x00" + b"\x10" * 200)
            return "cannot use the database"
        case _:
            data_dir.rmdir()
            data_dir.mkdir()
            peerline("session", "create", "--title=T", "--host-user=h", f"--data-dir={data_dir}")
            with sqlite3.connect(database) as connection:
                connection.execute("UPDATE alembic_version SET version_num = '9999_future'")
            connection.close()
            return "of a newer Peerline"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
@pytest.mark.parametrize("kind", ["text", "folder", "dangling", "cut", "newer"])
def test_what_is_no_database_of_ours_is_said_in_one_line(tmp_path: Path, kind: str) -> None:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    said = _break(data_dir, kind)
    (data_dir / "secret").write_text("s" * 64)
    (data_dir / "secret").chmod(0o600)
    data_dir.chmod(0o700)
    for path in data_dir.glob("peerline.db*"):
        if path.is_file():
            path.chmod(0o600)
    before = sorted(path.name for path in data_dir.iterdir())
    for command in (READING[0], READING[4], READING[6], READING[7], MAKING[0]):
        assert_one_line(run(*command, f"--data-dir={data_dir}"), 2, said, str(data_dir))
    for command in RUNNING:
        assert_one_line(run(*command, f"--data-dir={data_dir}"), 1, said, str(data_dir))
    after = {path.name for path in data_dir.iterdir()}
    assert set(before) <= after
    assert not (data_dir / "nowhere.db").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="it has /dev/full")
def test_output_that_cannot_be_written_is_said(server: ServerProcess) -> None:
    here = f"--data-dir={server.data_dir}"
    export = [sys.executable, "-m", "peerline", "export", server.session, here]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(export, stdout=full, stderr=subprocess.PIPE, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == ["peerline: No space left on device"]
    for output, problem in {
        "/dev/full": "No space left",
        "/nonexistent/x": "No such file",
        str(server.data_dir): "Is a directory",
    }.items():
        done = run("export", server.session, here, f"--output={output}")
        assert_one_line(done, 2, f"cannot write {output}", problem)
    reading, writing = os.pipe()
    os.close(reading)  # as `| head` does once it has seen enough
    done = subprocess.run(export, stdout=writing, stderr=subprocess.PIPE, check=False, timeout=60)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


def _export(data_dir: Path) -> dict[str, Any]:
    here = f"--data-dir={data_dir}"
    session = peerline("session", "create", "--title=T", "--host-user=h", here)
    return json.loads(peerline("export", session, here))


def _change(export: dict[str, Any], change: str) -> object:
    session = export["session"]
    match change:
        case "a participant twice":
            export["participants"] *= 2
        case "numbers beyond the database":
            session["last_seq"] = 2**70
        case "lines beyond the database":
            moment = "2026-01-01T00:00:00Z"
            trail = {"user_id": "h", "file": "a", "start_line": 2**70, "end_line": 1}
            export["trails"] = [{**trail, "since": moment, "until": moment}]
        case "a time before all times":
            session["created_at"] = "0001-01-01T00:00:00+14:00"
        case "a state that nobody can load":
            session["state"] = {"ended_at": "soon"}
        case "a user who is missing":
            export["users"] = []
        case _:
            return [export]
    return export


@pytest.mark.parametrize(
    "change",
    [
        "a participant twice",
        "numbers beyond the database",
        "lines beyond the database",
        "a time before all times",
        "a state that nobody can load",
        "a user who is missing",
        "a list",
    ],
)
def test_an_export_that_makes_no_sense_changes_nothing(tmp_path: Path, change: str) -> None:
    data_dir, file = tmp_path / "data", tmp_path / "export.json"
    data_dir.mkdir()
    export = _export(data_dir)
    file.write_text(json.dumps(_change(export, change)))
    here = f"--data-dir={data_dir}"
    assert_one_line(run("import", str(file), "--id=copy", here), 2)
    assert "copy" not in peerline("session", "list", here)
    assert run("session", "show", "copy", here)[2] == "peerline: there is no session copy\n"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"[" * 100_000, b"\x00" * 10, b"{}"])
def test_a_file_that_is_no_export_is_said(tmp_path: Path, content: bytes) -> None:
    file, data_dir = tmp_path / "file", tmp_path / "data"
    data_dir.mkdir()
    file.write_bytes(content)
    assert_one_line(run("import", str(file), f"--data-dir={data_dir}"), 2, "is not an export")
    missing = tmp_path / "missing"
    done = run("import", str(missing), f"--data-dir={data_dir}")
    assert_one_line(done, 2, f"cannot read {missing}: No such file")
    assert_one_line(run("import", str(tmp_path), f"--data-dir={data_dir}"), 2, "Is a directory")


def test_an_export_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    data_dir, file = tmp_path / "data", tmp_path / "export.json"
    data_dir.mkdir()
    file.write_text("\ufeff" + json.dumps(_export(data_dir)), encoding="utf-8")
    assert peerline("import", str(file), "--id=copy", f"--data-dir={tmp_path / 'data'}") == "copy"


def test_an_invite_to_a_session_of_another_server_is_its_hosts_to_make(
    server: ServerProcess, tmp_path: Path
) -> None:
    advice = "For a session on somebody else's server, ask its host for a link."
    done = run("invite", "elsewhere", "--role=editor", f"--data-dir={server.data_dir}")
    assert_one_line(done, 2, "there is no session elsewhere here", advice)
    done = run("invite", "elsewhere", "--role=editor", f"--data-dir={tmp_path / 'none'}")
    assert_one_line(done, 1, "No Peerline data in", advice)


def test_nobody_is_invited_into_a_session_that_has_ended(server: ServerProcess) -> None:
    here = f"--data-dir={server.data_dir}"
    peerline("session", "end", server.session, here)
    done = run("invite", server.session, "--role=editor", here)
    assert_one_line(done, 2, f"the session {server.session} ended at")


@pytest.mark.parametrize(
    ("host", "problem"),
    [("a..b", "no host name"), ("no.such.host.invalid", "no.such.host.invalid:0"), ("x" * 80, "")],
)
def test_an_address_that_cannot_be_listened_on_is_said(
    tmp_path: Path, host: str, problem: str
) -> None:
    done = run("serve", "--port=0", f"--host={host}", f"--data-dir={tmp_path / 'data'}")
    assert_one_line(done, 1, "cannot listen on", problem, "--host")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PEERLINE_MAX_THREADS", "-5"),
        ("PEERLINE_PORT", "99999"),
        ("PEERLINE_LOG_LEVEL", "loud"),
        ("PEERLINE_COMPRESSION", "maybe"),
        ("PEERLINE_PING_INTERVAL_SECONDS", "nan"),
        ("PEERLINE_HOST", ""),
        ("PEERLINE_TRUSTED_PROXIES", "nginx"),
        ("PEERLINE_TOKEN_ALGORITHMS", "none"),
        ("PEERLINE_ALLOWED_ORIGINS", "example"),
    ],
)
def test_a_server_with_a_setting_that_cannot_be_does_not_start(
    tmp_path: Path, variable: str, value: str
) -> None:
    here = f"--data-dir={tmp_path / 'data'}"
    port = () if variable == "PEERLINE_PORT" else ("--port=0",)
    assert_one_line(run("serve", *port, here, **{variable: value}), 2, variable)
    if variable != "PEERLINE_HOST":  # the demo has an address of its own
        assert_one_line(run("demo", *port, here, **{variable: value}), 2, variable)


def test_a_misspelt_setting_is_named_in_the_log(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data", {"PEERLINE_MAX_THREAD": "5"})
    server.start()
    server.stop()
    said = "PEERLINE_MAX_THREAD is not a setting: did you mean PEERLINE_MAX_THREADS?"
    assert [line for line in server.log().splitlines() if said in line and "WARNING" in line]


def test_the_demo_needs_its_sample_in_a_workspace(tmp_path: Path) -> None:
    done = run("demo", f"--workspace={tmp_path}", "--port=0", f"--data-dir={tmp_path / 'data'}")
    assert_one_line(done, 2, str(tmp_path), "src/cart.py")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("stage", ["peerline.db.lock", "peerline.db-wal", "secret"])
def test_control_c_during_the_start_ends_it_quietly(tmp_path: Path, stage: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "peerline", "serve", "--port=0", f"--data-dir={tmp_path / 'data'}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "data" / stage).exists():
        assert time.monotonic() < deadline, "the server does not start"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode in {0, 130}
    assert "Traceback" not in errors


def test_two_starts_at_once_share_one_server(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    command = [
        *(sys.executable, "-m", "peerline", "start", "--json", "--title=T", "--user=h", "--name=H"),
        f"--data-dir={data_dir}",
    ]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    try:
        done = [process.communicate(timeout=60) for process in both]
        assert [process.returncode for process in both] == [0, 0], done
        first, second = (json.loads(out) for out, _ in done)
        assert first["link"] != second["link"]
        address = json.loads((data_dir / "server.json").read_text())["address"]
        assert {link.split("/")[2] for link in (first["link"], second["link"])} == {address}
    finally:
        os.kill(json.loads((data_dir / "server.json").read_text())["pid"], signal.SIGTERM)


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for command in ("serve", "demo"):
            done = run(command, f"--port={port}", f"--data-dir={tmp_path / 'data'}")
            assert_one_line(done, 1, f"127.0.0.1:{port} is in use", "--port")


def test_a_copy_goes_into_an_empty_folder_and_makes_none(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    run("session", "create", "--title=T", "--host-user=h", f"--data-dir={source}")
    missing, used, empty = tmp_path / "missing", tmp_path / "used", tmp_path / "empty"
    used.mkdir()
    (used / "notes.txt").touch()
    for target in (str(missing), missing.as_uri(), str(used)):
        done = run("copy", f"--from={source}", f"--to={target}")
        assert_one_line(done, 1, "is not an empty folder; make one and name it with --to")
    assert not missing.exists()
    assert [path.name for path in used.iterdir()] == ["notes.txt"]
    empty.mkdir()
    done = run("copy", f"--from={source}", f"--to={empty}")
    assert done == (0, "Copied 1 session.\n", "")
    assert_one_line(run("copy", f"--from={source}", f"--to={empty}"), 2, "has sessions already")
