"""Tokens that were revoked before they expired. Pure."""

from collections.abc import Iterable
from datetime import datetime

from peerline_server.auth.tokens import Identity
from peerline_server.core.records import Revocation


class Revocations:
    """The revocations: for each user the latest moment, and token ids."""

    def __init__(self) -> None:
        self._token_ids: set[str | None] = set()
        self._issued_before: dict[str, datetime] = {}

    def add(self, revocations: Iterable[Revocation]) -> None:
        """Take more of them in; in any order, and twice does no harm."""
        for revocation in revocations:
            if revocation.token_id is not None:
                self._token_ids.add(revocation.token_id)
            user_id, moment = revocation.user_id, revocation.issued_before
            if user_id is not None and moment is not None:
                known = self._issued_before.get(user_id, moment)
                self._issued_before[user_id] = max(known, moment)

    def covers(self, identity: Identity) -> bool:
        """Whether the token that somebody signed in with is revoked."""
        # Nobody's agents are left when their owner was signed out.
        agent = identity.agent
        tokens = {identity.token_id, None if agent is None else agent.made_by}
        if not self._token_ids.isdisjoint(tokens):
            return True
        owners = [] if agent is None else [agent.owner_id]
        moments = [self._issued_before.get(user_id) for user_id in (identity.user_id, *owners)]
        return any(moment is not None and identity.issued_at < moment for moment in moments)
