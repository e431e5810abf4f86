"""Peerline's files are for its user alone, under any umask, and made so where they were not."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from peerline.owner_only import make_private, make_private_folder, open_private, replace_private
from peerline.protocol.links import SessionLink
from peerline.runfile import running_address
from peerline_bridge.plain.chat_files import ChatFiles
from peerline_bridge.session.tokens import keep_started, started_token
from peerline_bridge.unsent.storage import SessionFile

from .conftest import ServerProcess

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has lists instead of modes; nothing is changed there"
)
UMASKS = pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o277], ids=oct)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def open_to_others(folder: Path) -> list[str]:
    """Everything in the folder, itself included, that others may use, with its mode."""
    found = [folder, *folder.rglob("*")]
    return [f"{path} {mode(path):o}" for path in found if mode(path) & 0o077]


@contextmanager
def serving(data_dir: Path, umask: int = 0o022) -> Generator[subprocess.Popen[str]]:
    """A server that listens."""
    with subprocess.Popen(
        [sys.executable, "-m", "peerline", "serve", "--port", "0", f"--data-dir={data_dir}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        umask=umask,
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if line:
                assert line.startswith("Peerline listens on ")
            yield process
        finally:
            process.kill()


def run(*arguments: str, umask: int = 0o022) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "peerline", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        umask=umask,
        stdin=subprocess.DEVNULL,
    )


@UMASKS
def test_a_data_directory_is_private_from_the_start(tmp_path: Path, umask: int) -> None:
    data_dir = tmp_path / "above" / "data"
    here = f"--data-dir={data_dir}"
    with serving(data_dir, umask):
        created = run("session", "create", "--title=T", "--host-user=h", here, umask=umask)
        assert created.returncode == 0, created.stderr
        assert run("token", "--user=u", "--name=U", here, umask=umask).returncode == 0
        names = {path.name for path in data_dir.iterdir()}
        assert {
            *("peerline.db", "peerline.db-wal", "peerline.db-shm", "peerline.db.lock"),
            *("secret", "server.json"),
        } <= names
        assert open_to_others(tmp_path / "above") == []
        assert mode(data_dir) == 0o700
        assert mode(data_dir / "peerline.db-wal") == 0o600


@UMASKS
def test_what_peerline_start_writes_is_private(tmp_path: Path, umask: int) -> None:
    data_dir = tmp_path / "data"
    done = run(
        "start",
        "--json",
        "--title=T",
        "--user=h",
        "--name=H",
        f"--data-dir={data_dir}",
        umask=umask,
    )
    assert done.returncode == 0, done.stderr
    pid = json.loads((data_dir / "server.json").read_text())["pid"]
    try:
        assert (data_dir / "server.log").exists()
        assert open_to_others(data_dir) == []
    finally:
        os.kill(pid, signal.SIGKILL)


@UMASKS
def test_exports_and_logs_are_private(tmp_path: Path, umask: int) -> None:
    data_dir, here = tmp_path / "data", f"--data-dir={tmp_path / 'data'}"
    data_dir.mkdir()
    created = run("session", "create", "--title=T", "--host-user=h", here, umask=umask)
    assert created.returncode == 0, created.stderr
    session = created.stdout.strip()
    before = tmp_path / "before.json"
    before.write_text("old")
    before.chmod(0o666)
    for output in (tmp_path / "new.json", before):
        done = run("export", session, f"--output={output}", here, umask=umask)
        assert done.returncode == 0, done.stderr
        assert json.loads(output.read_text())["session"]["id"] == session
        assert mode(output) == 0o600
    log = tmp_path / "lsp.log"
    for _ in range(2):
        assert run("lsp", f"--log-file={log}", umask=umask).returncode == 0
        assert mode(log) == 0o600
        log.chmod(0o644)


@UMASKS
def test_what_the_bridge_keeps_is_private(
    tmp_path: Path, umask: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(state))
    link = SessionLink("127.0.0.1:1", "session")
    before = os.umask(umask)
    try:
        keep_started(link, "ann", "token")
        keep_started(link, "ann", "newer")
        session_file = SessionFile.open(
            state / "peerline/sessions", server="s", session_id="x", person="guest:ann"
        )
        session_file.token = "token"
        session_file.close()
        files = ChatFiles.claim(state / "peerline/chat", "session", 1, lambda _: False)
        files.write_chat("hello\n")
    finally:
        os.umask(before)
    assert session_file.problem is None
    assert started_token(link, "ann") == "newer"
    assert len([path for path in state.rglob("*") if path.is_file()]) >= 5
    assert open_to_others(state) == []


def test_what_others_could_read_is_made_private_at_the_start(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with serving(data_dir) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    log = data_dir / "server.log"
    log.write_text("old\n")
    data_dir.chmod(0o755)
    opened = [path for path in data_dir.iterdir() if path.name != "secret"]
    assert {"peerline.db", "peerline.db-wal", "server.json"} <= {path.name for path in opened}
    for path in opened:
        path.chmod(0o664)
    with serving(data_dir) as process:
        assert open_to_others(data_dir) == []
        process.terminate()
        _, errors = process.communicate(timeout=15)
    (warning,) = [line for line in errors.splitlines() if "made private" in line]
    assert "WARNING" in warning
    assert f"{data_dir} (was 0755)" in warning
    for path in opened:
        if path.suffix != ".lock":  # that one is made private as it is opened
            assert f"{path} (was 0664)" in warning
    with serving(data_dir) as process:
        process.terminate()
        _, errors = process.communicate(timeout=15)
    assert "made private" not in errors


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o644, 0o620, 0o666])
def test_a_secret_that_others_can_use_is_refused(tmp_path: Path, bits: int) -> None:
    data_dir, here = tmp_path / "data", f"--data-dir={tmp_path / 'data'}"
    data_dir.mkdir()
    token = ("token", "--user=u", "--name=U", here)
    assert run(*token).returncode == 0
    (data_dir / "secret").chmod(bits)
    commands = [token, ("serve", "--port=0", here), ("start", "--json", "--title=T", *token[1:])]
    for command in commands if bits == 0o644 else commands[:1]:
        done = run(*command)
        assert done.returncode in {1, 2}
        assert done.stdout == ""
        said = done.stderr.splitlines()[-1]
        assert f"chmod 600 {data_dir / 'secret'}" in said
        assert f"mode {bits:03o}" in said
        assert (data_dir / "secret").read_text() not in done.stderr
    assert running_address(data_dir) is None
    assert mode(data_dir / "secret") == bits
    (data_dir / "secret").chmod(0o600)
    assert run(*token).returncode == 0


def test_links_are_not_followed_where_files_are_made(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    link.symlink_to(target)
    with pytest.raises(OSError, match="symbolic link"):
        open_private(link, os.O_WRONLY)
    assert not target.exists()
    target.write_text("kept")
    target.chmod(0o644)
    with pytest.raises(OSError, match="symbolic link"):
        open_private(link, os.O_WRONLY | os.O_TRUNC)
    assert make_private([link]) == []
    replace_private(link, "new")
    assert (target.read_text(), link.read_text()) == ("kept", "new")
    assert not link.is_symlink()
    assert (mode(target), mode(link)) == (0o644, 0o600)


@pytest.mark.parametrize("name", ["peerline.db.lock", "server.log"])
def test_a_link_in_a_data_directory_leads_nowhere(tmp_path: Path, name: str) -> None:
    data_dir = tmp_path / "data"
    make_private_folder(data_dir)
    (data_dir / name).symlink_to(tmp_path / "outside")
    done = run("start", "--json", "--title=T", "--user=h", "--name=H", f"--data-dir={data_dir}")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "symbolic link" in done.stderr
    assert not (tmp_path / "outside").exists()


def test_a_pipe_in_place_of_a_file_is_refused_at_once(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    make_private_folder(data_dir)
    os.mkfifo(data_dir / "peerline.db.lock")
    done = run("serve", "--port=0", f"--data-dir={data_dir}")
    assert done.returncode == 1
    assert "not a regular file" in done.stderr


def test_the_mode_of_a_shared_folder_stays(tmp_path: Path) -> None:
    shared = tmp_path / "tmp"
    shared.mkdir()
    shared.chmod(0o1777)
    server = ServerProcess(shared)
    server.start()
    try:
        assert mode(shared) == 0o1777
        assert mode(shared / "peerline.db") == 0o600
    finally:
        server.close()
