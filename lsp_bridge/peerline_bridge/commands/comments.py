"""The commands of comments: add, reply, resolve, reattach, list."""

import asyncio
from typing import Any, Final

from peerline.protocol.comments import (
    AddComment,
    AnchorData,
    Comment,
    CommentData,
    Comments,
    GetComments,
    ReattachComment,
    ReplyComment,
    ResolveComment,
)
from peerline.protocol.editor.comments import (
    AddCommentArguments,
    EditorListedThread,
    EditorThreadList,
    ListCommentsArguments,
    ReattachArguments,
    ReplyArguments,
    ResolveArguments,
)
from peerline.protocol.limits import MAX_PAGE
from peerline_bridge.anchors.anchor import anchor_of, describe
from peerline_bridge.anchors.locate import Place, as_written, locate
from peerline_bridge.anchors.text_index import TextIndex
from peerline_bridge.commands.registry import Result, command
from peerline_bridge.errors import CommandRefused
from peerline_bridge.session.bridge import Bridge
from peerline_bridge.texts.drafts import without_drafts
from peerline_bridge.texts.inner_breaks import last_wire_row, wire_row
from peerline_bridge.texts.positions import split_lines
from peerline_bridge.unsent.unsent_messages import refuse_pending

_SLICE: Final = 50
"""Threads that are located before something else may run."""
_MAX_RESOLVED: Final = 1000
"""Resolved threads that an editor is shown at once."""


@command("peerline.addComment", AddCommentArguments)
async def add_comment(bridge: Bridge, arguments: AddCommentArguments) -> Result:
    """Comment on lines of a document in the workspace."""
    session = bridge.require_session()
    anchor = _anchor_at(bridge, arguments.uri, arguments.line, arguments.end_line)
    data = CommentData(**anchor, content=arguments.content)
    return await bridge.unsent.submit(AddComment(session_id=session.id, data=data))


@command("peerline.reply", ReplyArguments)
async def reply(bridge: Bridge, arguments: ReplyArguments) -> Result:
    """Reply in a thread."""
    session = bridge.require_session()
    refuse_pending(arguments.comment_id)
    return await bridge.unsent.submit(
        ReplyComment(
            session_id=session.id, comment_id=arguments.comment_id, content=arguments.content
        )
    )


@command("peerline.resolve", ResolveArguments)
async def resolve(bridge: Bridge, arguments: ResolveArguments) -> Result:
    """Resolve a thread, or reopen it."""
    session = bridge.require_session()
    refuse_pending(arguments.comment_id)
    return await bridge.unsent.submit(
        ResolveComment(
            session_id=session.id, comment_id=arguments.comment_id, resolved=arguments.resolved
        )
    )


@command("peerline.reattach", ReattachArguments)
async def reattach(bridge: Bridge, arguments: ReattachArguments) -> Result:
    """Attach a thread, usually an outdated one, to lines of a document."""
    session = bridge.require_session()
    refuse_pending(arguments.comment_id)
    anchor = _anchor_at(bridge, arguments.uri, arguments.line, arguments.end_line)
    return await session.request(
        ReattachComment(
            session_id=session.id, comment_id=arguments.comment_id, data=AnchorData(**anchor)
        )
    )


@command("peerline.listComments", ListCommentsArguments)
async def list_comments(bridge: Bridge, arguments: ListCommentsArguments) -> Result:
    """Answer with an EditorThreadList, by file and line."""
    bridge.require_session()
    threads, has_more = bridge.presenter.threads.unresolved(), False
    if arguments.resolved:
        threads, has_more = await _ask_for_resolved(bridge)
    by_file: dict[str, list[Comment]] = {}
    for thread in threads:
        by_file.setdefault(thread.file, []).append(thread)
    listed: list[EditorListedThread] = []
    for file in sorted(by_file):
        found = await _in_file(bridge, file, by_file[file])
        listed += [thread for thread in found if thread.outdated or not arguments.outdated_only]
    answer = EditorThreadList(threads=listed, has_more=has_more)
    return answer.model_dump(mode="json", exclude_none=True)


@command("peerline.loadResolved")
async def load_resolved(bridge: Bridge) -> Result:
    """Show resolved threads too, the first thousand of the session.

    Answers how many, and whether there are more.
    """
    found, has_more = await _ask_for_resolved(bridge)
    bridge.presenter.threads.show_resolved(found)
    return {"count": len(found), "has_more": has_more}


async def _ask_for_resolved(bridge: Bridge) -> tuple[list[Comment], bool]:
    """The first resolved threads of the session, and whether there are more."""
    found: list[Comment] = []
    has_more = True
    session = bridge.require_session()
    while has_more and len(found) < _MAX_RESOLVED:
        after = found[-1].id if found else None
        query = GetComments(session_id=session.id, resolved=True, after=after, limit=MAX_PAGE)
        answer = await bridge.require_session().ask(query, Comments)
        found += answer.comments
        has_more = answer.has_more and bool(answer.comments)
    return found, has_more


async def _in_file(bridge: Bridge, file: str, threads: list[Comment]) -> list[EditorListedThread]:
    here = bridge.presenter.threads.path_here(file)
    uri = None if here is None else bridge.locations.uri_of(here)
    rows = None if uri is None else bridge.presenter.threads.known_rows(uri)
    # Resolved threads are not followed in an open document.
    is_all_known = rows is not None and all(rows.is_known(thread.id) for thread in threads)
    lines = None if here is None or is_all_known else bridge.locations.lines_of(here)
    index = None if lines is None else TextIndex(lines)
    is_unread = here is not None and rows is None and bridge.locations.is_unread(here)
    listed: list[EditorListedThread] = []
    for number, thread in enumerate(threads):
        place: Place | None = None
        if rows is not None and rows.is_known(thread.id):
            place = rows.place_of(thread.id)
        elif index is not None:
            place = locate(anchor_of(thread), index)
        elif is_unread:
            place = as_written(anchor_of(thread))
        shown = bridge.presenter.views.thread(thread, place)
        listed.append(EditorListedThread(**shown.model_dump(), file=here or file, uri=uri))
        if number % _SLICE == _SLICE - 1:
            await asyncio.sleep(0)
    return sorted(listed, key=lambda found: found.line)


def _anchor_at(bridge: Bridge, uri: str, line: int, end_line: int | None) -> dict[str, Any]:
    """The wire's fields of an anchor on lines of a document of the workspace.

    Raises:
        CommandRefused: if the document is not one.
    """
    locations = bridge.locations
    file = locations.file_of(uri)
    lines = locations.lines_of_uri(uri)
    if file is None or lines is None:
        reason = locations.why_unshared(uri)
        text = "the document is not a file of the workspace"
        raise CommandRefused(
            "INVALID_FIELD", text if reason is None else f"the file {reason.value}"
        )
    height = max(0, (end_line or line) - line)
    in_shared_text = bridge.sharing.places.anchor_at(uri, line, line + height)
    lines, first = without_drafts(lines, min(line, len(lines) - 1))
    last = min(first + height, len(lines) - 1)
    if locations.has_inner_breaks(uri):
        rows = wire_row(lines, first), last_wire_row(lines, last)
        lines, (first, last) = split_lines("".join(lines)), rows
    return {
        **describe(lines, first, last),
        **in_shared_text,
        "file": file,
        "line": first + 1,
        "end_line": last + 1 if last > first else None,
    }
