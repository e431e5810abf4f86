"""Decodes the rows of a long answer in slices, between which the event loop serves others."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeVar

SLICE_SECONDS: Final = 0.001
"""Decoding 200 messages takes some 10 to 100 ms, for which nobody's message is to wait."""
REST: Final = 3.0
"""Times as long as a slice took, the loop then rests from the answer: the thread that writes needs
the interpreter's lock in between, several times for a commit."""
LOADING_REST: Final = 0.5
"""The same while a session is loaded, for which those who join wait."""
MAX_REST_SECONDS: Final = 0.03
"""A slice that took long was one large row, or a machine that had no time for the server: a longer
rest would only make it later."""
_Row = TypeVar("_Row")
_Item = TypeVar("_Item")


async def rest_after(
    seconds: float, *, rest: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Leave the loop to others after work that took a time and cannot be cut into slices."""
    await rest(min(REST * seconds, MAX_REST_SECONDS) if seconds >= SLICE_SECONDS else 0.0)


async def in_slices(
    rows: Iterable[_Row],
    decode: Callable[[_Row], _Item],
    *,
    rests: float = REST,
    clock: Callable[[], float] = time.perf_counter,
    rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> list[_Item]:
    """Decode all rows, in their order; `rests` is in place of `REST`."""
    found: list[_Item] = []
    began = clock()
    for row in rows:
        found.append(decode(row))
        spent = clock() - began
        if spent >= SLICE_SECONDS:
            await rest(min(rests * spent, MAX_REST_SECONDS))
            began = clock()
    return found
