"""Makes the relay of a node, where there are others."""

import asyncio
import time

from peerline_server.cluster.base import Cluster
from peerline_server.relay.header import NODE_HEADER, Signer
from peerline_server.relay.relay import Relay
from peerline_server.settings import Settings


def make_relay(
    cluster: Cluster, secret: bytes, settings: Settings, loop: asyncio.AbstractEventLoop
) -> Relay | None:
    """The relay of this node; None if it is alone."""
    if not cluster.node_id:
        return None
    signer = Signer(secret, cluster.node_id, time.time)
    return Relay(loop, signer, join_seconds=settings.auth_timeout_seconds)


def node_headers(cluster: Cluster) -> tuple[tuple[str, str], ...]:
    """The headers of each answer that tell which node gives it."""
    return ((NODE_HEADER, cluster.node_id),) if cluster.node_id else ()
