"""The private files of a folder, which change."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from peerline.agent import private_folder
from peerline.agent.folder_cleaner import cleaner_of
from peerline.agent.private_folder import MAX_FILE_BYTES, REST, PrivateFolder

LINE = "GREETING=quiet otter"


class Clock:
    """A clock on which each look takes as long as is set."""

    def __init__(self) -> None:
        self.now = 0.0
        self.step = 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def is_hidden(found: PrivateFolder) -> bool:
    return found.content().lines.hide(LINE, lambda *_: "") == ""


def private(*names: str) -> Callable[[str], bool]:
    return lambda path: path in names


def test_what_is_written_renamed_and_removed_is_known(tmp_path: Path) -> None:
    found = PrivateFolder(tmp_path, private("sub/Own.txt", ".env"), Clock())
    assert not is_hidden(found)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/Own.txt").write_text(f"{LINE}\n")
    assert is_hidden(found)
    assert found.content().names == {"own.txt"}
    (tmp_path / "sub/Own.txt").write_text("something else\n")
    assert not is_hidden(found)
    (tmp_path / "sub/Own.txt").write_text(f"{LINE}\n")
    (tmp_path / "sub/Own.txt").rename(tmp_path / ".env")
    assert is_hidden(found)
    assert found.content().names == {".env"}
    (tmp_path / ".env").rename(tmp_path / "public.txt")
    assert not is_hidden(found)


def test_a_look_is_not_taken_again_at_once(tmp_path: Path) -> None:
    clock = Clock()
    found = PrivateFolder(tmp_path, private(".env"), clock)
    clock.step = 1.0  # a look takes a second
    found.content()
    clock.step = 0.0
    (tmp_path / ".env").write_text(LINE)
    clock.now += REST - 0.5
    assert not is_hidden(found)
    clock.now += 1
    assert is_hidden(found)


def test_links_pipes_and_unreadable_files_do_no_harm(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "real").write_text(LINE)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / ".env").symlink_to(outside / "real")
    (folder / "up").symlink_to(tmp_path)
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    (folder / "gone").symlink_to(folder / "nothing")
    (folder / "large").write_bytes(b"x" * (MAX_FILE_BYTES + 1))
    found = PrivateFolder(folder, private(".env", "pipe", "gone", "large", "up/x"), Clock())
    assert is_hidden(found)
    # What is too long to be read is still known by its name.
    assert found.content().names == {".env", "large"}


def test_only_so_many_entries_are_looked_at_the_top_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/.env").write_text(LINE)
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules/.env").write_text("OTHER=content here")
    everything = PrivateFolder(tmp_path, lambda path: path.endswith(".env"), Clock())
    assert is_hidden(everything)
    assert "here" in everything.content().lines.hide("OTHER=content here", lambda *_: "")
    monkeypatch.setattr(private_folder, "MAX_ENTRIES", 2)
    few = PrivateFolder(tmp_path, lambda path: path.endswith(".env"), Clock())
    assert not is_hidden(few)


def test_the_cleaner_of_a_folder_knows_its_private_files(tmp_path: Path) -> None:
    (tmp_path / ".peerlineignore").write_text("vault/\n/notes.txt\n")
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault/a.md").write_text("of the vault\n")
    (tmp_path / "notes.txt").write_text("of the notes\n")
    (tmp_path / ".env").write_text(f"{LINE}\n")
    (tmp_path / "b.py").write_text("of b\n")
    cleaner = cleaner_of(tmp_path)
    shown = "‹secret:private file›"
    output = f"./vault/a.md:of the vault\n.env:{LINE}\nnotes.txt:of the notes\nb.py:of b\n"
    assert cleaner.text(output) == (
        f"./vault/a.md:{shown}\n.env:{shown}\nnotes.txt:{shown}\nb.py:of b\n"
    )
    assert cleaner.hidden == 3
    for command in ("base64 not*", "base64 *.txt", "cd vault && base64 *", "xxd n?tes.txt"):
        assert cleaner.is_private(command), command
    for command in ("base64 *.py", "wc -l *", "ls src/*", "grep 'n.*x' b.py"):
        assert not cleaner.is_private(command), command
