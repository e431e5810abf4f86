"""A session as Markdown for people to keep: facts, comments by file, chat by day. Pure."""

import re
from datetime import datetime
from itertools import groupby

from peerline.protocol.chat import ChatMessage, Item
from peerline.protocol.comments import Comment
from peerline.protocol.text import show_block, show_line
from peerline_server.core.records import StoredSession


def to_markdown(session: StoredSession) -> str:
    """The session; nothing that somebody wrote becomes markup or a link."""
    info = session.info
    facts = info.model_dump(exclude={"id", "title", "context"}, exclude_none=True)
    parts = [
        f"# {_plain(info.title)}",
        "\n".join(
            f"- {_plain(name)}: {_plain(_value(value))}"
            for name, value in [
                *((name.replace("_", " "), value) for name, value in facts.items()),
                *info.context.items(),
            ]
        ),
        "## Participants",
        "\n".join(
            f"- {_plain(person.username)}, {person.role.value}" for person in session.participants
        ),
    ]
    if session.comments:
        parts.append("## Comments")
        by_file = sorted(session.comments, key=lambda thread: (thread.file, thread.line))
        for file, threads in groupby(by_file, key=lambda thread: thread.file):
            parts.append(f"### {_plain(file)}")
            parts += [_thread(thread) for thread in threads]
    if session.messages:
        parts.append("## Chat")
        for day, messages in groupby(session.messages, key=_day):
            parts.append(f"### {day}")
            parts += [_item(message) for message in messages]
    return "\n\n".join(part for part in parts if part) + "\n"


def _thread(thread: Comment) -> str:
    state = f", resolved by {_plain(thread.resolved_by or '?')}" if thread.resolved else ""
    parts = [f"#### Line {thread.line}{state}"]
    if thread.code_snippet:
        fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", thread.code_snippet))])
        parts.append(f"{fence}\n{show_block(thread.code_snippet)}\n{fence}")
    return "\n\n".join([*parts, _item(thread), *(_item(reply) for reply in thread.replies)])


def _item(item: Item) -> str:
    notes = " (edited)" if item.edited_at else ""
    text = "(deleted)" if item.deleted_at else item.content
    lines = [f"> {_plain(line)}".rstrip() for line in show_block(text).split("\n")]
    reactions = " ".join(f"{_plain(entry.emoji)} {len(entry.user_ids)}" for entry in item.reactions)
    head = f"**{_plain(item.username)}** {item.timestamp:%H:%M}{notes}  "
    return "\n".join([head, "", *lines, *([">", f"> {reactions}"] if reactions else [])])


def _day(message: ChatMessage) -> str:
    return f"{message.timestamp:%Y-%m-%d}"


def _value(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)


def _plain(text: str) -> str:
    """The text with everything escaped that Markdown or HTML would take for markup."""
    shown = show_line(text).replace("&", "&amp;").replace("<", "&lt;")
    escaped = re.sub(r"([\\`*_\[\]#|~>])", r"\\\1", shown)
    # A list, a heading's underline or a bare address would still come alive.
    escaped = re.sub(r"^(\s*)([-+=]|\d+\.)", r"\1\\\2", escaped)
    return re.sub(r"(?i)\b(https?|ftp|mailto|www)([:.])", r"\1&#8203;\2", escaped)
