"""`python -m benchmarks.hostile.flooder`: a process that floods from some sockets until it is told.

It is given its flood's name, the number of sockets, the server's address, the session, and the path
and token to join with. A socket that the server ends is opened again at once. When standard input
ends it prints how its sockets ended.
"""

import json
import os
import select
import selectors
import socket
import sys
from collections import Counter
from contextlib import suppress
from typing import Final

from benchmarks.hostile.floods import FLOODS
from benchmarks.wire import CLOSE, handshake

_READ_BYTES: Final = 256 * 1024
_KEPT_BYTES: Final = 256
_EXTENSIONS: Final = "Sec-WebSocket-Extensions: permessage-deflate\r\n"
_TIMEOUT: Final = 15.0
_WELCOME_BYTES: Final = 250
"""Fewer than any snapshot has, compressed, and more than a refusal."""


class Flooder:
    """One socket."""

    def __init__(self, address: str, request: bytes, *, joins: bool) -> None:
        host, _, port = address.rpartition(":")
        self.socket = socket.create_connection((host, int(port)), _TIMEOUT)
        self.socket.sendall(request)
        seen = b""
        # What tells that it has joined may be compressed: it is the first long message.
        while len(seen.partition(b"\r\n\r\n")[2]) < (_WELCOME_BYTES if joins else 0) or (
            b"\r\n\r\n" not in seen
        ):
            data = self.socket.recv(_READ_BYTES)
            if not data:
                raise ConnectionError(seen.decode(errors="replace"))
            seen += data
        self.socket.settimeout(0)
        self.at = 0
        self.tail = b""

    def how_it_ended(self) -> str:
        """The code of the close frame that came last, or that none came."""
        for start in range(len(self.tail) - 1):
            first, size = self.tail[start : start + 2]
            if first == 0x80 | CLOSE and start + 2 + size == len(self.tail):
                return str(int.from_bytes(self.tail[start + 2 : start + 4], "big"))
        return "reset"


def main() -> int:
    """Flood; the process' exit code."""
    name, count, address, session, path, token = sys.argv[1:]
    flood = next(flood for flood in FLOODS if flood.name == name)
    block = memoryview(flood.block(session))
    request = handshake(address, path, token or None)
    request = request.removesuffix(b"\r\n") + _EXTENSIONS.encode() + b"\r\n"
    ended: Counter[str] = Counter()
    selector = selectors.DefaultSelector()

    def begin() -> None:
        try:
            flooder = Flooder(address, request, joins=flood.is_viewer)
        except OSError:
            ended["not accepted"] += 1
            return
        selector.register(flooder.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, flooder)

    for _ in range(int(count)):
        begin()
    print("ready", flush=True)
    sent = 0
    while not select.select([sys.stdin], [], [], 0)[0]:
        for key, events in selector.select(0.1):
            flooder: Flooder = key.data
            try:
                if events & selectors.EVENT_READ:
                    data = flooder.socket.recv(_READ_BYTES)
                    if not data:
                        raise ConnectionResetError
                    flooder.tail = (flooder.tail + data)[-_KEPT_BYTES:]
                if events & selectors.EVENT_WRITE:
                    done = flooder.socket.send(block[flooder.at :])
                    flooder.at = (flooder.at + done) % len(block)
                    sent += done
            except BlockingIOError:
                continue
            except OSError:
                ended[flooder.how_it_ended()] += 1
                selector.unregister(flooder.socket)
                flooder.socket.close()
                begin()
    print(json.dumps({"ended": ended, "alive": len(selector.get_map()), "sent": sent}), flush=True)
    with suppress(OSError):
        selector.close()
    os._exit(0)  # unsent bytes do not matter


if __name__ == "__main__":
    sys.exit(main())
