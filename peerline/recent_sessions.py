"""The sessions that the user was in: one private file, by which they are found again.

It holds no secret. A guest's token is kept with the unsent messages, a host's and an account's
where tokens are kept.
"""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from peerline import user_folders
from peerline.owner_only import make_private_folder, read_file, replace_private
from peerline.protocol.links import LinkError, SessionLink

_log = logging.getLogger("peerline.recent")
MAX_RECENT: Final = 50
"""The sessions that are kept; the ones joined longest ago go first."""
MAX_LINKS: Final = 8
"""The other links of a session by which it is known again."""
_LOCK_SECONDS: Final = 2.0
_NAME: Final = "recent.json"


class OwnServer(BaseModel):
    """The user's own server of a session, which can be started again."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    data_dir: str
    listen: str
    """HOST:PORT where it listened last."""
    shown: str = ""
    """The address for others, as it was made last."""
    is_kept: bool = False
    """Whether a process keeps the way to that address open, and notes the latest one."""
    is_named: bool = False
    """Whether that address was named by the user, who knows why."""


class RecentSession(BaseModel):
    """A session, and the person that the user was in it."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    session_id: str
    title: str
    link: str
    """Without an invite."""
    username: str
    user_id: str | None = None
    role: str | None = None
    last_joined: datetime
    own: OwnServer | None = None
    other_links: tuple[str, ...] = ()
    """Its links at other addresses, such as the one that others use."""

    def is_at(self, link: SessionLink) -> bool:
        """Whether a link leads to this session."""
        return bare(link) in {self.link, *self.other_links}


_ENTRIES: Final = TypeAdapter(tuple[RecentSession, ...])


def bare(link: SessionLink) -> str:
    """A link without its invite."""
    return str(replace(link, invite=None))


def server_of(session: RecentSession) -> str:
    """HOST:PORT of the session's server, for people."""
    try:
        return SessionLink.parse(session.link).address
    except LinkError:
        return session.link


def with_joined(known: Sequence[RecentSession], joined: RecentSession) -> tuple[RecentSession, ...]:
    """The sessions after one was joined, the latest first.

    What is known about the session's server stays, and so do its other links.
    """
    before = next((one for one in known if _is_same(one, joined)), None)
    if before is not None:
        is_host = before.own is not None and before.user_id is not None
        if is_host and joined.own is None and joined.user_id not in {None, before.user_id}:
            # The owner tried the session as somebody else, and comes back as its host.
            kept = ("username", "user_id", "role")
            joined = joined.model_copy(update={name: getattr(before, name) for name in kept})
        links = {*before.other_links, *joined.other_links, before.link} - {joined.link}
        joined = joined.model_copy(
            update={
                "own": joined.own or before.own,
                "user_id": joined.user_id or before.user_id,
                "role": joined.role or before.role,
                "other_links": tuple(sorted(links)[:MAX_LINKS]),
            }
        )
    others = (one for one in known if not _is_same(one, joined))
    return latest_first((joined, *others))[:MAX_RECENT]


def latest_first(sessions: Sequence[RecentSession]) -> tuple[RecentSession, ...]:
    """The sessions in the order in which they are listed."""
    return tuple(sorted(sessions, key=lambda one: one.last_joined, reverse=True))


def _is_same(one: RecentSession, other: RecentSession) -> bool:
    mine, theirs = {one.link, *one.other_links}, {other.link, *other.other_links}
    return one.session_id == other.session_id and bool(mine & theirs)


class RecentSessions:
    """The file of recent sessions. What cannot be kept is not; joining goes on nevertheless."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ

    def listed(self) -> tuple[RecentSession, ...]:
        """All of them, the latest first."""
        path = self._path()
        return () if path is None else _read(path)

    def find(self, link: SessionLink) -> RecentSession | None:
        """The session that a link leads to, if the user was in it."""
        return next((one for one in self.listed() if one.is_at(link)), None)

    def note(self, joined: RecentSession) -> None:
        """Keep a session that was joined or started."""
        self._change(lambda known: with_joined(known, joined))

    def forget(self, session_id: str) -> bool:
        """Forget a session; whether there was one."""
        is_known = any(one.session_id == session_id for one in self.listed())
        if is_known:
            self._change(lambda known: tuple(o for o in known if o.session_id != session_id))
        return is_known

    def _change(
        self, change: Callable[[tuple[RecentSession, ...]], tuple[RecentSession, ...]]
    ) -> None:
        path = self._path()
        if path is None:
            return
        try:
            make_private_folder(path.parent)
            with FileLock(path.with_suffix(".lock"), mode=0o600, timeout=_LOCK_SECONDS):
                entries = change(_read(path))
                replace_private(path, _ENTRIES.dump_json(entries, indent=1).decode() + "\n")
        except (OSError, Timeout) as error:
            _log.warning("the recent sessions cannot be kept: %s", type(error).__name__)

    def _path(self) -> Path | None:
        try:
            return user_folders.state_dir(self._environ) / _NAME
        except user_folders.NoHomeError:
            return None


def _read(path: Path) -> tuple[RecentSession, ...]:
    try:
        return _ENTRIES.validate_json(read_file(path)[0])
    except FileNotFoundError:
        return ()
    except (OSError, ValidationError, ValueError, RecursionError):
        _log.warning("%s cannot be read: no recent session is known", path)
        return ()
