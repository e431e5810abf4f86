"""The parts that nodes share beside their database: the doorbell and the directory in Redis."""

from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from peerline_server.bus.base import Bell
from peerline_server.bus.memory import MemoryBell
from peerline_server.cluster.base import Cluster
from peerline_server.directory.base import Directory, NodeEntry, SessionEntry
from peerline_server.directory.writer import DirectoryWriter
from peerline_server.settings import SettingsError

if TYPE_CHECKING:
    from peerline_server.redis_link import RedisLink

_VERSION: Final = version("peerline")


@dataclass(frozen=True, slots=True)
class RedisParts:
    """The parts in a Redis, and the link to it."""

    bell: Bell
    directory: Directory
    link: "RedisLink"


class Shared:
    """A node's part in them. Without Redis nobody is rung at, and nothing is written."""

    def __init__(self) -> None:
        self._bell: Bell = MemoryBell()
        self._redis: RedisParts | None = None
        self._writer: DirectoryWriter | None = None

    def use(self, url: str, cluster: str) -> None:
        """Share by the Redis of this URL, unless it is empty.

        Raises:
            SettingsError: if the package is missing, or the URL makes no sense.
        """
        if url:
            self._redis = make_redis(url, cluster)
            self._bell = self._redis.bell

    def is_up(self) -> bool | None:
        """Whether Redis works; None without one."""
        return None if self._redis is None else self._redis.link.is_up

    def ring(self, node_id: str) -> None:
        """Tell a node that a letter waits for it."""
        self._bell.ring(node_id)

    async def start(
        self,
        cluster: Cluster,
        address: str,
        sessions: Callable[[str], Mapping[str, SessionEntry]],
        connections: Sized,
        send_away: Callable[[], None],
    ) -> None:
        """Listen to the doorbell, and write this node and its sessions into the directory.

        `send_away` is called while this node does not reach its database and another one does.
        """
        self._bell.subscribe(cluster.node_id, cluster.rung)
        await self._bell.start()
        if self._redis is None:
            return

        def node(session_count: int) -> NodeEntry:
            return NodeEntry(
                node_id=cluster.node_id,
                address=address,
                version=_VERSION,
                connections=len(connections),
                sessions=session_count,
                has_database=not cluster.is_cut_off,
            )

        directory = self._redis.directory
        self._writer = DirectoryWriter(
            directory, lambda: sessions(cluster.node_id), node, send_away
        )
        self._writer.start()

    async def stop(self) -> None:
        """Take this node's sessions out of the directory, and disconnect."""
        await self._bell.stop()
        if self._writer is not None:
            await self._writer.stop()


def make_redis(url: str, cluster: str) -> RedisParts:
    """The doorbell and the directory of a cluster in the Redis of this URL.

    Raises:
        SettingsError: if the package is missing, or the URL makes no sense.
    """
    try:
        # A server without Redis need not have its client.
        from peerline_server.bus.redis import RedisBell  # noqa: PLC0415
        from peerline_server.directory.redis import RedisDirectory  # noqa: PLC0415
        from peerline_server.redis_link import RedisLink  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "redis":
            raise
        raise SettingsError(
            "PEERLINE_REDIS_URL needs the package redis; "
            "install it with pip install 'peerline[redis]'"
        ) from None
    link = RedisLink(url, cluster)
    try:
        link.client()
    except ValueError:
        # Not its text: it may name the password.
        raise SettingsError(
            "PEERLINE_REDIS_URL is not the URL of a Redis; "
            "it looks like redis://USER:PASSWORD@HOST:PORT/0"
        ) from None
    return RedisParts(RedisBell(link), RedisDirectory(link), link)
