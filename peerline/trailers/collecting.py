"""Asks a session for the texts of its shared documents, who wrote them, and their names."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from peerline.client import AuthorRun, Client, ClientError
from peerline.watch.connecting import MakeClient
from peerline.watch.visit import JOIN_SECONDS, VisitError, visit


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
    wait_seconds: float = JOIN_SECONDS,
) -> Collected:
    """Join, read, and leave.

    Args:
        make_client: Makes the client.
        wanted: Of the paths of all shared documents those that are to be read.
        wait_seconds: How long all of it may take.

    Raises:
        CollectingError: if the session cannot be joined, or does not answer in time.
    """
    try:
        async with (
            asyncio.timeout(wait_seconds),
            visit(make_client, join_seconds=wait_seconds) as client,
        ):
            return await _read(client, wanted)
    except TimeoutError:
        raise CollectingError("the session did not answer in time") from None
    except (ClientError, VisitError) as error:
        raise CollectingError(str(error)) from error


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
