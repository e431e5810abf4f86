"""The Redis of the nodes for commands: who is where, and the doorbell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from peerline_server.bus.base import EVERYBODY
from peerline_server.directory.base import DirectoryError, NodeEntry, SessionEntry
from peerline_server.settings import SettingsError, cluster_name, redis_url
from peerline_server.shared import make_redis


@dataclass(frozen=True, slots=True)
class Live:
    """The answer of the directory."""

    sessions: Mapping[str, SessionEntry] = field(default_factory=dict[str, SessionEntry])
    nodes: Sequence[NodeEntry] = ()
    missing: str | None = None
    """Why there is none, in a sentence; None if there is one."""


async def look_up(session_ids: Iterable[str]) -> Live:
    """The entries of these sessions, and the nodes that live."""
    try:
        url = redis_url()
        if not url:
            return Live(missing="PEERLINE_REDIS_URL is not set")
        directory = make_redis(url, cluster_name()).directory
    except SettingsError as error:
        return Live(missing=str(error))
    try:
        sessions = await directory.get_many(session_ids)
        return Live(sessions, await directory.nodes())
    except DirectoryError as error:
        return Live(missing=str(error))
    finally:
        await directory.close()


async def ring_everybody() -> None:
    """Tell all nodes that there is something in the database; without Redis they soon look.

    Raises:
        SettingsError: if the settings of Redis cannot be used.
    """
    url = redis_url()
    if not url:
        return
    link = make_redis(url, cluster_name()).link
    # Behind the settings: a command without Redis need not have its client.
    from peerline_server.bus.redis import ring_once  # noqa: PLC0415

    await ring_once(link, EVERYBODY)
