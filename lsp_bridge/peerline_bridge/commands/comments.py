"""The commands that find comments and attach them again, and what renames do to them."""

import asyncio
from contextlib import suppress
from typing import Any, Final

from peerline.protocol.comments import AnchorData, Comment, ReattachComment
from peerline.protocol.editor.comments import (
    EditorListedThread,
    EditorThreadList,
    ListCommentsArguments,
    ReattachArguments,
)
from peerline.protocol.files import FileChange, FileEventData, TellFileEvent
from peerline_bridge.anchors.anchor import anchor_of
from peerline_bridge.anchors.locate import Place, locate
from peerline_bridge.anchors.text_index import TextIndex
from peerline_bridge.session.bridge import Bridge, CommandRefused

_SLICE: Final = 50
"""So many threads are located before something else may run."""


async def reattach(bridge: Bridge, arguments: ReattachArguments) -> dict[str, Any]:
    """peerline.reattach: a thread, usually an outdated one, to lines of a document."""
    _, link = bridge.joined()
    anchor = bridge.anchor_at(arguments.uri, arguments.line, arguments.end_line)
    return await bridge.request(
        ReattachComment(
            session_id=link.session_id,
            comment_id=arguments.comment_id,
            data=AnchorData(**anchor),
        )
    )


async def list_comments(bridge: Bridge, arguments: ListCommentsArguments) -> dict[str, Any]:
    """peerline.listComments: an EditorThreadList, by file and line."""
    client, _ = bridge.joined()
    by_file: dict[str, list[Comment]] = {}
    for thread in client.replica.threads.values():
        by_file.setdefault(thread.file, []).append(thread)
    listed: list[EditorListedThread] = []
    for file in sorted(by_file):
        found = await _in_file(bridge, file, by_file[file])
        listed += [thread for thread in found if thread.outdated or not arguments.outdated_only]
    return EditorThreadList(threads=listed).model_dump(mode="json", exclude_none=True)


async def _in_file(bridge: Bridge, file: str, threads: list[Comment]) -> list[EditorListedThread]:
    here = bridge.presenter.threads.path_here(file)
    uri = None if here is None else bridge.places.uri_of(here)
    rows = None if uri is None else bridge.presenter.threads.known_rows(uri)
    lines = None if here is None or rows is not None else bridge.places.lines_of(here)
    index = None if lines is None else TextIndex(lines)
    listed: list[EditorListedThread] = []
    for number, thread in enumerate(threads):
        place: Place | None = None
        if rows is not None and rows.is_known(thread.id):
            place = rows.place_of(thread.id)
        elif index is not None:
            place = locate(anchor_of(thread), index)
        shown = bridge.presenter.views.thread(thread, place)
        listed.append(EditorListedThread(**shown.model_dump(), file=here or file, uri=uri))
        if number % _SLICE == _SLICE - 1:
            await asyncio.sleep(0)
    return sorted(listed, key=lambda found: found.line)


def on_renamed(bridge: Bridge, old_uri: str, new_uri: str) -> None:
    """The editor renamed a file or a folder: the comments go with it, and the others are told."""
    old, new = bridge.places.file_of(old_uri), bridge.places.file_of(new_uri)
    if old is None or new is None or old == new:
        return
    bridge.presenter.threads.renamed(old, new)
    bridge.start(_tell_rename(bridge, old, new))


async def _tell_rename(bridge: Bridge, old: str, new: str) -> None:
    data = FileEventData(file=new, change=FileChange.RENAMED, old_file=old)
    # Whoever is in no session or may only look on has nobody to tell.
    with suppress(CommandRefused):
        _, link = bridge.joined()
        await bridge.request(TellFileEvent(session_id=link.session_id, data=data))
