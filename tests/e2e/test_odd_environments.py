"""Commands and the bridge in environments that lack what is usually there: an answer, no traceback.

No home, no user, no standard streams, a terminal that cannot show every character, bytes that are
no text, files that are pipes, devices or loops.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from .bridge_process import BridgeProcess, RpcError
from .conftest import ServerProcess
from .test_command_mistakes import assert_one_line, run

linux = pytest.mark.skipif(sys.platform != "linux", reason="a library is preloaded")
TITLE = "Tést ★ 😀"
WITHOUT_HOME = ("HOME", "USER", "LOGNAME", "LNAME", "USERNAME", "XDG_DATA_HOME", "XDG_STATE_HOME")
MORE_WITHOUT_HOME = (
    *("XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "CODEX_HOME"),
    *("PEERLINE_DATA_DIR", "PEERLINE_TOKEN_FILE", "PEERLINE_AGENT_DIR", "PEERLINE_AGENT_SOCKET"),
)
NO_HOME = "this user has no home directory; set"


@pytest.fixture
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a process whose user has no entry and no HOME."""
    for name in (*WITHOUT_HOME, *MORE_WITHOUT_HOME):
        monkeypatch.delenv(name, raising=False)
    compiler = shutil.which("cc")
    assert compiler is not None, "no C compiler: `make setup-dev` installs it, if it may"
    library = tmp_path / "nobody.so"
    source = Path(__file__).with_name("nobody.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True, timeout=60)
    environment = {"LD_PRELOAD": str(library)}
    probe = "import os, pwd; pwd.getpwuid(os.getuid())"
    done = subprocess.run(
        [sys.executable, "-c", probe],
        env=os.environ | environment,
        capture_output=True,
        check=False,
    )
    assert b"KeyError" in done.stderr
    return environment


@linux
@pytest.mark.parametrize(
    "command",
    [
        ("serve", "--port=0"),
        ("start", "--json", "--title=T", "--user=u", "--name=N"),
        ("demo", "--port=0"),
        ("session", "list"),
        ("session", "create", "--title=T", "--host-user=u"),
        ("token", "--user=u", "--name=N"),
        ("invite", "x", "--role=editor"),
    ],
    ids=" ".join,
)
def test_a_command_without_a_home_says_what_to_set(
    nobody: dict[str, str], command: Sequence[str]
) -> None:
    assert_one_line(run(*command, **nobody), 1, NO_HOME, "PEERLINE_DATA_DIR")


@linux
def test_a_command_without_a_home_works_where_a_folder_is_named(
    nobody: dict[str, str], tmp_path: Path
) -> None:
    folder = str(tmp_path / "data")
    code, printed, errors = run(
        *("start", "--json", "--title=T", "--user=u", "--name=N", "--data-dir", folder),
        PEERLINE_EXIT_WHEN_IDLE_SECONDS="0.1",
        **nobody,
    )
    assert (code, errors) == (0, "")
    assert json.loads(printed)["link"].startswith("peerline://")
    for arguments in (("--version",), ("serve", "--help"), ("session", "list", "--help")):
        code, _, errors = run(*arguments, **nobody)
        assert (code, errors) == (0, "")


@linux
@pytest.mark.parametrize(
    ("command", "code", "text"),
    [
        (("setup", "claude-code", "--scope=user", "--yes"), 1, f"{NO_HOME} HOME"),
        (("setup", "gemini", "--scope=user", "--dry-run"), 1, f"{NO_HOME} HOME"),
        (("setup", "codex", "--scope=user", "--yes"), 1, f"{NO_HOME} CODEX_HOME, or HOME"),
        (("status",), 2, "no agent runs in this folder"),
        (("stop",), 2, "no agent runs in this folder"),
    ],
    ids=str,
)
def test_a_command_of_agents_without_a_home_says_what_is_missing(
    nobody: dict[str, str], tmp_path: Path, command: Sequence[str], code: int, text: str
) -> None:
    assert_one_line(run("agent", *command, cwd=tmp_path, **nobody), code, text)


@linux
def test_an_agent_without_a_home_says_which_variable_names_a_folder(
    server: ServerProcess, nobody: dict[str, str], tmp_path: Path
) -> None:
    server.create_session()
    token = {"PEERLINE_TOKEN": server.token("ann", "Ann")}
    start = ("agent", "start", server.invite("editor"))
    done = run(*start, cwd=tmp_path, **nobody, **token)
    assert_one_line(done, 1, f"{NO_HOME} PEERLINE_AGENT_DIR")


@linux
def test_the_hooks_of_agents_need_no_home(nobody: dict[str, str], tmp_path: Path) -> None:
    for product in ("claude-code", "codex", "gemini"):
        code, shown, errors = run("agent", "setup", product, "--yes", cwd=tmp_path, **nobody)
        assert (code, errors) == (0, "")
        assert f"Changed {tmp_path}" in shown
    assert run("hook", cwd=tmp_path, **nobody) == (0, "", "")


@linux
def test_the_tools_of_an_agent_need_no_home(
    server: ServerProcess, nobody: dict[str, str], tmp_path: Path
) -> None:
    server.create_session()
    link = server.invite("editor")
    code, _, errors = run("mcp", "--stdio", link, "--name=bot", cwd=tmp_path, **nobody)
    assert (code, errors) == (0, "")


@linux
def test_watch_without_a_home_or_a_user_joins_as_a_guest(
    server: ServerProcess, nobody: dict[str, str]
) -> None:
    server.create_session()
    with subprocess.Popen(
        [sys.executable, "-m", "peerline", "watch", "--plain", server.invite("viewer")],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | nobody,
    ) as watching:
        try:
            assert watching.stdout is not None
            assert "Test" in watching.stdout.readline()
        finally:
            watching.terminate()
            _, errors = watching.communicate(timeout=30)
    assert "Traceback" not in errors


@linux
@pytest.mark.parametrize("plugin", [True, False], ids=["plugin", "plain"])
def test_the_bridge_without_a_home_joins_and_says_what_is_not_kept(
    server: ServerProcess, nobody: dict[str, str], tmp_path: Path, *, plugin: bool
) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (workspace / "a.py").write_text("x = 1\n")
    server.create_session()
    link = server.invite("editor")
    log = tmp_path / "stderr"
    with log.open("w") as stderr:
        bridge = BridgeProcess(workspace, stderr=stderr, **nobody)
        try:
            bridge.initialize("utf-16", {"plugin": plugin})
            bridge.open("a.py")
            bridge.command("join", link=link)
            if plugin:
                notice = bridge.wait_notification("peerline/notice")
                assert notice["code"] == "NOT_KEPT"
                assert "XDG_STATE_HOME" in notice["message"]
            assert bridge.command("sendChat", content="hello")["seq"] > 0
            bridge.plain_command("leave")
            with pytest.raises(RpcError, match=f"{NO_HOME} PEERLINE_DATA_DIR"):
                bridge.command("startSession")
        finally:
            bridge.close()
    written = log.read_text()
    assert "Traceback" not in written
    assert 'File "' not in written


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "shift_jis"])
def test_what_the_output_cannot_show_is_replaced(tmp_path: Path, encoding: str) -> None:
    data_dir = f"--data-dir={tmp_path / 'data'}"
    (tmp_path / "data").mkdir()
    _, session, _ = run("session", "create", "--title", TITLE, "--host-user=u", data_dir)
    terminal = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "peerline", "session", "list", data_dir],
        capture_output=True,
        timeout=60,
        check=False,
        env=os.environ | terminal,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode(encoding).split()[0] == session.strip()
    # What is kept or read by programs is UTF-8, whatever the terminal is.
    for command in (("export", session.strip()), ("session", "show", session.strip())):
        done = subprocess.run(
            [sys.executable, "-m", "peerline", *command, data_dir],
            capture_output=True,
            timeout=60,
            check=False,
            env=os.environ | terminal,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        text = done.stdout.decode()
        shown = json.dumps(json.loads(text), ensure_ascii=False) if command[0] == "export" else text
        assert TITLE in shown


CLOSED: dict[str, Sequence[str]] = {
    "session list": ("session", "list"),
    "watch -": ("watch", "-"),
    "lsp": ("lsp",),
    "token revoke": ("token", "revoke", "--token=-"),
    "a mistake": ("session",),
}


@pytest.mark.skipif(os.name != "posix", reason="a shell closes the streams")
@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_no_traceback(tmp_path: Path, name: str, closed: str) -> None:
    (tmp_path / "data").mkdir()
    command = [sys.executable, "-m", "peerline", *CLOSED[name]]
    environment = os.environ | {"PEERLINE_DATA_DIR": str(tmp_path / "data")}
    run("session", "create", "--title=T", "--host-user=u", PEERLINE_DATA_DIR=str(tmp_path / "data"))
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$@" {closed}', "sh", *command],
        capture_output=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
        env=environment,
    )
    assert b"Traceback" not in done.stderr
    assert b"Error" not in done.stderr
    assert done.returncode in {0, 2}


@pytest.mark.skipif(os.name != "posix", reason="arguments are bytes")
@pytest.mark.parametrize(
    "command",
    [
        ("token", "revoke", "--id"),
        ("token", "revoke", "--token"),
        ("session", "remove", "x"),
        ("watch",),
    ],
    ids=" ".join,
)
def test_bytes_that_are_no_text_are_refused_in_one_line(
    tmp_path: Path, command: Sequence[str]
) -> None:
    done = subprocess.run(
        [os.fsencode(sys.executable), b"-m", b"peerline", *map(os.fsencode, command), b"\xff\xfe"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {"PEERLINE_DATA_DIR": str(tmp_path)},
    )
    assert_one_line((done.returncode, done.stdout, done.stderr), 2, "must be text")


def pipe(path: Path) -> None:
    os.mkfifo(path, 0o600)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def folder(path: Path) -> None:
    path.mkdir()


def loop(path: Path) -> None:
    path.symlink_to(path)


@linux
@pytest.mark.parametrize("make", [pipe, endless, folder, loop])
@pytest.mark.parametrize("name", ["secret", "server-id"])
def test_a_server_whose_files_are_none_says_so_at_once(
    tmp_path: Path, name: str, make: Callable[[Path], None]
) -> None:
    data_dir = tmp_path / "data"
    data_dir.mkdir(mode=0o700)
    make(data_dir / name)
    code, printed, errors = run("serve", "--port=0", f"--data-dir={data_dir}")
    assert (code, printed) == (1, "")
    last = errors.splitlines()[-1]
    assert last.startswith("peerline: cannot use the data directory")
    assert "Traceback" not in errors


@linux
@pytest.mark.parametrize("command", ["serve", "start", "demo"])
def test_a_loop_of_links_is_no_data_directory(tmp_path: Path, command: str) -> None:
    loop(tmp_path / "loop")
    more = {
        "serve": ["--port=0"],
        "start": ["--json", "--title=T", "--user=u", "--name=N"],
        "demo": ["--port=0"],
    }
    done = run(command, *more[command], f"--data-dir={tmp_path / 'loop'}")
    assert_one_line(done, 1, str(tmp_path / "loop"))
