"""The invites of one session, as they were when somebody last joined with them."""

import asyncio

from peerline_server.core.records import StoredInvite
from peerline_server.runtime.context import Context
from peerline_server.store.base import Store


class InviteLookups:
    """All who come at once with a link share one look into the store."""

    def __init__(self, session_id: str, context: Context, store: Store) -> None:
        self._session_id = session_id
        self._context = context
        self._store = store
        self._invites: dict[str, asyncio.Task[StoredInvite | None]] = {}

    async def find(self, code_hash: str) -> StoredInvite | None:
        """The invite with this hash, perhaps as it was a while ago: its use decides."""
        lookup = self._invites.get(code_hash)
        if lookup is None:
            lookup = self._context.tasks.share(
                self._store.find_invite(self._session_id, code_hash), "find an invite"
            )
            self._invites[code_hash] = lookup
        found: StoredInvite | None = None
        try:
            found = await asyncio.shield(lookup)
        finally:
            if found is None:
                self._invites.pop(code_hash, None)
        return found

    def forget(self, code_hash: str) -> None:
        """The invite was revoked: look at it again."""
        self._invites.pop(code_hash, None)

    def forget_all(self) -> None:
        """Some may have changed: look at each again."""
        self._invites.clear()
