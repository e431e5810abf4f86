"""The state of a shared document that outlives the bridge: unsent edits, and a common text.

One private file for each document that is open, below `$XDG_STATE_HOME/peerline/documents`. Of
several editors of one person each has a file of its own; a lock says which are in use, and what a
bridge that was killed left is taken over by the next.
"""

import hashlib
import json
import logging
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from filelock import BaseFileLock, FileLock, Timeout

from peerline.owner_only import make_private_folder, replace_private
from peerline.protocol.editor.documents import QuestionKind

_log = logging.getLogger("peerline.bridge")
_VERSION: Final = 1
MAX_SLOTS: Final = 16
"""Editors of one person with the same document open at the same time."""
MAX_KEPT_BYTES: Final = 64 * 1024 * 1024
"""A file that is longer is none of ours: edits that wait are in it twice, and a text."""


@dataclass(frozen=True, slots=True)
class KeptState:
    """The content of a file.

    Attributes:
        updates: The client's bytes with the edits that the server lacks; None without any.
        editor: The editor that had the text.
        text: A text that both sides come from; None if none is known.
        saved: The hash of the text that was last saved; empty if it is not known.
        session: The server, the session and the person, a line each; empty if they are not known.
        file: The path of the file in the session; empty if it is not known.
        question: The question that the user had not answered; None without any.
    """

    updates: bytes | None = None
    editor: str = ""
    text: str | None = None
    saved: str = ""
    session: str = ""
    file: str = ""
    question: QuestionKind | None = None


class KeptFile:
    """The file of one document.

    Attributes:
        state: What was left in it by a bridge that was killed.
        written_at: When that was written, in seconds since the epoch.
    """

    def __init__(self, folder: Path, *names: str) -> None:
        """Take the first free file, one with something in it before others.

        Args:
            folder: The folder, which is made.
            names: The server, the session, the person and the document; none at first for
                `left_in`.

        Raises:
            OSError: If there can be no file.
        """
        self.state = KeptState()
        self.written_at = 0.0
        self._path: Path | None = None
        self._lock: BaseFileLock | None = None
        if not names:
            return
        digest = hashlib.sha256("\n".join(names).encode()).hexdigest()[:32]
        make_private_folder(folder)
        paths = [folder / f"{digest}-{slot}.json" for slot in range(MAX_SLOTS)]
        for path in sorted(paths, key=lambda each: not each.exists()):
            if self._take(path):
                return
        raise OSError(None, f"{MAX_SLOTS} editors use it already", str(folder))

    @classmethod
    def left_in(cls, folder: Path) -> Iterator["KeptFile"]:
        """The files in a folder that no running bridge has; each is to be closed."""
        for path in sorted(folder.glob("*.json")):
            found = cls(folder)
            if found._take(path):
                yield found

    def _take(self, path: Path) -> bool:
        """Take a file, unless another bridge has it."""
        lock = FileLock(path.with_suffix(".lock"), mode=0o600, blocking=False)
        try:
            lock.acquire()
        except Timeout:
            return False
        self._path, self._lock = path, lock
        try:
            self.written_at = path.stat().st_mtime
        except FileNotFoundError:
            self.written_at = 0.0
        self.state = _read(path)
        return True

    def write(self, state: KeptState) -> None:
        """Write down what there is; no file is left if there is nothing.

        Raises:
            OSError: If it cannot be written.
        """
        if self._path is None:
            return
        if state.updates is None and state.text is None:
            self._path.unlink(missing_ok=True)
            return
        content = {
            "version": _VERSION,
            "editor": state.editor,
            "text": state.text,
            "saved": state.saved,
            "session": state.session,
            "file": state.file,
            "question": state.question,
            "updates": None if state.updates is None else b64encode(state.updates).decode(),
        }
        replace_private(self._path, json.dumps(content))

    def close(self) -> None:
        """Let the next editor have the file."""
        self._path = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def _read(path: Path) -> KeptState:
    """The content of a file; one that makes no sense is put aside, and counts as nothing."""
    try:
        is_ours = path.stat().st_size <= MAX_KEPT_BYTES
        content: object = json.loads(path.read_text(encoding="utf-8")) if is_ours else None
        if isinstance(content, dict):
            known = cast("dict[str, Any]", content)
            updates, text, editor = known["updates"], known["text"], known["editor"]
            saved, session, file = (known.get(name, "") for name in ("saved", "session", "file"))
            is_sound = isinstance(editor, str) and isinstance(text, str | None)
            is_sound = is_sound and all(isinstance(each, str) for each in (saved, session, file))
            if known["version"] == _VERSION and is_sound:
                data = None if updates is None else b64decode(updates, validate=True)
                asked = known.get("question")
                question = None if asked is None else QuestionKind(asked)
                return KeptState(data, editor, text, saved, session, file, question)
    except FileNotFoundError:
        return KeptState()
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    aside = path.with_suffix(".broken")
    _log.error("%s cannot be read; it is kept as %s", path, aside)
    path.replace(aside)
    return KeptState()
