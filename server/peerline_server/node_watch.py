"""The figures of this node for its metrics, where it is one among others."""

from peerline_server.cluster.base import Cluster
from peerline_server.gateway.gateway import Gateway
from peerline_server.metrics import Metrics
from peerline_server.node_metrics import NodeFigures
from peerline_server.runtime.hub import Hub
from peerline_server.shared import Shared


def watch_node(
    metrics: Metrics, cluster: Cluster, hub: Hub, gateway: Gateway, shared: Shared
) -> None:
    """Ask for them whenever the metrics are read."""
    if not cluster.node_id:
        return
    metrics.node.figures = lambda: NodeFigures(
        owned_sessions=len(hub.loaded()),
        relayed_connections=len(gateway.passed_on()),
        lease_seconds_left=cluster.lease_seconds_left,
        has_database=not cluster.is_cut_off,
        is_draining=cluster.is_draining,
        has_redis=shared.is_up(),
    )
