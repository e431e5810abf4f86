"""Calls the node that owns a session, and passes a client's socket on to it."""

import asyncio
import logging
import socket
from dataclasses import dataclass
from typing import Final

from peerline.protocol.errors import CloseCode
from peerline_server.cluster.places import Elsewhere, Found
from peerline_server.relay.call import Call, CallEndedError
from peerline_server.relay.handshake import (
    Answer,
    answer_in,
    handshake_of,
    head_to_send,
    is_owner,
)
from peerline_server.relay.header import Signer
from peerline_server.transport.base import Opening, WebSocket
from peerline_server.transport.frames import client_text_frame

_log = logging.getLogger("peerline.server.relay")
_NAMES: Final = (
    "give each node a PEERLINE_NODE_ADDRESS that all others can resolve, or an IP address"
)
CALL_SECONDS: Final = 1.0
"""From the call of a node to its answer to the handshake."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A client whose session may be on another node."""

    socket: WebSocket
    """With its handshake, and held from reading."""
    address: str | None
    """The client's, to which limits apply."""
    join: bytes | None
    """The message with which it joins, unless the handshake does."""


class Relay:
    """The sockets of one node whose sessions are on others."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        signer: Signer,
        *,
        join_seconds: float,
        call_seconds: float = CALL_SECONDS,
    ) -> None:
        """A node has `call_seconds` for its answer, and then `join_seconds` for a first message."""
        self._loop = loop
        self.signer = signer
        self._join_seconds = join_seconds
        self._call_seconds = call_seconds
        self._calls: dict[str, Call] = {}

    async def pass_on(self, client: Arrival, to: Elsewhere) -> Found:
        """Call the owner of the client's session, and pass the socket on to it if it is there."""
        opening = client.socket.opening
        if opening is None:
            raise RuntimeError("the handshake of the socket was not kept")
        call = self._calls[client.socket.id] = Call(self._loop)
        try:
            found = await self._found(call, client, opening, to)
            # Of a client that has gone nobody knows what its owner would have answered.
            return Found.SILENT if call.is_given_up else found
        finally:
            del self._calls[client.socket.id]
            call.end()

    def give_up(self, socket_id: str) -> None:
        """The client has gone, perhaps while the owner of its session is called."""
        if (call := self._calls.get(socket_id)) is not None:
            call.give_up()

    async def _found(self, call: Call, client: Arrival, opening: Opening, to: Elsewhere) -> Found:
        handshake = handshake_of(opening)
        relay = self.signer.header(to.node_id, client.address, handshake)
        try:
            async with asyncio.timeout(self._call_seconds):
                answer = await _answer(call, to.address, head_to_send(opening, relay))
        except (ConnectionError, CallEndedError, ValueError, OverflowError) as error:
            return _was(Found.GONE, to, type(error).__name__)
        except socket.gaierror:
            # It says nothing of the node: names of nodes that start or drain may not be known.
            _log.error(
                "the name in the address %s of a node is not known here; %s", to.address, _NAMES
            )
            return _was(Found.SILENT, to, "gaierror")
        except OSError as error:  # a time-out is one, too
            return _was(Found.SILENT, to, type(error).__name__)
        found = answer.found(to.node_id)
        if found is not Found.THERE:
            return _was(found, to, f"{answer.status} {answer.state}")
        if not answer.chose_as(opening):
            _log.error(
                "node %s chose other extensions or another subprotocol for a client than this one: "
                "all nodes must have the same settings",
                to.node_id,
            )
            client.socket.close(CloseCode.SERVICE_RESTART, "the session is on another node")
            return Found.THERE
        if client.join is not None:
            call.write(client_text_frame(client.join))
        try:
            async with asyncio.timeout(self._join_seconds):
                while (is_there := is_owner(call.data)) is None:
                    await call.more()
            if not is_there:
                return _was(Found.NOT_OWNER, to, "1013")
            client.socket.pass_on(call.take(), call.data)
        except (TimeoutError, CallEndedError) as error:
            return _was(Found.SILENT, to, type(error).__name__)
        return Found.THERE


async def _answer(call: Call, address: str, head: bytes) -> Answer:
    """The node's answer to a handshake; what comes after it is left in `call.data`."""
    await call.dial(address)
    call.write(head)
    while (found := answer_in(call.data)) is None:
        await call.more()
    answer, call.data = found
    return answer


def _was(found: Found, to: Elsewhere, reason: str) -> Found:
    _log.info("node %s at %s: %s (%s)", to.node_id, to.address, found.value, reason)
    return found
