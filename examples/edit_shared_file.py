"""An agent that edits a file with the people of a session: it replaces one piece of text.

    python examples/edit_shared_file.py LINK FILE OLD NEW

OLD must be in the file exactly once. A file that nobody shares yet is read from the disk and
shared. Everybody who has it open sees the edit within milliseconds, can undo their own edits only,
and sees who wrote what.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from peerline.client import Client, ClientError, Credentials, LinkState, OpenedDocument
from peerline.protocol.errors import ErrorCode
from peerline.protocol.links import SessionLink


async def join(link: SessionLink, name: str) -> Client:
    """Join a session with the invite in its link."""
    joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def on_state(state: LinkState, reason: str | None, code: ErrorCode | None) -> None:
        if joined.done():
            return
        if state is LinkState.JOINED:
            joined.set_result(None)
        elif state is LinkState.CLOSED:
            joined.set_exception(SystemExit(f"cannot join: {reason}"))

    client = Client(link, Credentials(invite=link.invite, username=name), on_state=on_state)
    client.start()
    await joined
    return client


async def open_file(client: Client, file: str) -> OpenedDocument:
    """Open a shared file; share it first if nobody has."""
    shared = next((one for one in client.documents.list() if one.file == file), None)
    if shared is None:
        shared = await client.documents.share(file, Path(file).read_text(encoding="utf-8"))
    document = client.documents.open(shared.id)
    await document.ready()
    return document


async def edit(link: SessionLink, name: str, file: str, old: str, new: str) -> None:
    """Replace a piece of text, and wait until the server has the edit on its disk."""
    client = await join(link, name)
    try:
        document = await open_file(client, file)
        document.replace(old, new)
        await document.confirmed()
        document.close()
        print(f"Edited {file}.")
    finally:
        await client.leave()


def main() -> None:
    """Read the arguments and edit."""
    parser = argparse.ArgumentParser(description="Replace a piece of text in a shared file.")
    parser.add_argument("link", type=SessionLink.parse, help="the link of the session")
    parser.add_argument("file", help="the path of the file in the session")
    parser.add_argument("old", help="the text to replace; it is there exactly once")
    parser.add_argument("new", help="the text that takes its place")
    parser.add_argument("--name", default="agent", help="the name that the others see")
    options = parser.parse_args()
    try:
        asyncio.run(edit(options.link, options.name, options.file, options.old, options.new))
    except (ClientError, ValueError, OSError) as error:
        sys.exit(f"The file was not edited: {error}.")


if __name__ == "__main__":
    main()
