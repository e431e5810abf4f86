"""The servers to measure, and how a client gets to one of their documents."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.documents.client import Way
from benchmarks.servers import PeerlineServer, RunningServer, ServerError, run_program
from peerline.client import Client, Credentials, LinkState
from peerline.protocol.errors import ErrorCode
from peerline.protocol.links import SessionLink

CACHE: Final = Path(__file__).parents[2] / ".cache" / "bench-documents"
USERS: Final = 10
_SETTINGS: Final = {
    # A recorded session is sent faster than anybody types.
    "PEERLINE_DOCUMENT_UPDATES_PER_SECOND": "1000000",
    "PEERLINE_DOCUMENT_BYTES_PER_SECOND": "1000000000",
    "PEERLINE_BYTES_PER_MINUTE_PER_USER": "100000000000",
    "PEERLINE_BYTES_PER_MINUTE_PER_ADDRESS": "100000000000",
    "PEERLINE_MESSAGES_PER_MINUTE": "1000000",
}


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs, and the ways to its documents."""

    server: RunningServer
    ways: Mapping[str, Sequence[Way]]
    """Of each document: one for each user."""


class OtherServer:
    """A server that keeps documents in memory and admits everybody."""

    def __init__(self, name: str, command: Sequence[str], *, has_names: bool = False) -> None:
        self.name = name
        self._command = command
        self._has_names = has_names

    @asynccontextmanager
    async def run(self, documents: Sequence[str]) -> AsyncGenerator[Running]:
        """Run it in the block, with empty documents of these names."""
        with tempfile.TemporaryDirectory() as directory:
            async with run_program(self._command, Path(directory) / "log") as server:
                ways = {name: [self._way(server, name)] * USERS for name in documents}
                yield Running(server, ways)

    def _way(self, server: RunningServer, name: str) -> Way:
        if self._has_names:
            return Way(server.address, "/", hocuspocus_name=name)
        return Way(server.address, f"/{name}")


class Peerline:
    """`peerline serve`, which has each update on the disk before anybody gets it."""

    name = "peerline"

    @asynccontextmanager
    async def run(self, documents: Sequence[str]) -> AsyncGenerator[Running]:
        """Run it in the block, with empty documents of these names."""
        with tempfile.TemporaryDirectory() as directory:
            prepared = await PeerlineServer.prepare(Path(directory), 1, USERS)
            (door,) = prepared.doors
            async with prepared.run(_SETTINGS) as server:
                invite = door.path.partition("?invite=")[2]
                link = SessionLink(server.address, door.session_id, invite=invite)
                ids = await _share(link, door.tokens[0] or "", documents)
                at = f"/ws/doc/{door.session_id}"
                ways = {
                    name: [
                        Way(server.address, f"{at}/{shared}?invite={invite}", token)
                        for token in door.tokens
                    ]
                    for name, shared in ids.items()
                }
                yield Running(server, ways)


async def _share(link: SessionLink, token: str, names: Sequence[str]) -> dict[str, str]:
    """Share an empty text under each name; the ids."""
    joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def on_state(state: LinkState, reason: str | None, _code: ErrorCode | None) -> None:
        if joined.done():
            return
        if state is LinkState.JOINED:
            joined.set_result(None)
        elif state is LinkState.CLOSED:
            joined.set_exception(ServerError(f"cannot join: {reason}"))

    credentials = Credentials(auth_token=token, invite=link.invite)
    client = Client(link, credentials, on_state=on_state)
    client.start()
    await joined
    ids = {name: (await client.documents.share(name, "")).id for name in names}
    await client.leave()
    return ids


def servers() -> list[Peerline | OtherServer]:
    """Peerline, and the others that are installed; missing ones are named."""
    found: list[Peerline | OtherServer] = [Peerline()]
    node = shutil.which("node")
    python = CACHE / "pycrdt-websocket" / ".venv" / "bin" / "python"
    for name, program, script in (
        ("hocuspocus", node, "server.js"),
        ("y-websocket", node, "server.js"),
        ("pycrdt-websocket", str(python), "server.py"),
    ):
        path = CACHE / name / script
        if program is None or not path.exists() or not Path(program).exists():
            print(f"{name} is not installed: left out; see make bench-documents", file=sys.stderr)
            continue
        has_names = name == "hocuspocus"
        found.append(OtherServer(name, [program, str(path)], has_names=has_names))
    return found
