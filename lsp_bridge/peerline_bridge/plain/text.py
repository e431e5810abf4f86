"""Threads and the chat as plain text, for clients that show text only. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from peerline.protocol.editor.approvals import EditorApproval
from peerline.protocol.editor.chat import EditorChatMessage
from peerline.protocol.editor.comments import EditorReply, EditorThread
from peerline_bridge import sanitize
from peerline_bridge.plain.model import PlainModel
from peerline_bridge.sanitize import block

MAX_TITLE_CHARS: Final = 60
MAX_DIAGNOSTIC_REPLIES: Final = 5
"""The latest replies that a diagnostic shows; a hover shows all."""
_SNIPPET_LINES: Final = 3


def one_line(text: str, limit: int = MAX_TITLE_CHARS) -> str:
    """Text of others in one line of a title, cut with an ellipsis."""
    return sanitize.line(text.strip(), limit)


def thread_title(thread: EditorThread) -> str:
    """One line for a thread."""
    count = len(thread.replies)
    replies = f" · {count} {'reply' if count == 1 else 'replies'}" if count else ""
    outdated = "outdated · " if thread.outdated else ""
    return f"¶ {outdated}{one_line(thread.username, 32)}: {one_line(thread.content)}{replies}"


def thread_message(thread: EditorThread) -> str:
    """A thread as a diagnostic's message: the comment and its latest replies."""
    parts = [f"{one_line(thread.username)}: {_text(thread)}"]
    if thread.outdated:
        parts.insert(0, f"Its line has changed: {one_line(thread.code_snippet)}")
    hidden = len(thread.replies) - MAX_DIAGNOSTIC_REPLIES
    if hidden > 0:
        parts.append(f"… {hidden} earlier {'reply' if hidden == 1 else 'replies'}")
    parts += [
        f"{one_line(reply.username)}: {_text(reply)}" for reply in thread.replies[max(0, hidden) :]
    ]
    return "\n".join(parts)


def thread_whole(thread: EditorThread) -> str:
    """A thread with all its replies and times, for a hover."""
    lines = [_said(thread)]
    if thread.outdated:
        snippet = block(thread.code_snippet).splitlines()[:_SNIPPET_LINES]
        lines.insert(
            0, "Its line has changed. It was:\n" + "\n".join(f"  {row}" for row in snippet)
        )
    lines += [_said(reply) for reply in thread.replies]
    return "\n\n".join(lines)


def approval_whole(approval: EditorApproval) -> str:
    """A question of an AI agent with all that it is about."""
    owner = f" (agent of {one_line(approval.owner, 32)})" if approval.owner else ""
    head = f"{one_line(approval.username, 32)}{owner} asks: {block(approval.title)}"
    parts = [head, f"Tool: {approval.tool}" if approval.tool else "", approval.detail]
    parts.append("Files: " + ", ".join(approval.files) if approval.files else "")
    return "\n".join(part for part in parts if part)


def chat_text(model: PlainModel, how_to_write: str) -> str:
    """The chat's document."""
    state = model.state
    people = ", ".join(
        f"{one_line(person.username)} ({person.role}{_link(model, person.user_id)})"
        for person in model.people
    )
    head = [one_line(state.title or state.session_id or "Peerline"), f"Here: {people or 'nobody'}"]
    if how_to_write:
        head.append(how_to_write)
    return "\n".join([*head, *_chat_lines(model.chat.values())]) + "\n"


def _link(model: PlainModel, user_id: str) -> str:
    if user_id not in model.links:
        return ""
    invite = model.links[user_id]
    if invite is None:
        return ", by a link that no longer works"
    made = invite.created_at.astimezone()
    return f", by the {invite.role} link of {made:%Y-%m-%d %H:%M}"


def _chat_lines(messages: Iterable[EditorChatMessage]) -> list[str]:
    lines: list[str] = []
    day = ""
    for message in messages:
        moment = _local(message.timestamp)
        if f"{moment:%Y-%m-%d}" != day:
            day = f"{moment:%Y-%m-%d}"
            lines += ["", f"── {day} ──"]
        name = one_line(message.username, 32)
        if message.kind == "system":
            lines.append(f"{moment:%H:%M}  * {name} {one_line(message.content, 200)}")
            continue
        text = "(deleted)" if message.is_deleted else _text(message)
        edited = " (edited)" if message.is_edited and not message.is_deleted else ""
        reactions = "".join(
            f"  {one_line(item.emoji, 32)} {len(item.names)}" for item in message.reactions
        )
        first, *rest = (text + edited).split("\n")
        answer = "↳ " if message.parent_id is not None else ""
        lines.append(f"{moment:%H:%M}  {answer}{name}: {first}")
        lines += [f"       {row}" for row in rest]
        if reactions:
            lines.append(f"     {reactions}")
    return lines


def _said(item: EditorThread | EditorReply) -> str:
    moment = _local(item.timestamp)
    return f"{one_line(item.username)}, {moment:%Y-%m-%d %H:%M}\n{_text(item)}"


def _text(item: EditorChatMessage | EditorThread | EditorReply) -> str:
    """Return a text, and whether others have it."""
    if item.refusal is not None:
        return f"{block(item.content)} (not sent: {one_line(item.refusal, 200)})"
    return block(item.content) + (" (not sent yet)" if item.is_pending else "")


def _local(timestamp: str) -> datetime:
    return datetime.fromisoformat(timestamp).astimezone()
