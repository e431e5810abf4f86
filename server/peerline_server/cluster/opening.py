"""Makes the cluster that a database has; the only module that names an implementation."""

from collections.abc import Callable

from peerline_server.cluster.alone import Alone
from peerline_server.cluster.base import Cluster
from peerline_server.node_metrics import NodeMetrics
from peerline_server.store.opening import is_postgres


def make_cluster(
    database_url: str,
    *,
    lease_seconds: float,
    ring: Callable[[str], None] | None = None,
    metrics: NodeMetrics | None = None,
) -> Cluster:
    """The nodes on a Postgres database; a data directory has one server.

    `ring` tells the node of an id that a letter waits for it.
    """
    if not is_postgres(database_url):
        return Alone()
    # A server on SQLite need not have asyncpg; opening the store has told if it lacks.
    from peerline_server.cluster.postgres import PostgresCluster  # noqa: PLC0415
    from peerline_server.store.postgres_connection import PostgresUrl  # noqa: PLC0415

    where = PostgresUrl(database_url)
    return PostgresCluster(where, lease_seconds=lease_seconds, ring=ring, metrics=metrics)
