"""Preparations for the first client, made once the server listens, so no start waits for them."""

import asyncio
import gc
from importlib import import_module

from peerline.protocol.messages import build_steps


async def prepare_first_use() -> None:
    """Make them, a step in each turn of the event loop."""
    import_module("jwt")  # which `auth.tokens` needs, too late for a start
    for _ in build_steps():
        await asyncio.sleep(0)
    # What was imported stays: a full collection need not walk through it, which takes long enough
    # to be seen in the latency.
    gc.collect()
    gc.freeze()
