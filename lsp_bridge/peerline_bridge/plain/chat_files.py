"""The chat as two files outside of the workspace: chat.txt to read, message.txt to write in.

Any editor can open them. What is written in message.txt is sent when it is saved; it is a file of
its own, so that news in the chat never meet text that is being written. Plain text, not Markdown:
a preview would load what others link to.
"""

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from peerline.owner_only import make_private_folder, open_private

MAX_MESSAGE_BYTES: Final = 64 * 1024
"""A message.txt that is longer is not read."""
MAX_FOLDERS: Final = 20
"""Bridges of one user in one session, each with a folder of its own."""
_OWNER: Final = "bridge.pid"


class ChatFilesError(Exception):
    """The files cannot be made; the text says why."""


class ChatFiles:
    """The files of one bridge in one session. Nobody else may read them (mode 600 in 700)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.chat = folder / "chat.txt"
        self.message = folder / "message.txt"
        self._written = ""
        self._stamp: tuple[int, int] | None = None
        self._settling: tuple[int, int] | None = None
        self._read = ""
        self._sent = ""

    @classmethod
    def claim(
        cls, base: Path, session_id: str, pid: int, is_alive: Callable[[int], bool]
    ) -> "ChatFiles":
        """The first folder of the session that no other living bridge has.

        Raises:
            ChatFilesError: if there is none, or it cannot be made.
        """
        _sweep(base, is_alive)
        try:
            for number in range(1, MAX_FOLDERS + 1):
                folder = base / (session_id if number == 1 else f"{session_id}-{number}")
                make_private_folder(folder)
                folder.chmod(0o700)
                if _take(folder / _OWNER, pid, is_alive):
                    files = cls(folder)
                    files._begin()
                    return files
        except OSError as error:
            raise ChatFilesError(f"{error.filename or base}: {error.strerror}") from None
        raise ChatFilesError(f"{base}: {MAX_FOLDERS} editors are in the session already")

    def write_chat(self, text: str) -> None:
        """Bring chat.txt up to date: what is new is appended, so that a `tail -f` goes on."""
        if text == self._written:
            return
        if self._written and text.startswith(self._written):
            with _open_private(self.chat, os.O_APPEND) as file:
                file.write(text[len(self._written) :])
        else:
            with _open_private(self.chat, os.O_TRUNC) as file:
                file.write(text)
        self._written = text

    def poll_message(self) -> str | None:
        """Return the newly saved text of message.txt, once it is settled; None if there is nothing.

        Raises:
            ChatFilesError: if it cannot be read.
        """
        try:
            status = self.message.stat()
        except FileNotFoundError:
            return None  # an editor is just replacing it
        stamp = (status.st_mtime_ns, status.st_size)
        if stamp == self._stamp:
            return None
        if stamp != self._settling:
            self._settling = stamp  # it may be half written: look again
            return None
        self._stamp = stamp
        if not stat.S_ISREG(status.st_mode):
            raise ChatFilesError("message.txt is not a file")  # to open a pipe would wait
        if status.st_size > MAX_MESSAGE_BYTES:
            raise ChatFilesError(f"message.txt is longer than {MAX_MESSAGE_BYTES} bytes")
        try:
            text = self.message.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise ChatFilesError("message.txt is not UTF-8") from None
        except OSError as error:
            raise ChatFilesError(f"message.txt: {error.strerror}") from None
        self._read = text.strip()
        return _news(self._read, self._sent) or None

    def message_sent(self) -> None:
        """Empty message.txt after its text was sent, unless it was saved again meanwhile."""
        self._sent = self._read
        with suppress(OSError):
            current = self.message.read_text(encoding="utf-8")
            if current.strip() == self._read:
                self._empty_message()

    def close(self) -> None:
        """Take the chat off the disk; a message that was not sent stays."""
        with suppress(OSError, UnicodeDecodeError):
            self.chat.unlink(missing_ok=True)
            rest = self.message.read_text(encoding="utf-8")
            if not rest.strip() or rest.strip() == self._sent:
                self.message.unlink()
        with suppress(OSError):
            (self.folder / _OWNER).unlink(missing_ok=True)
            self.folder.rmdir()  # stays if there is something in it

    def _begin(self) -> None:
        if not self.message.exists():
            self._empty_message()
        self.message.chmod(0o600)
        # What lies there from before was not saved for this session's chat of now.
        status = self.message.stat()
        self._stamp = (status.st_mtime_ns, status.st_size)
        with suppress(OSError, UnicodeDecodeError):
            self._sent = self.message.read_text(encoding="utf-8").strip()

    def _empty_message(self) -> None:
        with _open_private(self.message, os.O_TRUNC) as file:
            status = os.fstat(file.fileno())
        self._stamp = (status.st_mtime_ns, status.st_size)


def _news(text: str, sent: str) -> str:
    """Return the part that was not sent before: an editor may not have reloaded the file."""
    return text[len(sent) :].strip() if sent and text.startswith(f"{sent}\n") else text


def _sweep(base: Path, is_alive: Callable[[int], bool]) -> None:
    """Take the chats off the disk whose bridges were killed."""
    for owner in base.glob(f"*/{_OWNER}"):
        with suppress(OSError, ValueError):
            if not is_alive(int(owner.read_text(encoding="ascii"))):
                ChatFiles(owner.parent).close()


def _take(path: Path, pid: int, is_alive: Callable[[int], bool]) -> bool:
    """Make the folder's owner file, instead of that of a bridge that has ended."""
    with suppress(FileNotFoundError, ValueError):
        owner = int(path.read_text(encoding="ascii"))
        if owner != pid and is_alive(owner):
            return False
        path.unlink()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False  # another bridge was faster
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(str(pid))
    return True


def _open_private(path: Path, flags: int):  # noqa: ANN202 - a text file
    descriptor = open_private(path, os.O_WRONLY | flags)
    return os.fdopen(descriptor, "w", encoding="utf-8", newline="\n")
