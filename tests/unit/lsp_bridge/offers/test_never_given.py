"""The one rule for what is never given, in real folders."""

from pathlib import Path

import pytest

from peerline.protocol.limits import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_LINES
from peerline_bridge.offers.listing import list_files
from peerline_bridge.offers.never_given import NeverGiven, NotGiven
from peerline_bridge.texts.paths import Workspace

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path.resolve() / "work"
    (folder / ".git").mkdir(parents=True)
    return folder


def write(path: Path, text: str | bytes = "text\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def rule_for(folder: Path) -> NeverGiven:
    return NeverGiven(Workspace([folder]), lambda: None)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("src/a.py", None),
        (".gitignore", None),
        (".env.example", None),
        (".env", NotGiven.PRIVATE),
        ("deploy/.env.local", NotGiven.PRIVATE),
        ("keys/server.pem", NotGiven.PRIVATE),
        (".git/config", NotGiven.PRIVATE),
        (".GIT/config", NotGiven.PRIVATE),
        ("build/out.js", NotGiven.IGNORED),
        ("notes.local", NotGiven.IGNORED),
        ("missing.py", NotGiven.MISSING),
    ],
)
def test_a_file_is_given_by_its_name_or_not(
    folder: Path, name: str, reason: NotGiven | None
) -> None:
    write(folder / ".gitignore", "build/\n*.local\n")
    if reason is not NotGiven.MISSING and name != ".gitignore":
        write(folder / name)
    found = rule_for(folder).read(folder / name)
    assert (found if isinstance(found, NotGiven) else None) is reason


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a\nb\n", "a\nb\n"),
        (b"a\r\nb\r\n", "a\nb\n"),
        (b"\xef\xbb\xbfa\n", "a\n"),
        (b"", ""),
        ("ž\u2028🎉\n".encode(), "ž\u2028🎉\n"),
        (b"a\x00b", NotGiven.BINARY),
        ("é".encode("latin-1"), NotGiven.BINARY),
        (b"a\rb\n", NotGiven.LINE_ENDS),
        (b"a\r\nb\n", NotGiven.LINE_ENDS),
        (b"a\r", NotGiven.LINE_ENDS),
        (KEY.encode(), NotGiven.PRIVATE),
        (b"x = '''\n-----BEGIN PRIVATE KEY-----\n", NotGiven.PRIVATE),
        (b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n", NotGiven.PRIVATE),
        (b"-----BEGIN PUBLIC KEY-----\n", "-----BEGIN PUBLIC KEY-----\n"),
        (b"x" * MAX_DOCUMENT_BYTES, "x" * MAX_DOCUMENT_BYTES),
        (b"x" * (MAX_DOCUMENT_BYTES + 1), NotGiven.TOO_LARGE),
        (b"\n" * (MAX_DOCUMENT_LINES - 1), "\n" * (MAX_DOCUMENT_LINES - 1)),
        (b"\n" * MAX_DOCUMENT_LINES, NotGiven.TOO_LARGE),
    ],
)
def test_a_file_is_given_by_its_content_or_not(
    folder: Path, content: bytes, expected: str | NotGiven
) -> None:
    assert rule_for(folder).read(write(folder / "a.txt", content)) == expected


def test_nothing_is_given_through_a_link(folder: Path, tmp_path: Path) -> None:
    secret = write(tmp_path / "outside.txt")
    write(folder / "inner" / "a.py")
    (folder / "out.py").symlink_to(secret)
    (folder / "in.py").symlink_to(folder / "inner" / "a.py")
    (folder / "there").symlink_to(tmp_path, target_is_directory=True)
    rule = rule_for(folder)
    for name in ("out.py", "in.py", "there/outside.txt", "../outside.txt"):
        assert rule.read(folder / name) is NotGiven.OUTSIDE
    assert rule.read(folder) is NotGiven.OUTSIDE


def test_what_is_hidden_in_the_tree_is_not_to_be_had_by_its_name(folder: Path) -> None:
    write(folder / ".gitignore", "secret/\n")
    for name in ("src/a.py", "secret/a.py", ".env", "src/key.pem", "b.py", "node/.git/c"):
        write(folder / name)
    workspace = Workspace([folder])
    rule = NeverGiven(workspace, lambda: None)
    listed = list_files(workspace, rule, lambda: False, None).sizes
    assert listed == {".gitignore": 8, "b.py": 5, "src/a.py": 5}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file():
            assert isinstance(rule.find(name), Path) is (name in listed), name


def test_too_large_files_are_not_listed_and_a_search_can_be_ended(folder: Path) -> None:
    write(folder / "most.txt", b"x" * MAX_DOCUMENT_BYTES)
    write(folder / "more.txt", b"x" * (MAX_DOCUMENT_BYTES + 1))
    workspace = Workspace([folder])
    rule = NeverGiven(workspace, lambda: None)
    assert list(list_files(workspace, rule, lambda: False, None).sizes) == ["most.txt"]
    assert list_files(workspace, rule, lambda: True, None).sizes == {}


def test_changed_patterns_are_noticed(folder: Path) -> None:
    rule = rule_for(folder)
    file = write(folder / "a.log")
    assert rule.by_name(file) is None
    patterns = write(folder / ".gitignore", "*.log\n")
    assert rule.concerns(patterns)
    assert rule.concerns(folder / ".git" / "info" / "exclude")
    assert not rule.concerns(file)
    rule.forget()
    assert rule.by_name(file) is NotGiven.IGNORED
