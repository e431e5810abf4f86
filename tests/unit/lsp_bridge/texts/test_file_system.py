"""Tests of texts.file_system on a real file system, and that nothing goes past it."""

import ast
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import peerline_bridge
from peerline_bridge.texts import file_system
from peerline_bridge.texts.file_system import NotRead, Problem
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import Documents
from peerline_bridge.texts.paths import Workspace
from peerline_bridge.texts.positions import Encoding

BRIDGE = Path(peerline_bridge.__file__).parent
OWN_FILES = {
    "texts/file_system.py",
    "unsent/storage.py",
    "session/tokens.py",
    "plain/chat_files.py",
    "session/own_server.py",
    "sharing/kept_files.py",
    "sharing/seen_texts.py",
}
"""The guard, and what has files of its own in the user's folder of state."""
ASKS_THE_DISK = {
    *("is_file", "is_dir", "is_symlink", "is_fifo", "exists", "lstat", "read_text", "read_bytes"),
    *("write_text", "write_bytes", "iterdir", "rglob", "glob", "samefile", "readlink", "touch"),
    *("realpath", "listdir", "scandir", "walk", "unlink", "mkdir", "rename", "expanduser"),
}

LONG = [
    *("x" * 300, "漢" * 90, "deep/" * 100 + "x", "a/" + "🦊" * 255, "x" * 255, "x" * 256),
    *("漢" * 85, "漢" * 86, "a" * 300 + "/b"),
]
ODD = ["a\x00b", "\ud800", "a\udcff", "con", "nul/x", "a\nb", ".", "..", "/", "", " ", "~", "*"]

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workspace").resolve()
    (folder / "a.txt").write_text("one\ntwo\n")
    return folder


@pytest.fixture
def locations(root: Path) -> Locations:
    return Locations(Documents(), Workspace([root]), Encoding.UTF16)


def problem(path: Path, limit: int = 100) -> Problem:
    found = file_system.read(path, limit)
    assert isinstance(found, NotRead)
    return found.problem


@pytest.mark.parametrize("name", [*LONG, *ODD])
def test_a_name_that_cannot_be_is_not_here(root: Path, locations: Locations, name: str) -> None:
    path = root / name
    assert file_system.is_file(path) is False
    assert isinstance(file_system.read(path, 100), NotRead)
    assert list(file_system.walk(path / "x", enters=lambda _: True, most=10)) == []
    assert locations.uri_of(name) is None
    assert locations.lines_of(name) is None
    assert locations.position(name, 1, 1) is None


@given(
    st.lists(
        st.text(st.characters(codec=None) | st.sampled_from("/.\x00\ud800 ~*?:漢")).map(
            lambda text: text * 40
        )
        | st.sampled_from(LONG + ODD),
        min_size=1,
        max_size=4,
    ).map("/".join)
)
def test_no_name_raises(root: Path, name: str) -> None:
    locations = Locations(Documents(), Workspace([root]), Encoding.UTF16)
    here = locations.uri_of(name)
    assert here is None or here == (root / "a.txt").as_uri()
    assert (locations.lines_of(name) is None) is (here is None)
    assert locations.file_of(f"file://{root}/{name}") != ""
    Workspace([root / name, Path("/") / name]).locate("a.txt")
    file_system.resolve(root / name)
    file_system.read(Path("/") / name / "a.txt", 100)


@posix
def test_pipes_sockets_devices_folders_and_links_are_never_opened(tmp_path: Path) -> None:
    folder = tmp_path.resolve()
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        previous = Path.cwd()
        os.chdir(folder)  # the path of a socket has at most 108 bytes
        try:
            listener.bind("socket")
        finally:
            os.chdir(previous)
    (folder / "folder").mkdir()
    (folder / "file").write_text("x")
    (folder / "link").symlink_to(folder / "file")
    opened: list[str] | None = []

    def note(event: str, found: tuple[object, ...]) -> None:
        if event == "open" and opened is not None:
            opened.append(str(found[0]))

    sys.addaudithook(note)  # for as long as the process lives
    odd = [folder / name for name in ("pipe", "socket", "folder", "link")]
    for path in (*odd, Path("/dev/zero"), Path("/dev/tty"), Path("/dev/stdin")):
        assert problem(path) is Problem.NOT_A_FILE, path
        assert str(path) not in opened
    assert file_system.read(folder / "file", 1) == b"x"
    assert str(folder / "file") in opened
    opened = None


@posix
@pytest.mark.parametrize("becomes", ["pipe", "link", "folder", "nothing"])
def test_a_file_that_changes_its_kind_between_two_looks_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, becomes: str
) -> None:
    path = tmp_path.resolve() / "a"
    (tmp_path / "secret").write_text("secret")
    path.write_text("x")
    look = os.lstat

    def change_after(target: Path) -> os.stat_result:
        found = look(target)
        monkeypatch.setattr(os, "lstat", look)
        path.unlink()
        match becomes:
            case "pipe":
                os.mkfifo(path)
            case "link":
                path.symlink_to(tmp_path / "secret")
            case "folder":
                path.mkdir()
            case _:
                pass
        return found

    monkeypatch.setattr(os, "lstat", change_after)
    assert isinstance(file_system.read(path, 100), NotRead)


@posix
def test_a_folder_above_that_becomes_a_link_leads_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = tmp_path.resolve()
    for name, text in (("inside", "mine"), ("outside", "secret")):
        (base / name).mkdir()
        (base / name / "a").write_text(text)
    look = os.lstat

    def swap_after(target: Path) -> os.stat_result:
        found = look(target)
        monkeypatch.setattr(os, "lstat", look)
        (base / "inside").rename(base / "before")
        (base / "inside").symlink_to(base / "outside")
        return found

    monkeypatch.setattr(os, "lstat", swap_after)
    assert problem(base / "inside" / "a") is Problem.NOT_A_FILE


@pytest.mark.parametrize(("size", "is_read"), [(0, True), (100, True), (101, False)])
def test_a_file_is_read_up_to_the_limit(tmp_path: Path, size: int, is_read: bool) -> None:
    path = tmp_path.resolve() / "a"
    path.write_bytes(b"x" * size)
    found = file_system.read(path, 100)
    assert found == (
        b"x" * size if is_read else NotRead(Problem.TOO_LONG, "is longer than 100 bytes")
    )


@posix
def test_a_file_that_grows_is_read_no_further_than_the_limit() -> None:
    # What /proc gives is longer than the size that it has there.
    assert problem(Path("/proc/self/status").resolve(), 10) is Problem.TOO_LONG


@pytest.mark.parametrize("code", ["EACCES", "EIO", "ESTALE", "EPERM", "ENXIO"])
def test_errors_of_the_disk_are_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    import errno  # noqa: PLC0415 - its numbers by name

    path = tmp_path.resolve() / "a"
    path.write_text("x")

    def fail(*_: object, **__: object) -> None:
        number = getattr(errno, code)
        raise OSError(number, os.strerror(number))

    for call in ("open", "lstat", "stat", "scandir"):
        with monkeypatch.context() as patch:
            patch.setattr(os, call, fail)
            if call in {"open", "lstat"}:
                assert problem(path) is Problem.FAILED
            assert list(file_system.walk(path.parent, enters=lambda _: True, most=9)) in (
                [path],
                [],
            )
            assert file_system.is_file(path) is (call != "stat")


@posix
def test_loops_of_links_are_not_here(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "up").symlink_to(tmp_path)
    (tmp_path / "a").write_text("x")
    assert not file_system.is_file(tmp_path / "loop" / "x")
    found = file_system.walk(tmp_path, enters=lambda _: True, most=100)
    assert [path.name for path in found] == ["a"]
    Workspace([tmp_path / "loop"]).locate("a")


@pytest.mark.parametrize(("most", "names"), [(0, ""), (6, "abcd"), (7, "abcde")])
def test_a_walk_ends_after_so_many_files_and_folders(tmp_path: Path, most: int, names: str) -> None:
    for file in ("a", "b", "one/c", "one/d", "two/e"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("x")
    found = "".join(
        path.name for path in file_system.walk(tmp_path, enters=lambda _: True, most=most)
    )
    assert found == names


@posix
def test_folders_deeper_than_a_path_may_be_long_are_no_error(tmp_path: Path) -> None:
    previous, depth = Path.cwd(), 0
    try:
        os.chdir(tmp_path)
        for depth in range(3_000):  # noqa: B007 - it is needed below
            os.mkdir("dd")  # noqa: PTH102 - a path from the root would be too long
            os.chdir("dd")
        assert list(file_system.walk(tmp_path, enters=lambda _: True, most=10_000)) == []
    finally:
        for _ in range(depth + 1):
            os.chdir("..")
            os.rmdir("dd")  # noqa: PTH106 - the same
        os.chdir(previous)


def disk_calls(source: str) -> Iterator[tuple[int, str]]:
    """Places at which a module asks the disk past the guard."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id="open")):
                yield node.lineno, "open"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="file_system"))):
                pass
            case ast.Call(
                func=ast.Attribute(
                    value=(
                        ast.Attribute(attr=("user" | "unsent" | "documents"))
                        | ast.Name(id="documents")
                    ),
                    attr="rename",
                )
            ):
                pass  # a name of a user, or in the session
            case ast.Call(func=ast.Attribute(attr=name)) if name in ASKS_THE_DISK:
                yield node.lineno, name
            case ast.Call(func=ast.Attribute(attr=("stat" | "resolve") as name), args=[]):
                yield node.lineno, name
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="os"), attr=("open" | "stat") as name)
            ):
                yield node.lineno, name
            case ast.Call(func=ast.Attribute(attr="open"), args=[ast.Constant(), *_]):
                yield node.lineno, "open"
            case _:
                pass


def test_nothing_else_in_the_bridge_asks_the_disk() -> None:
    found = [
        f"{path.relative_to(BRIDGE)}:{line}: {name}"
        for path in sorted(BRIDGE.rglob("*.py"))
        if path.relative_to(BRIDGE).as_posix() not in OWN_FILES
        for line, name in disk_calls(path.read_text(encoding="utf-8"))
    ]
    assert found == []
    assert len(list(disk_calls("path.is_file(); path.open('rb'); os.walk(x); path.resolve()"))) == 4
