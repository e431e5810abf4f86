"""The handshake that is passed on, and its answer. Pure."""

from dataclasses import dataclass
from typing import Final

from peerline.protocol.errors import CloseCode
from peerline_server.cluster.places import Found
from peerline_server.relay.header import (
    CUT_OFF,
    DRAINING,
    NODE_HEADER,
    NOT_OWNER,
    RELAY_HEADER,
    STATE_HEADER,
    Handshake,
)
from peerline_server.transport.base import Opening

_LINE: Final = b"\r\n"
_END: Final = b"\r\n\r\n"
MAX_ANSWER_BYTES: Final = 16 * 1024
"""Of the head of an answer; another program may answer anything."""
_SWITCHING: Final = 101
_UNAVAILABLE: Final = 503
_reason: Final = NOT_OWNER.encode()
_NOT_OWNER_FRAME: Final = (
    bytes((0x88, 2 + len(_reason))) + int(CloseCode.TRY_AGAIN_LATER).to_bytes(2, "big") + _reason
)
"""The first frame of a node that does not own the session (RFC 6455, section 5.5.1)."""


def handshake_of(opening: Opening) -> Handshake:
    """The part of a handshake that the header is signed for."""
    lines = opening.head.split(_LINE)
    target = lines[0].split(b" ")[1].decode("ascii", "surrogateescape")
    keys = [value for name, value in map(_field, lines[1:]) if name == "sec-websocket-key"]
    return Handshake("".join(keys), target)


def head_to_send(opening: Opening, relay: str) -> bytes:
    """The client's head with the header of the relay; one of that name from the client goes."""
    first, *lines = opening.head.removesuffix(_END).split(_LINE)
    name = RELAY_HEADER.lower()
    kept = [line for line in lines if _field(line)[0] != name]
    return _LINE.join((first, *kept, f"{RELAY_HEADER}: {relay}".encode())) + _END


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an answer."""

    status: int
    node_id: str
    state: str
    extensions: str
    subprotocol: str

    def found(self, node_id: str) -> Found:
        """The state of the node that was called, by its answer."""
        if self.node_id != node_id:
            return Found.GONE
        if self.status == _SWITCHING:
            return Found.THERE
        if self.status == _UNAVAILABLE and self.state == DRAINING:
            return Found.DRAINING
        if self.status == _UNAVAILABLE and self.state == CUT_OFF:
            return Found.CUT_OFF
        return Found.SILENT

    def chose_as(self, opening: Opening) -> bool:
        """Whether the client's frames mean the same to both nodes."""
        return (self.extensions, self.subprotocol) == (opening.extensions, opening.subprotocol)


def answer_in(data: bytes) -> tuple[Answer, bytes] | None:
    """The answer, and what comes after it; None until it is whole.

    Raises:
        ValueError: if it is no answer to a handshake.
    """
    end = data.find(_END)
    if end < 0:
        if len(data) > MAX_ANSWER_BYTES:
            raise ValueError("its head is too long")
        return None
    first, *lines = data[:end].split(_LINE)
    version, _, rest = first.partition(b" ")
    status = rest.partition(b" ")[0]
    if not version.startswith(b"HTTP/1.") or not status.isdigit():
        raise ValueError("it is not HTTP")
    fields = dict(map(_field, lines))
    answer = Answer(
        int(status),
        fields.get(NODE_HEADER.lower(), ""),
        fields.get(STATE_HEADER.lower(), ""),
        fields.get("sec-websocket-extensions", ""),
        fields.get("sec-websocket-protocol", ""),
    )
    return answer, data[end + len(_END) :]


def is_owner(data: bytes) -> bool | None:
    """Whether the first frame is another one than "not the owner"; None if more must come."""
    if data.startswith(_NOT_OWNER_FRAME):
        return False
    return None if _NOT_OWNER_FRAME.startswith(data) else True


def _field(line: bytes) -> tuple[str, str]:
    name, _, value = line.partition(b":")
    return name.decode("latin-1").strip().lower(), value.decode("latin-1").strip()
