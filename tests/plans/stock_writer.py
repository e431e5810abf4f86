"""A person in a plan whose program knows Yjs alone, by a stock y-websocket provider in Node."""

import asyncio
from typing import Any, Final

from peerline.protocol.limits import MIN_GUEST_KEY_CHARS
from tests.unit.server.documents.stock_provider import StockProvider

from .document_writer import Ledger
from .plan import Step

_REFUSED: Final = 4403
_BACKOFF_MS: Final = 200


class StockWriter:
    """A guest with a provider.

    A provider is refused once its document has another generation (PROTOCOL.md). Then it connects
    once more, so that the server takes what it still has, and another one is started.

    Args:
        url: The documents of the session.
        invite: The code of an invite for editors.
    """

    def __init__(self, url: str, invite: str, document_id: str, ledger: Ledger) -> None:
        self.text: str | None = None
        self._url = url
        self._params = {
            "invite": invite,
            "username": "Yves",
            "guest": "y" * MIN_GUEST_KEY_CHARS,
        }
        self._document_id = document_id
        self._ledger = ledger
        self._provider: StockProvider
        self._reading: asyncio.Task[None]
        self._refusals = 0

    async def begin(self) -> None:
        """Start a provider and wait for the text."""
        await self._start()
        self._reading = asyncio.create_task(self._read())

    async def take(self, step: Step) -> None:
        """Begin a step, unless the provider was refused and its successor is not there yet."""
        number = step.number
        if self.text is None or self._refusals:
            return
        match step.action:
            case "type":
                await self._do("write", at=number, text=self._ledger.write(1 + number % 3))
            case "delete":
                await self._do("erase", at=number, length=1 + number % 7)
            case "undo":
                await self._do("undo")
            case "away":
                await self._do("disconnect")
            case "back":
                await self.come_back()
            case action:
                raise ValueError(action)

    async def come_back(self) -> None:
        """Connect, if it is not connected."""
        await self._do("connect")

    def unquiet(self) -> list[str]:
        """The reasons why this program is not quiet yet."""
        return ["yves was refused"] if self.text is None or self._refusals else []

    async def close(self) -> None:
        """End the provider."""
        self._reading.cancel()
        await asyncio.wait([self._reading])
        await self._provider.stop()

    async def _start(self) -> None:
        self.text = None
        self._refusals = 0
        self._provider = await StockProvider.connect(
            self._url, self._document_id, params=self._params, max_backoff_ms=_BACKOFF_MS
        )

    async def _do(self, what: str, **fields: Any) -> None:
        await self._provider.do(what, **fields)

    async def _read(self) -> None:
        while True:
            event = await self._provider.step()
            match event["event"]:
                case "text":
                    self.text = event["text"]
                case "removed":
                    self._ledger.excused.update(event["text"])
                case "closed" if event["code"] == _REFUSED:
                    await self._refused()
                case _:
                    pass

    async def _refused(self) -> None:
        self._refusals += 1
        if self._refusals == 1:
            await self._do("connect")
            return
        await self._provider.stop()
        await self._start()
