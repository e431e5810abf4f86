"""The state that outlives the bridge: unsent messages and a guest's token, in private files.

One file for each server, session and person, readable by the user only (mode 600), below
`$XDG_STATE_HOME/peerline/sessions`. Of several bridges of one person at a time each has a file of
its own; a lock says which are in use, and what a bridge left unsent is taken over by the next.
"""

import hashlib
import json
import logging
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from filelock import BaseFileLock, FileLock, Timeout

from peerline import user_folders
from peerline.client.pending import PendingQueue
from peerline.owner_only import make_private_folder, replace_private
from peerline.protocol.links import SessionLink
from peerline.user_folders import NoHomeError

_log = logging.getLogger("peerline.bridge")
_VERSION: Final = 1
MAX_SLOTS: Final = 16
"""Bridges of one person in one session on one machine that keep something at the same time."""
MAX_KEPT_BYTES: Final = 64 * 1024 * 1024
"""A file that is longer is none of ours."""


def state_dir() -> Path:
    """The folder for the state of the user's programs (XDG Base Directory Specification).

    Raises:
        NoHomeError: if there is no home to keep it in.
    """
    return user_folders.state_dir(os.environ)


def person_of(auth_token: str | None, username: str) -> str:
    """Return the owner of the file: an account by its user id, or a guest by the name.

    The token is not verified: a program that has it may read the user's files anyway.
    """
    if auth_token is None:
        return f"guest:{username}"
    # With cryptography it takes 9 MB, which a guest's bridge has no need for.
    import jwt  # noqa: PLC0415

    try:
        claims: dict[str, Any] = jwt.decode(  # pyright: ignore[reportUnknownMemberType] - of keys that need cryptography
            auth_token, options={"verify_signature": False}
        )
    except jwt.PyJWTError:
        return f"token:{auth_token}"
    return f"account:{claims.get('sub')}"


@dataclass(slots=True)
class SessionFile:
    """One person's file of one session, locked for as long as the bridge is in the session.

    A folder that cannot be written is said once, by `problem`; then nothing outlives the bridge.
    """

    queue: PendingQueue = field(default_factory=PendingQueue)
    token: str | None = None
    """The token that a guest was given, to come back as the same one."""
    problem: str | None = None
    _path: Path | None = None
    _lock: BaseFileLock | None = None

    @classmethod
    def open(cls, folder: Path, *, server: str, session_id: str, person: str) -> "SessionFile":
        """Take the first free file of the person, and over what ended bridges left in others."""
        file = cls()
        digest = hashlib.sha256(f"{server}\n{session_id}\n{person}".encode()).hexdigest()[:32]
        try:
            make_private_folder(folder)
            for slot in range(MAX_SLOTS):
                path = folder / f"{digest}-{slot}.json"
                if slot > 0 and file._path is not None and not path.exists():
                    continue
                file._take(path)
        except OSError as error:
            file.problem = f"{folder}: {error.strerror or error}"
        if file._path is None and file.problem is None:
            file.problem = f"{folder}: {MAX_SLOTS} editors use it already"
        file.save()
        return file

    def save(self) -> None:
        """Write down what there is; nothing at all if there is nothing."""
        if self._path is None:
            return
        try:
            if self.token is None and not self.queue.items:
                self._path.unlink(missing_ok=True)
            else:
                content = {
                    "version": _VERSION,
                    "token": self.token,
                    "waiting": self.queue.dump(),
                }
                replace_private(self._path, json.dumps(content))
        except OSError as error:
            self.problem = f"{self._path.parent}: {error.strerror or error}"

    def forget(self) -> None:
        """Keep nothing here any more: it is in another file."""
        self.token, self.queue = None, PendingQueue()
        self.close()

    def close(self) -> None:
        """Let the next bridge have the file."""
        self.save()
        self._path = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _take(self, path: Path) -> None:
        lock = FileLock(path.with_suffix(".lock"), mode=0o600, blocking=False)
        try:
            lock.acquire()
        except Timeout:
            return
        is_first = self._path is None
        try:
            content = _read(path)
            if content is not None:
                self._take_over(path, content, with_token=is_first)
        finally:
            if is_first:
                self._path, self._lock = path, lock
            else:
                lock.release()

    def _take_over(self, path: Path, content: dict[str, Any], *, with_token: bool) -> None:
        token = content.get("token")
        if with_token and isinstance(token, str):
            self.token = token
        try:
            self.queue.load(content.get("waiting"))
        except ValueError:
            # Which one would say what was written.
            _put_aside(path, "an entry of it makes no sense")
        if with_token:
            return
        # The token stays for the next one who needs this file, the messages are here now.
        self.save()
        if isinstance(token, str):
            replace_private(path, json.dumps({"version": _VERSION, "token": token, "waiting": []}))
        else:
            path.unlink(missing_ok=True)


def open_file(link: SessionLink, person: str) -> SessionFile:
    """The person's file of a session; without a home one that keeps nothing, and says so."""
    try:
        folder = state_dir() / "sessions"
    except NoHomeError as error:
        return SessionFile(problem=str(error))
    return SessionFile.open(
        folder, server=link.server.location, session_id=link.session_id, person=person
    )


def _read(path: Path) -> dict[str, Any] | None:
    try:
        is_ours = path.stat().st_size <= MAX_KEPT_BYTES
        content: object = json.loads(path.read_text(encoding="utf-8")) if is_ours else None
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError):
        content = None
    if isinstance(content, dict):
        known = cast("dict[str, Any]", content)
        if known.get("version") == _VERSION:
            return known
    _put_aside(path, "it is not one of this version")
    return None


def _put_aside(path: Path, reason: str) -> None:
    """Keep a file that cannot be read for the user to look at, instead of overwriting it."""
    aside = path.with_suffix(".broken")
    _log.error("%s cannot be read (%s); it is kept as %s", path, reason, aside)
    path.replace(aside)
