"""A node that ends lets go of its sessions one after the other, evenly over a time."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from peerline.tasks import Tasks

COME_BACK_SECONDS: Final = (0.0, 0.5)
"""Between these, each client of a session that was let go of is told to come back."""
FINISH_SECONDS: Final = 3.0
"""For the last ones, after that time."""


def come_back_seconds() -> float:
    """The seconds after which one client comes back: others of its session have other ones."""
    least, most = COME_BACK_SECONDS
    return round(least + random.random() * (most - least), 3)  # noqa: S311 - no secret


async def spread(
    keys: Sequence[str], let_go: Callable[[str], Awaitable[None]], seconds: float
) -> None:
    """Let go of each, evenly over the time; one that takes long holds up nobody."""
    tasks = Tasks()
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def one(key: str) -> None:
        await let_go(key)

    for number, key in enumerate(keys):
        due = began + seconds * number / len(keys)
        await asyncio.sleep(max(0.0, due - loop.time()))
        tasks.spawn(one(key), "let go of a session")
    try:
        async with asyncio.timeout(FINISH_SECONDS):
            await tasks.finish()
    except TimeoutError:
        await tasks.close()
