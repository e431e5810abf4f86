"""A hostile peer on the wire of the page's session, without our library."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

from websockets.sync.client import ClientConnection, connect

from peerline.protocol.links import SessionLink
from peerline.protocol.messages import ClientMessage
from tests.e2e.conftest import ServerProcess

TURNED: Final = "\u202egnp.exe\u2066\u200b\u2069\U000e0041"
SCRIPTS: Final = (
    "<script>window.harmed=1</script>",
    "<img src=x onerror=window.harmed=2>",
    "<svg/onload=window.harmed=3>",
    "[click](javascript:window.harmed=4)",
    "![x](http://evil.test/x.png)",
    "**`</code><iframe srcdoc='<script>parent.harmed=5</script>'>`**",
    "{{constructor.constructor('window.harmed=6')()}}",
    "<style>*{display:none}</style>",
    '"><base href=//evil.test><form action=//evil.test>',
)
LONG: Final = "W" * 7_000


class HostilePeer:
    """The socket of the peer."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._requests = 0
        self.frames: list[str | bytes] = []

    def send(self, message: ClientMessage) -> dict[str, Any]:
        """Send a message; the answer to it."""
        return self.ask(message.model_dump(mode="json", exclude_none=True))

    def ask(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The same, of what may be no message."""
        self._requests += 1
        wanted = f"r{self._requests}"
        self._socket.send(json.dumps({**fields, "request_id": wanted}))
        while True:
            answer = self.receive()
            if answer.get("request_id") == wanted:
                return answer

    def tell(self, message: ClientMessage) -> None:
        """Send a message, without waiting for the answer."""
        self._socket.send(message.model_dump_json(exclude_none=True))

    def receive(self, kind: str | None = None) -> dict[str, Any]:
        """The next message, of this type if one is given."""
        while True:
            message = self._socket.recv(60)
            self.frames.append(message)
            if isinstance(message, str):
                found = json.loads(message)
                if kind in {None, found["type"]}:
                    return found


@contextmanager
def hostile_peer(server: ServerProcess, username: str) -> Generator[HostilePeer]:
    """An editor of this name in the session."""
    invite = SessionLink.parse(server.invite("editor")).invite
    with connect(f"ws://{server.address}/ws/session/{server.session}", max_size=None) as socket:
        join = {
            "type": "join_session",
            "session_id": server.session,
            "invite": invite,
            "username": username,
        }
        socket.send(json.dumps(join))
        peer = HostilePeer(socket)
        assert peer.receive()["type"] == "connected"
        yield peer
