"""Commands of the bridge as LSP clients carry them in lenses and code actions. Pure."""

from typing import Any

from lsprotocol import types

from peerline.protocol.editor.approvals import EditorApproval
from peerline.protocol.editor.comments import EditorThread
from peerline.protocol.moderation import PendingJoin
from peerline_bridge.plain.text import one_line


def command(title: str, name: str, arguments: dict[str, Any] | None = None) -> types.Command:
    """A command of the bridge."""
    return types.Command(
        title=title, command=name, arguments=None if arguments is None else [arguments]
    )


def resolve(thread: EditorThread, title: str, *, resolved: bool = True) -> types.Command:
    """Resolve a thread, or reopen it."""
    return command(title, "peerline.resolve", {"comment_id": thread.id, "resolved": resolved})


def write_draft(uri: str, row: int, title: str, last: int | None = None) -> types.Command:
    """Put an empty draft above the rows `row` to `last`."""
    arguments = {"uri": uri, "line": row} | ({} if last is None else {"end_line": last})
    return command(title, "peerline.writeDraft", arguments)


def send_draft(
    uri: str, row: int, title: str, *, comment_id: str | None = None, to_chat: bool = False
) -> types.Command:
    """Send the draft at a row."""
    arguments: dict[str, Any] = {"uri": uri, "line": row, "to_chat": to_chat}
    if comment_id is not None:
        arguments["comment_id"] = comment_id
    return command(title, "peerline.sendDraft", arguments)


def answer_join(person: PendingJoin, *, allow: bool) -> types.Command:
    """Admit a user who waits, or decline the request."""
    name = one_line(person.username, 32)
    title = f"Peerline: admit {name} as {person.role}" if allow else f"Peerline: turn {name} away"
    return command(title, "peerline.answerJoin", {"user_id": person.user_id, "allow": allow})


def review_approval(approval: EditorApproval) -> types.Command:
    """Show a question of an AI agent whole, to be answered."""
    name, title = one_line(approval.username, 32), one_line(approval.title, 40)
    text = f"Peerline: answer {name}, which asks: {title}"
    return command(text, "peerline.reviewApproval", {"approval_id": approval.id})
