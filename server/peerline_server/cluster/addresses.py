"""The address at which this server listens, and at which the other nodes reach it."""

from typing import Final

from peerline_server.settings import Settings, SettingsError

_EVERYWHERE: Final = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - only compared


def node_address(settings: Settings, listens_at: str) -> str:
    """HOST:PORT for the other nodes, from the settings or where this one listens.

    Raises:
        SettingsError: if it listens everywhere, which is no address that others can call.
    """
    if settings.node_address:
        return settings.node_address
    if settings.database_url and settings.host in _EVERYWHERE:
        raise SettingsError(
            f"PEERLINE_NODE_ADDRESS must be set, since this server listens at {settings.host!r}: "
            "the other servers on the database need a HOST:PORT at which they reach it"
        )
    return listens_at


def listening_address(host: str, port: int) -> str:
    """HOST:PORT, or nothing for a port that is yet to be found."""
    if port == 0:
        return ""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
