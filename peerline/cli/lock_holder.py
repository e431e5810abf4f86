"""The server that has a data directory: the process that holds the lock of its database."""

from pathlib import Path

from peerline.runfile import noted_server
from peerline_server.store.folder import DATABASE
from peerline_server.store.lock import find_holder


def server_holder(data_dir: Path) -> tuple[int, str] | None:
    """The process that has a data directory as a server, and its address; None if none has it."""
    return find_holder(data_dir / DATABASE)


def server_pid(data_dir: Path) -> int | None:
    """The id of the process that has a data directory as a server; None if none has it."""
    holder = server_holder(data_dir)
    return None if holder is None else holder[0]


def server_address(data_dir: Path) -> str | None:
    """The noted address of the server that has a data directory; None if none has it.

    The id of a server that was killed may be another process' by now, but not its lock.
    """
    noted = noted_server(data_dir)
    if noted is None:
        return None
    address, pid = noted
    return address if server_pid(data_dir) == pid else None
