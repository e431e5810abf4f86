"""The view as plain lines, for pipes and files: like `tail -f`, and it sends nothing."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from peerline.client import Change, Client, LinkState, Replica, Reset
from peerline.client.agent_words import question
from peerline.protocol.approvals import Approval
from peerline.protocol.errors import ErrorCode
from peerline.protocol.participants import Participant
from peerline.watch import panels, questions
from peerline.watch.agents import badge
from peerline.watch.connecting import MakeClient, still_trying, why_not
from peerline.watch.feed import Entry, Feed, Refilled
from peerline.watch.spans import Line, Span, first_line, plain, safe

_QUESTION_CHARS: Final = 200
FIRST_ENTRIES: Final = 10
"""How many of the feed's entries are printed at the beginning."""


@dataclass(slots=True)
class PlainView:
    """Turns what changed into lines of text, each entry once, and again if it was edited. Pure."""

    replica: Replica
    _feed: Feed = field(init=False)
    _printed: dict[str, tuple[datetime | None, ...]] = field(
        default_factory=dict[str, tuple[datetime | None, ...]]
    )
    _has_begun: bool = False

    def __post_init__(self) -> None:
        self._feed = Feed(self.replica)

    def lines(self, changes: Sequence[Change], now: datetime) -> list[str]:
        """The new lines."""
        lines: list[Line] = []
        if not self._has_begun and any(isinstance(change, Reset) for change in changes):
            self._has_begun = True
            lines += self._opening()
            self._feed.update(changes, now)
            everything = list(self._feed.entries.values())
            self._printed = {entry.key: _version(entry) for entry in everything}
            entries = everything[-FIRST_ENTRIES:]
        else:
            entries = self._unprinted(changes, now)
        look = panels.Look.at(self.replica)
        for entry in entries:
            lines += panels.entry(entry, look, self._feed.entries)
            if entry.question is not None:
                lines += self._ways(entry.question)
        return [plain(line) for line in lines]

    def _unprinted(self, changes: Sequence[Change], now: datetime) -> list[Entry]:
        found: dict[str, Entry] = {}
        for change in self._feed.update(changes, now):
            changed = (
                list(self._feed.entries.values())
                if isinstance(change, Refilled)
                else [change.entry]
            )
            for entry in changed:
                if self._printed.get(entry.key) != _version(entry):
                    self._printed[entry.key] = _version(entry)
                    found[entry.key] = entry
        kept = self._feed.entries
        self._printed = {key: version for key, version in self._printed.items() if key in kept}
        return list(found.values())

    def _opening(self) -> list[Line]:
        """The session, who is here, and the open threads."""
        look = panels.Look.at(self.replica)
        people = (
            Span(f"{safe(person.username)} ({person.role}{_agent(person, self.replica)})")
            for person in self.replica.participants.values()
        )
        lines = [panels.title(self.replica)]
        facts = panels.facts(self.replica.session)
        lines += [facts] if facts else []
        lines.append((Span("Here: "), *(panels.joined(people, ", "))))
        for asked in self.replica.agents.approvals.values():
            asks = first_line(question(asked), _QUESTION_CHARS)
            lines.append((Span(f"agent {safe(asked.username)}: {asks}"),))
            lines += self._ways(asked)
        for prompt in self.replica.agents.prompts.values():
            agent = safe(self.replica.names.get(prompt.agent_id, prompt.agent_id))
            given = first_line(prompt.text, _QUESTION_CHARS)
            lines.append(
                (Span(f"agent {agent}: {prompt.state}: {safe(prompt.username)}: {given}"),)
            )
        for file, threads in panels.threads_by_file(self.replica):
            lines.append((Span(safe(file)),))
            for thread in threads:
                lines += [(Span("  "), *line) for line in panels.thread(thread, look)]
        return lines

    def _ways(self, asked: Approval) -> list[Line]:
        """The command that shows a question whole and answers it, for a user who may."""
        session = self.replica.session
        if session is None or not questions.may_answer(self.replica, asked):
            return []
        command = questions.answer_command("approve", session.id, asked)
        return [(Span(" " * panels.GUTTER), Span(f"to answer: {command}"))]


def _agent(person: Participant, replica: Replica) -> str:
    return f", {badge(person, replica.names)}" if person.is_agent else ""


def _version(entry: Entry) -> tuple[datetime | None, ...]:
    """Return what makes an entry worth another line: a reaction does not."""
    message = entry.message
    return () if message is None else (message.edited_at, message.deleted_at)


def _tell_once(text: str, told: set[str]) -> None:
    """Print a notice, unless it was told since the connection broke: each try has the same."""
    if text not in told:
        told.add(text)
        print(f"peerline: {text}", file=sys.stderr)


async def run_plain(make_client: MakeClient) -> int:
    """Print until the session ends, the reader goes away, or a signal comes; the exit code."""
    stop = asyncio.Event()
    code = 0
    told: set[str] = set()

    def write(text: str) -> None:
        try:
            print(text, flush=True)
        except BrokenPipeError:
            # Nobody reads any more; the interpreter would complain again when it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            stop.set()

    def on_changes(changes: Sequence[Change]) -> None:
        told.clear()
        lines = view.lines(changes, datetime.now(UTC))
        if lines and not stop.is_set():
            write("\n".join(lines))

    def on_state(state: LinkState, reason: str | None, error: ErrorCode | None) -> None:
        nonlocal code
        if stop.is_set():
            return
        if state is LinkState.CLOSED:
            has_joined = client.replica.session is not None
            if error is not ErrorCode.SESSION_ENDED or not has_joined:
                code = 0 if error is None and has_joined else 1
                print(f"peerline: {why_not(reason, error)}", file=sys.stderr)
            stop.set()
        elif state is LinkState.WAITING:
            print("peerline: waiting for a host to admit you", file=sys.stderr)
        elif state is LinkState.RECONNECTING:
            _tell_once(still_trying(reason), told)

    client: Client = make_client(on_changes, on_state)
    view = PlainView(client.replica)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C interrupts
            loop.add_signal_handler(number, stop.set)
    client.start()
    try:
        await stop.wait()
    finally:
        await client.leave()
    return code
