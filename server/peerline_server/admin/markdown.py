"""A session as a transcript in Markdown, for people to keep: facts, chat by day, comments. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import groupby
from typing import Final

from peerline.protocol.activity import ActivityEntry
from peerline.protocol.chat import ChatMessage, Item
from peerline.protocol.comments import Comment
from peerline.protocol.roles import SERVER_USER_ID
from peerline.protocol.text import show_block
from peerline_server.admin.markdown_agents import agent_parts
from peerline_server.admin.markdown_text import block, fenced, heading
from peerline_server.core.records import StoredParticipant, StoredSession

GROUP_GAP: Final = timedelta(minutes=5)
"""Messages of one author that follow each other within this time have one line with the name."""
_QUOTE_CHARS: Final = 80


def to_markdown(
    session: StoredSession, agents: Sequence[ActivityEntry] = (), zone: tzinfo | None = None
) -> str:
    """The transcript; nothing that somebody wrote becomes markup, but code stays code.

    Args:
        session: with all of its messages.
        agents: what AI agents did and asked, newest first.
        zone: of the times; this computer's by default.
    """
    return "\n\n".join(part for part in _Transcript(session, agents, zone).parts() if part) + "\n"


class _Transcript:
    def __init__(
        self, session: StoredSession, agents: Sequence[ActivityEntry], zone: tzinfo | None
    ) -> None:
        self._session = session
        self._agents = agents
        self._zone = zone
        self._names = _names(session)

    def parts(self) -> Iterator[str]:
        session = self._session
        yield f"# {heading(session.info.title)}"
        yield "\n".join(f"- {heading(name)}: {value}" for name, value in self._facts())
        yield "## Participants"
        yield "\n".join(
            f"- {heading(person.username)} ({person.role.value}{self._whose(person)})"
            for person in session.participants
        )
        if session.messages:
            yield "## Chat"
            yield from self._chat(session.messages)
        yield from agent_parts(self._agents, self._names, self._zone, self._day)
        if session.comments:
            yield "## Comments"
            by_file = sorted(session.comments, key=lambda thread: (thread.file, thread.line))
            for file, threads in groupby(by_file, key=lambda thread: thread.file):
                yield f"### {heading(file)}"
                for thread in threads:
                    yield from self._thread(thread)

    def _whose(self, person: StoredParticipant) -> str:
        return "" if person.agent is None else f", agent of {self._of(person.agent.owner_id)}"

    def _facts(self) -> Iterator[tuple[str, str]]:
        info = self._session.info
        yield "Started", self._moment(info.created_at)
        if info.ended_at is not None:
            yield "Ended", self._moment(info.ended_at)
        known = info.model_dump(
            exclude={"id", "title", "context", "created_at", "ended_at", "join_approval"},
            exclude_none=True,
        )
        for name, value in known.items():
            yield name.replace("_", " ").capitalize(), heading(str(value))
        for name, value in info.context.items():
            yield name, heading(value)

    def _chat(self, messages: Sequence[ChatMessage]) -> Iterator[str]:
        by_id = {message.id: message for message in messages}
        before: ChatMessage | None = None
        for message in messages:
            day = self._day(message.timestamp)
            if before is None or self._day(before.timestamp) != day:
                yield f"### {day}"
                before = None
            answered = by_id.get(message.parent_id or "")
            if answered is not None or before is None or not _goes_on(before, message):
                yield self._head(message, f"{self._local(message.timestamp):%H:%M}")
            if answered is not None:
                yield f"> {self._name(answered)}: {_quoted(answered)}"
            yield from self._body(message)
            before = message

    def _thread(self, thread: Comment) -> Iterator[str]:
        last = thread.end_line or thread.line
        lines = f"Line {thread.line}" if last == thread.line else f"Lines {thread.line} to {last}"
        state = ""
        if thread.resolved:
            by = "" if thread.resolved_by is None else f" by {self._of(thread.resolved_by)}"
            when = "" if thread.resolved_at is None else f", {self._moment(thread.resolved_at)}"
            state = f" (resolved{by}{when})"
        yield f"#### {lines}{state}"
        if thread.code_snippet:
            yield fenced(show_block(thread.code_snippet))
        for item in (thread, *thread.replies):
            yield self._head(item, self._moment(item.timestamp))
            yield from self._body(item)

    def _head(self, item: Item, when: str) -> str:
        return f"**{self._name(item)}** {when}"

    def _body(self, item: Item) -> Iterator[str]:
        if item.deleted_at is not None:
            yield "*(deleted)*"
            return
        yield block(item.content)
        if item.edited_at is not None:
            yield "*(edited)*"
        if item.reactions:
            yield "Reactions: " + "; ".join(
                f"{heading(one.emoji)} {', '.join(self._of(user) for user in one.user_ids)}"
                for one in item.reactions
            )

    def _name(self, item: Item) -> str:
        return heading(item.username)

    def _of(self, user_id: str) -> str:
        return heading(self._names.get(user_id, user_id))

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self._zone)

    def _moment(self, moment: datetime) -> str:
        local = self._local(moment)
        return f"{local:%Y-%m-%d %H:%M} ({zone_name(local)})"

    def _day(self, moment: datetime) -> str:
        local = self._local(moment)
        return f"{local:%Y-%m-%d} ({zone_name(local)})"


def zone_name(local: datetime) -> str:
    """The offset of a time's zone, such as UTC+02:00."""
    offset = f"{local:%z}"
    return "UTC" if offset in {"", "+0000"} else f"UTC{offset[:3]}:{offset[3:5]}"


def _names(session: StoredSession) -> Mapping[str, str]:
    """The names of all users that the transcript mentions, by their ids."""
    items: list[Item] = [*session.messages]
    for thread in session.comments:
        items += [thread, *thread.replies]
    names = {item.user_id: item.username for item in items}
    names |= {person.user_id: person.username for person in session.participants}
    return names | {SERVER_USER_ID: "the server"}


def _goes_on(before: ChatMessage, message: ChatMessage) -> bool:
    is_soon = message.timestamp - before.timestamp <= GROUP_GAP
    return before.user_id == message.user_id and before.username == message.username and is_soon


def _quoted(message: ChatMessage) -> str:
    if message.deleted_at is not None:
        return "*(deleted)*"
    first = message.content.strip().split("\n", 1)[0]
    text = first if len(first) <= _QUOTE_CHARS else f"{first[:_QUOTE_CHARS].rstrip()}…"
    return heading(text)
