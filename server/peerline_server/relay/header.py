"""The header by which one node tells another whose socket it passes on. Pure.

`X-Peerline-Relay: <expires>.<node>.<client address>.<signature>`. The signature is for one
handshake (its key and target) and for one node, and counts once, so that a header that was seen on
its way is of no use to anybody.
"""

import hmac
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

RELAY_HEADER: Final = "X-Peerline-Relay"
NODE_HEADER: Final = "X-Peerline-Node"
"""In each answer: the id of the node that gives it."""
STATE_HEADER: Final = "X-Peerline-State"
"""In an answer 503: why the node takes no sockets, if it is one of these."""
DRAINING: Final = "draining"
CUT_OFF: Final = "cut-off"
NOT_OWNER: Final = "this node does not own the session"
"""The reason with which a node closes a socket that was passed on to it by mistake."""
LIFETIME_SECONDS: Final = 30.0
_AHEAD_SECONDS: Final = 2 * LIFETIME_SECONDS
"""A header that expires later than this was written by a clock that is far ahead."""
_PURPOSE: Final = "peerline relay 1"


class NotBelieved(Exception):  # noqa: N818 - the header may be a client's
    """The header proves nothing; the text says why, for the log."""


@dataclass(frozen=True, slots=True)
class PassedOn:
    """The origin of a socket that another node has passed on."""

    node_id: str
    """The node that the client is connected to."""
    address: str | None
    """The client's, to which limits apply."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """The handshake that a signature holds for."""

    key: str
    """`Sec-WebSocket-Key`: random, by the client."""
    target: str
    """The request target with its query."""


class Signer:
    """Writes and checks the header on one node."""

    def __init__(self, secret: bytes, node_id: str, now: Callable[[], float]) -> None:
        """All nodes have the same secret; `now` is the time of day in seconds."""
        self._secret = secret
        self._node_id = node_id
        self._now = now
        self._seen: OrderedDict[str, float] = OrderedDict()
        """Signatures that were used, with when they expire, oldest first."""

    def header(self, to_node: str, address: str | None, handshake: Handshake) -> str:
        """The header's value for one handshake that is passed on to a node."""
        expires = str(round((self._now() + LIFETIME_SECONDS) * 1000))
        signed = (expires, self._node_id, address or "")
        return ".".join((*signed, self._signature(signed, to_node, handshake)))

    def check(self, value: str, handshake: Handshake) -> PassedOn:
        """The origin of a socket by its header, once.

        Raises:
            NotBelieved: if the header was not made for this handshake and this node, or is too old,
                or was used before.
        """
        expires, _, rest = value.partition(".")
        node_id, _, rest = rest.partition(".")
        address, _, signature = rest.rpartition(".")
        expected = self._signature((expires, node_id, address), self._node_id, handshake)
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            raise NotBelieved("its signature is wrong")
        now = self._now()
        left = int(expires) / 1000 - now
        if not 0 < left < _AHEAD_SECONDS:
            raise NotBelieved(f"it expires in {left:.0f} s: the clocks of the nodes differ")
        self._forget(now)
        if signature in self._seen:
            raise NotBelieved("it was used before")
        self._seen[signature] = now + left
        return PassedOn(node_id, address or None)

    def _signature(self, signed: tuple[str, str, str], to_node: str, handshake: Handshake) -> str:
        # No part can hold a line break.
        text = "\n".join((_PURPOSE, *signed, to_node, handshake.key, handshake.target))
        return hmac.digest(self._secret, text.encode("utf-8", "surrogateescape"), "sha256").hex()

    def _forget(self, now: float) -> None:
        """Forget what has expired; a few that expire earlier may wait behind others."""
        while self._seen:
            signature, expires = next(iter(self._seen.items()))
            if expires > now:
                return
            del self._seen[signature]
