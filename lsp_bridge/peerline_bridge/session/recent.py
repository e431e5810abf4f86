"""The recent sessions as the bridge uses them: noted at each join, found again by their link."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from peerline.client import Client
from peerline.protocol.editor.session import EditorRecentSession
from peerline.protocol.errors import ErrorCode
from peerline.protocol.links import LinkError, ServerPlace, SessionLink
from peerline.reach.notes import read_kept
from peerline.recent_sessions import RecentSession, RecentSessions, bare, server_of
from peerline_bridge import sanitize
from peerline_bridge.errors import CommandRefused
from peerline_bridge.session import own_server
from peerline_bridge.session.session_client import SessionClient

_ELSEWHERE: Final = frozenset(
    {
        ErrorCode.AUTH_REQUIRED,
        ErrorCode.SESSION_NOT_FOUND,
        ErrorCode.TOKEN_EXPIRED,
        ErrorCode.TOKEN_INVALID,
        "UNREACHABLE",
    }
)
"""The refusals of a server that does not have the session, or of none."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Way:
    """How a session is joined."""

    link: SessionLink
    token: str | None = None
    """Of the user on their own server, if it had to be asked for."""
    is_fresh: bool = False
    """Whether the own server was asked just now."""


class Recents:
    """The recent sessions of this user."""

    def __init__(self, store: RecentSessions, now: Callable[[], datetime] = _now) -> None:
        self._store = store
        self._now = now

    def find(self, link: SessionLink) -> RecentSession | None:
        """The session that a link leads to, if the user was in it."""
        return self._store.find(link)

    def place_for_others(self, link: SessionLink) -> ServerPlace:
        """The server of a session as others reach it, which is not always as the user does."""
        known = self.find(link)
        own = None if known is None else known.own
        shown = own.shown if own is not None and link.server.is_loopback else ""
        if own is not None and own.is_kept:
            # A program that was started again may have got another address.
            kept = read_kept(Path(own.data_dir))
            shown = "" if kept is None else kept.address or shown
        try:
            return ServerPlace.parse(shown) if shown else link.server
        except LinkError:
            return link.server

    def name_for(self, link: SessionLink) -> str | None:
        """The name of the person that the user comes back as by a link without an invite."""
        known = None if link.invite is not None else self.find(link)
        return None if known is None else known.username

    def may_be_elsewhere(self, link: SessionLink, tried: Way, refused: CommandRefused) -> bool:
        """Whether the own server of a session may listen elsewhere than where it was tried."""
        known = self.find(link)
        is_own = known is not None and known.own is not None
        return is_own and not tried.is_fresh and refused.code in _ELSEWHERE

    def joined(self, session: SessionClient) -> None:
        """Note a session that the user has joined."""
        self.joined_as(session.client, session.link, session.username)

    def joined_as(self, client: Client, link: SessionLink, username: str) -> None:
        """Note the session of a client that has joined by a link."""
        replica = client.replica
        if replica.session is None or replica.connected is None:
            return
        user = replica.connected.user
        self._store.note(
            RecentSession(
                session_id=replica.session.id,
                title=replica.session.title,
                link=bare(link),
                username=username,
                user_id=user.id,
                role=user.role.value,
                last_joined=self._now(),
            )
        )

    def listed(self) -> list[EditorRecentSession]:
        """The sessions as an editor lists them, the latest first."""
        return [
            EditorRecentSession(
                session_id=one.session_id,
                title=sanitize.line(one.title),
                server=server_of(one),
                link=one.link,
                last_joined=one.last_joined.isoformat(),
                is_own=one.own is not None,
            )
            for one in self._store.listed()
        ]

    def forget(self, session_id: str) -> bool:
        """Forget a session; whether there was one."""
        return self._store.forget(session_id)

    async def way(self, link: SessionLink, username: str, *, ask: bool = False) -> Way:
        """How to join the session of a link: on an own server that is started if need be.

        Args:
            link: of any session.
            username: of the user. Somebody with another name is not the user who was there.
            ask: whether the own server is asked even if something answers at the address.

        Raises:
            CommandRefused: if the own server does not start.
        """
        known = self.find(link)
        if known is None or known.own is None:
            return Way(link)
        at = SessionLink.parse(known.link)
        if not ask and await own_server.answers(at):
            return Way(replace(at, invite=link.invite))
        found, token = await own_server.go_on(known)
        is_known = username == known.username
        return Way(replace(found, invite=link.invite), token if is_known else None, is_fresh=True)

    async def revived(self, link: SessionLink, username: str) -> Way | None:
        """Start the own server of a session again, if it was killed; None if it was not.

        Raises:
            CommandRefused: if it does not start.
        """
        known = self.find(link)
        if known is None or not own_server.was_killed(known) or await own_server.answers(link):
            return None
        return await self.way(link, username, ask=True)
