"""Accepts TCP connections and makes a WebSocket of each."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final

from websockets.typing import Origin

from peerline_server.transport.base import MakeHandler, OutboxCounts, TransportLimits
from peerline_server.transport.turns import Turns
from peerline_server.transport.websocket import WebSocketTransport

_BACKLOG: Final = 1024


class WebSocketListener:
    """Implements `peerline_server.transport.base.Listener`."""

    def __init__(
        self,
        limits: TransportLimits,
        counts: OutboxCounts,
        *,
        origins: Sequence[str] = (),
        headers: Sequence[tuple[str, str]] = (),
        keeps_openings: bool = False,
    ) -> None:
        """Browsers of the `origins` may connect, and clients that send none.

        Each answer to a handshake has the `headers`. With `keeps_openings` sockets can be passed
        on.
        """
        self._limits = limits
        self._counts = counts
        self._origins: list[Origin | None] = [*map(Origin, origins), None]
        self._headers = headers
        self._keeps_openings = keeps_openings
        self._server: asyncio.Server | None = None

    async def listen(self, make_handler: MakeHandler, host: str, port: int) -> None:
        """Accept connections from now on, each with a handler of its own."""
        loop = asyncio.get_running_loop()
        turns = Turns(loop, time.perf_counter)
        self._server = await loop.create_server(
            lambda: WebSocketTransport(
                loop,
                make_handler,
                self._limits,
                origins=self._origins,
                headers=self._headers,
                turns=turns,
                counts=self._counts,
                keeps_openings=self._keeps_openings,
            ),
            host,
            port,
            backlog=_BACKLOG,
        )

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._server is not None, "not listening"
        return int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Accept no more connections; those that are there stay."""
        if self._server is not None:
            self._server.close()
