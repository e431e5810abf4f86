"""The links that have brought as many guests as one may: a sentence for hosts, once each. Pure."""

from peerline.protocol.moderation import Moderation


class FullLinks:
    """The links of one session that hosts were told about."""

    def __init__(self) -> None:
        self._told: frozenset[str] = frozenset()

    def news(self, moderation: Moderation | None) -> list[str]:
        """A sentence for each link that has become full since the last call."""
        if moderation is None:
            return []  # not known now, as while the connection is away
        full = [link for link in moderation.invites if link.is_full]
        new = [link for link in full if link.id not in self._told]
        self._told = frozenset(link.id for link in full)
        return [
            f"A link for {link.role}s has brought {link.guests} guests and takes no more. "
            "Revoke it if you did not expect as many, or create another to invite more people."
            for link in new
        ]
