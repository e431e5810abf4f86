"""The chat's two files: what is written is sent once, and nobody else may read them."""

import os
import sys
from pathlib import Path

import pytest

from peerline_bridge.plain.chat_files import (
    MAX_FOLDERS,
    MAX_MESSAGE_BYTES,
    ChatFiles,
    ChatFilesError,
)


def claim(base: Path, pid: int = 1, *, alive: bool = True) -> ChatFiles:
    return ChatFiles.claim(base, "session", pid, lambda _: alive)


def saved(files: ChatFiles) -> str | None:
    """The findings of two looks."""
    first = files.poll_message()
    assert first is None, "the first look only sees that something changed"
    return files.poll_message()


@pytest.mark.skipif(sys.platform == "win32", reason="modes say nothing on Windows")
def test_only_the_user_may_read_them(tmp_path: Path) -> None:
    files = claim(tmp_path)
    files.write_chat("hello\n")
    assert files.folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (files.chat, files.message)} == {0o600}


def test_what_is_saved_is_read_once_and_the_file_is_empty_when_it_was_sent(tmp_path: Path) -> None:
    files = claim(tmp_path)
    assert files.poll_message() is None
    files.message.write_text("hello\nyou\n")
    assert saved(files) == "hello\nyou"
    assert files.poll_message() is None
    files.message_sent()
    assert files.message.read_text() == ""
    assert files.poll_message() is None
    files.message.write_text("hello\nyou\n")
    assert saved(files) == "hello\nyou", "the same may be said twice"


def test_a_message_that_was_refused_stays_and_is_read_when_it_is_saved_again(
    tmp_path: Path,
) -> None:
    files = claim(tmp_path)
    files.message.write_text("hello")
    assert saved(files) == "hello"
    assert files.poll_message() is None
    assert files.message.read_text() == "hello"
    files.message.write_text("hello, better")
    assert saved(files) == "hello, better"


def test_text_behind_what_was_sent_is_sent_without_it(tmp_path: Path) -> None:
    files = claim(tmp_path)
    files.message.write_text("one\n")
    assert saved(files) == "one"
    files.message_sent()
    files.message.write_text("one\ntwo\n")  # by an editor that has not loaded the empty file
    assert saved(files) == "two"


def test_what_is_saved_while_it_is_sent_is_not_lost(tmp_path: Path) -> None:
    files = claim(tmp_path)
    files.message.write_text("one\n")
    assert saved(files) == "one"
    files.message.write_text("one\ntwo\n")
    files.message_sent()
    assert saved(files) == "two"


def test_news_are_appended_and_changes_rewritten(tmp_path: Path) -> None:
    files = claim(tmp_path)
    files.write_chat("a\n")
    with files.chat.open() as reader:
        assert reader.read() == "a\n"
        files.write_chat("a\nb\n")
        assert reader.read() == "b\n"
    files.write_chat("x\n")
    assert files.chat.read_text() == "x\n"


def test_each_living_bridge_has_a_folder_of_its_own(tmp_path: Path) -> None:
    first, second = claim(tmp_path, 1), claim(tmp_path, 2)
    assert (first.folder.name, second.folder.name) == ("session", "session-2")
    third = claim(tmp_path, 3, alive=False)
    assert third.folder == first.folder, "its bridge has ended"
    for pid in range(4, MAX_FOLDERS + 3):
        claim(tmp_path, pid)
    with pytest.raises(ChatFilesError, match="editors are in the session"):
        claim(tmp_path, 99)


def test_the_chat_leaves_the_disk_and_an_unsent_message_stays(tmp_path: Path) -> None:
    files = claim(tmp_path)
    files.write_chat("secret\n")
    files.close()
    assert not files.folder.exists()
    files = claim(tmp_path)
    files.message.write_text("not sent")
    files.close()
    assert [path.name for path in files.folder.iterdir()] == ["message.txt"]
    assert claim(tmp_path).poll_message() is None, "it was not saved for this chat"


def test_the_chat_of_a_bridge_that_was_killed_is_swept(tmp_path: Path) -> None:
    killed = ChatFiles.claim(tmp_path, "killed", 1, lambda _: True)
    killed.write_chat("secret\n")
    living = ChatFiles.claim(tmp_path, "living", 2, lambda _: True)
    living.write_chat("ours\n")
    ChatFiles.claim(tmp_path, "new", 3, lambda pid: pid != 1)
    assert not killed.folder.exists()
    assert living.chat.read_text() == "ours\n"


@pytest.mark.parametrize(("extra", "is_read"), [(0, True), (1, False)])
def test_a_message_is_bounded(tmp_path: Path, extra: int, *, is_read: bool) -> None:
    files = claim(tmp_path)
    files.message.write_text("x" * (MAX_MESSAGE_BYTES + extra))
    if is_read:
        assert saved(files)
    else:
        with pytest.raises(ChatFilesError, match="longer than"):
            saved(files)


def test_a_folder_that_cannot_be_made_says_which(tmp_path: Path) -> None:
    (tmp_path / "session").write_text("a file")
    with pytest.raises(ChatFilesError, match="session: "):
        claim(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_pipe_in_place_of_the_message_is_not_waited_for(tmp_path: Path) -> None:
    files = claim(tmp_path)
    files.message.unlink()
    os.mkfifo(files.message)
    with pytest.raises(ChatFilesError, match="is not a file"):
        saved(files)
    assert files.poll_message() is None, "it is told once"
