"""Asks a session for the texts of its shared documents, who wrote them, and their names."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from peerline.client import AuthorRun, Client, ClientError, LinkState
from peerline.client.callbacks import ignore
from peerline.protocol.errors import ErrorCode
from peerline.watch.connecting import MakeClient, why_not

WAIT_SECONDS: Final = 20.0
"""A commit waits no longer for the session."""


class CollectingError(Exception):
    """The session does not tell; the text is for the user."""


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A shared document as the session has it."""

    text: str
    runs: Sequence[AuthorRun]


@dataclass(frozen=True, slots=True)
class Collected:
    """The shared documents that were asked for, by path, and the names of users by their id."""

    user_id: str
    """Of who asked."""
    files: Mapping[str, SharedFile]
    names: Mapping[str, str]


async def collect(
    make_client: MakeClient,
    wanted: Callable[[Sequence[str]], Sequence[str]],
    *,
    wait_seconds: float = WAIT_SECONDS,
) -> Collected:
    """Join, read, and leave.

    Args:
        make_client: Makes the client.
        wanted: Of the paths of all shared documents those that are to be read.
        wait_seconds: How long all of it may take.

    Raises:
        CollectingError: if the session cannot be joined, or does not answer in time.
    """
    joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def on_state(state: LinkState, reason: str | None, error: ErrorCode | None) -> None:
        if joined.done():
            return
        if state is LinkState.JOINED:
            joined.set_result(None)
        elif state is LinkState.CLOSED:
            joined.set_exception(CollectingError(why_not(reason, error)))
        elif state is LinkState.WAITING:
            joined.set_exception(CollectingError("a host has to admit you to the session first"))

    client = make_client(ignore, on_state)
    client.start()
    try:
        async with asyncio.timeout(wait_seconds):
            await joined
            return await _read(client, wanted)
    except TimeoutError:
        raise CollectingError("the session did not answer in time") from None
    except ClientError as error:
        raise CollectingError(str(error)) from error
    finally:
        await client.leave()


async def _read(client: Client, wanted: Callable[[Sequence[str]], Sequence[str]]) -> Collected:
    shared = {document.file: document.id for document in client.documents.list()}
    files: dict[str, SharedFile] = {}
    for file in wanted(list(shared)):
        document = client.documents.open(shared[file])
        try:
            await document.ready()
            runs = await client.documents.blame(shared[file])
            files[file] = SharedFile(document.text, runs)
        finally:
            document.close()
    connected = client.replica.connected
    assert connected is not None, "the session was joined"
    return Collected(connected.user.id, files, dict(client.replica.names))
