"""The parts of the view as lines of styled text, from a replica. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from peerline.client import LinkState, Replica
from peerline.client.agent_words import short
from peerline.client.colors import assign_colors, color_of
from peerline.protocol.chat import Item
from peerline.protocol.comments import Comment
from peerline.protocol.limits import MAX_MENTIONS
from peerline.protocol.mentions import Names, find_mentions
from peerline.protocol.participants import Participant
from peerline.protocol.presence import Cursor
from peerline.protocol.session import SessionInfo
from peerline.protocol.types import Status
from peerline.watch import agents
from peerline.watch.feed import Entry, place
from peerline.watch.levels import health, share_style
from peerline.watch.spans import Line, Span, clock, first_line, joined, safe, safe_lines

QUOTE_CHARS: Final = 28
"""Of what a message answers, so that it takes one line."""
SNIPPET_CHARS: Final = 60
MAX_LINES: Final = 50
"""Of one message: nobody pushes all others out of sight."""
GUTTER: Final = 6
"""Columns of an entry's time, below which there is nothing."""
_OF_AGENTS: Final = Span("AI agents: ", "dim")
_INDENT: Final = Span(" " * GUTTER)
_STATUS_MARKS: Final = {
    Status.ACTIVE: Span("●", "good"),
    Status.TYPING: Span("✎", "good"),
    Status.IDLE: Span("◐", "warning"),
    Status.AWAY: Span("○", "dim"),
}
_STATES: Final = {
    LinkState.CONNECTING: Span("○ connecting…", "warning"),
    LinkState.WAITING: Span("○ waiting for a host…", "warning"),
    LinkState.JOINED: Span("●", "good"),
    LinkState.RECONNECTING: Span("○ reconnecting…", "warning"),
    LinkState.CLOSED: Span("✕ closed", "error"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """The colours and names of the participants."""

    me: str
    colors: Mapping[str, int]
    names: Mapping[str, str]
    agents: frozenset[str] = frozenset()
    """The ids of those that are AI agents."""
    zone: tzinfo | None = None
    """None is the time zone of this machine."""

    @classmethod
    def at(cls, replica: Replica, zone: tzinfo | None = None) -> "Look":
        """As the replica is now."""
        return cls(
            me="" if replica.connected is None else replica.connected.user.id,
            colors=assign_colors(replica.participants),
            names={person.id: person.username for person in replica.participants.values()},
            agents=frozenset(
                person.id for person in replica.participants.values() if person.is_agent
            ),
            zone=zone,
        )

    def author(self, user_id: str, name: str) -> Span:
        """A name in its colour, the same as in an editor."""
        color = self.colors.get(user_id)
        return Span(safe(name), f"user-{color_of(user_id) if color is None else color}")

    def name(self, user_id: str) -> str:
        """The name of somebody who is here, the id of somebody who is not."""
        return safe(self.names.get(user_id, user_id))


def title(replica: Replica) -> Line:
    """The session's title and status."""
    info = replica.session
    if info is None:
        return (Span("Peerline", "strong"),)
    status = "ended" if info.ended_at is not None else info.status
    style = "error" if info.ended_at is not None else "dim"
    shown = None if status is None else Span(safe(status), style)
    return joined((Span(safe(info.title), "strong"), shown), "  ")


def connection(replica: Replica, state: LinkState) -> Line:
    """Return the view's own name and role, or that it is not connected."""
    connected = replica.connected
    if state is not LinkState.JOINED or connected is None:
        return (_STATES[state],)
    user = connected.user
    return (_STATES[state], Span(f" {safe(user.username)} "), Span(connected.role, "dim"))


def facts(info: SessionInfo | None) -> Line:
    """The figures of the AI agents: tokens, health, cost and model; then the free entries."""
    if info is None:
        return ()
    cost = None if info.cost is None else Span(f"cost {info.cost:,.2f}")
    model = None if info.model is None else Span(safe(info.model))
    context = (
        Span(f"{safe(key)} {first_line(value, SNIPPET_CHARS)}", "dim")
        for key, value in info.context.items()
    )
    score = None
    if info.health_score is not None:
        alone = health(info.health_score)
        score = Span(f"{alone.text} of 100", alone.style)
    figures = (_tokens(info), score, cost, model)
    shown = joined((*figures, *context), " · ")
    return shown if all(figure is None for figure in figures) else (_OF_AGENTS, *shown)


def _tokens(info: SessionInfo) -> Span | None:
    count, limit = info.token_count, info.token_limit
    if count is None:
        return None if limit is None else Span(f"limit {short(limit)} tokens")
    if not limit:
        return Span(f"{short(count)} tokens")
    share = count / limit
    return Span(f"{short(count)} of {short(limit)} tokens ({share:.0%})", share_style(share))


def people(
    replica: Replica, look: Look, width: int, links: Mapping[str, str] | None = None
) -> list[Line]:
    """Return the participants in the order of joining, with role and place, in `width` columns.

    `links` are those that users came by, in few words; each is shown if there is room.
    """
    shown: list[Line] = []
    for person in replica.participants.values():
        first, *others = _person(person, look, max(width, 1))
        link = f" · {links[person.id]}" if links and person.id in links else ""
        has_room = sum(len(span.text) for span in first) + len(link) <= width
        shown += [(*first, Span(link, "dim")) if link and has_room else first, *others]
        if person.is_agent:
            shown += agents.row(person, replica.names, max(width, 1))
    return shown


def here(replica: Replica) -> str:
    """The number of people here, and that of AI agents, who are none."""
    count = sum(person.is_agent for person in replica.participants.values())
    people_here = f"Here ({len(replica.participants) - count})"
    return f"{people_here} · {count} agent{'s' if count > 1 else ''}" if count else people_here


def _person(person: Participant, look: Look, width: int) -> list[Line]:
    presence = person.presence
    you = " (you)" if person.id == look.me else ""
    name = look.author(person.id, person.username)
    line = (_STATUS_MARKS[presence.status], Span(" "), name, Span(f"{you} {person.role}", "dim"))
    if presence.cursor is None and presence.viewport is None:
        return [line]
    if presence.cursor is not None:
        file, at = presence.cursor.file, place_in_file(presence.cursor)
    else:
        assert presence.viewport is not None
        file, at = presence.viewport.file, f":{presence.viewport.start}-{presence.viewport.end}"
    used = sum(len(span.text) for span in line)
    where = _shortened(safe(file), at, width - 2)
    room = width - used - len(where)
    if room >= 1:
        return [(*line, Span(" " * room), Span(where, "place"))]
    return [line, (Span("  "), Span(where, "place"))]


def place_in_file(cursor: Cursor) -> str:
    """The part of a place that follows the file's path."""
    line = cursor.line
    return f":{line}" if cursor.cell is None else f", cell {cursor.cell}, line {line}"


def _shortened(file: str, at: str, width: int) -> str:
    """The end of a path says more than its beginning."""
    room = max(width - len(at), 1)
    return (file if len(file) <= room else "…" + file[len(file) - room + 1 :]) + at


def typing(replica: Replica, look: Look) -> str:
    """Return the names of those who are typing in the chat, as a phrase; empty if nobody is."""
    typers = [
        person
        for person in replica.participants.values()
        if person.presence.status is Status.TYPING
        and person.presence.typing_in == "chat"
        and person.id != look.me
    ]
    match [safe(person.username) for person in typers]:
        case []:
            return ""
        case [name]:
            return f"{name} is typing…"
        case [one, other]:
            return f"{one} and {other} are typing…"
        case _:
            who = "participants" if any(person.is_agent for person in typers) else "people"
            return f"{len(typers)} {who} are typing…"


def threads_by_file(replica: Replica) -> list[tuple[str, Sequence[Comment]]]:
    """The open threads of each file, by path and then by line."""
    files: dict[str, list[Comment]] = {}
    for thread in sorted(replica.threads.values(), key=lambda thread: (thread.file, thread.line)):
        files.setdefault(thread.file, []).append(thread)
    return list(files.items())


def thread(comment: Comment, look: Look) -> list[Line]:
    """An open thread: its place and snippet, its text and the replies."""
    at = place(comment).rpartition(":")[2]
    snippet = first_line(comment.code_snippet, SNIPPET_CHARS) if comment.code_snippet else ""
    lines = [(Span(at, "place"), Span(f"  {snippet}", "code"))]
    lines += _item(comment, look, prefix=())
    for reply in comment.replies:
        lines += _item(reply, look, prefix=(Span("↳ ", "dim"),))
    return lines


def entry(item: Entry, look: Look, quoted: Mapping[str, Entry]) -> list[Line]:
    """A chat message with what it answers, or a line about what happened."""
    time = Span(f"{clock(item.time, look.zone)} ", "dim")
    if item.message is None:
        name = (look.author(item.user_id, item.name),) if item.name else ()
        if item.by_agent:
            name = (Span("agent ", "dim"), *name, Span(": ", "dim"))
        elif item.name:
            name = (*name, Span(" "))
        return [(time, Span("· ", "dim"), *name, Span(first_line(item.did, 200), "dim"))]
    message = item.message
    parent = quoted.get(message.parent_id or "")
    lines: list[Line] = []
    if parent is not None and parent.message is not None:
        said = first_line(parent.message.content or "(deleted)", QUOTE_CHARS)
        name = look.author(parent.message.user_id, parent.message.username)
        lines.append((_INDENT, Span("┌ ", "dim"), name, Span(f" {said}", "dim")))
    elif message.parent_id is not None:
        lines.append((_INDENT, Span("┌ an older message", "dim")))
    return lines + _item(message, look, prefix=(time,))


def _item(item: Item, look: Look, *, prefix: Line) -> list[Line]:
    if item.user_id in look.agents:
        prefix = (*prefix, Span("agent ", "dim"))
    name = look.author(item.user_id, item.username)
    if item.deleted_at is not None:
        return [(*prefix, name, Span(" deleted this", "dim"))]
    texts = safe_lines(item.content)
    shown = _marked(texts, item, look)[:MAX_LINES]
    lines = [(*prefix, name, Span(" "), *shown[0]), *((_INDENT, *line) for line in shown[1:])]
    if len(texts) > MAX_LINES:
        lines.append((_INDENT, Span(f"… {len(texts) - MAX_LINES} more lines", "dim")))
    if item.edited_at is not None:
        lines[-1] = (*lines[-1], Span(" (edited)", "dim"))
    if item.reactions:
        lines.append((_INDENT, *_reactions(item, look)))
    return lines


def _reactions(item: Item, look: Look) -> Line:
    return joined(
        (
            Span(
                f"{safe(reaction.emoji)} {len(reaction.user_ids)}",
                "strong" if look.me in reaction.user_ids else "dim",
            )
            for reaction in item.reactions
        ),
        "  ",
    )


def _marked(texts: Sequence[str], item: Item, look: Look) -> list[Line]:
    """The lines with the mentioned names marked, the reader's own more than the others'."""
    if not item.mentions:
        return [(Span(text),) for text in texts]
    names = Names(
        pair
        for user_id in item.mentions
        for pair in ((user_id, user_id), (look.name(user_id), user_id))
    )
    mentions = find_mentions("\n".join(texts), names, most=MAX_MENTIONS)
    lines: list[Line] = []
    start = 0
    for text in texts:
        spans: list[Span] = []
        place = 0
        for mention in mentions:
            begin, end = mention.start - start, mention.end - start
            if place <= begin < len(text):
                style = "mention-me" if mention.user_id == look.me else "mention"
                spans += [Span(text[place:begin]), Span(text[begin:end], style)]
                place = end
        spans.append(Span(text[place:]))
        lines.append(tuple(span for span in spans if span.text))
        start += len(text) + 1
    return lines
