"""The steps of a server's end that others need not know: each has its time."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final

from peerline.logs import describe
from peerline.tasks import Tasks
from peerline_server.cluster.base import Cluster
from peerline_server.gateway.gateway import Gateway
from peerline_server.runtime.draining import spread
from peerline_server.runtime.hub import Hub

_log = logging.getLogger("peerline.server")
FINISH_SECONDS: Final = 2.0
"""For each of what is under way and the store, so that all of it ends within 10 seconds."""


async def hand_over(cluster: Cluster, gateway: Gateway, hub: Hub, seconds: float) -> None:
    """Let other nodes have the sessions, one after the other.

    Until the last has gone this one listens and answers 503: a port that is closed would be taken
    for a node that is gone, whose sessions others claim in the middle of a commit.
    """
    gateway.begin_drain()
    loaded = hub.begin_drain()
    await within(FINISH_SECONDS, cluster.begin_drain(loaded))
    steps = dict.fromkeys(loaded, hub.let_go)
    steps |= dict.fromkeys(gateway.passed_on(), gateway.cut)
    await spread(list(steps), lambda key: steps[key](key), seconds)


async def within(seconds: float, work: Coroutine[Any, Any, None]) -> bool:
    """Whether the work was done in time; it is left alone if not."""
    task = Tasks().share(work, "stop")
    done, _ = await asyncio.wait([task], timeout=seconds)
    if not done:
        _log.error("something did not end in time: it is left behind")
        return False
    if (error := task.exception()) is not None:
        _log.error("something did not end well: %s", describe(error))
        return False
    return True


async def both(*work: Coroutine[Any, Any, None]) -> None:
    """Do all of it at once."""
    await asyncio.gather(*work)
