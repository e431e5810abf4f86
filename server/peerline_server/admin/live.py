"""The live directory for commands: who is where, if there is a Redis that says so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

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
