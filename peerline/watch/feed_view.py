"""Puts the feed of a session into its rows: what is new at the end, what changed in its place."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from textual.app import App

from peerline.client import Change, Replica
from peerline.protocol.chat import ChatMessage
from peerline.watch import panels
from peerline.watch.feed import Added, Entry, Feed, Replaced
from peerline.watch.widgets import FeedRows, Row


class FeedView:
    """The feed on the screen."""

    def __init__(self, app: App[Any], replica: Replica) -> None:
        self._app = app
        self._replica = replica
        self._feed = Feed(replica)

    def update(self, changes: Sequence[Change]) -> None:
        """Show what changed; a message of a person that mentions the user rings."""
        for change in self._feed.update(changes, datetime.now(UTC)):
            match change:
                case Added(entry):
                    self.rows.append(self._row(entry))
                    self.rows.drop_first(len(self.rows.shown) - len(self._feed.entries))
                    self._ring(entry)
                case Replaced(entry):
                    place = list(self._feed.entries).index(entry.key)
                    self.rows.replace(place, self._row(entry))
                case _:
                    self._show()

    def add_line(self, text: str) -> None:
        """Add a line of this program's own."""
        added = self._feed.add_notice(text, datetime.now(UTC))
        self.rows.append(self._row(added.entry))

    def add_older(self, messages: Sequence[ChatMessage]) -> None:
        """Put messages before the others."""
        self._feed.add_older(messages)
        self._show()

    @property
    def oldest_message(self) -> int | None:
        """The seq of the oldest chat message; None if there is none."""
        return self._feed.oldest_message

    @property
    def selected(self) -> ChatMessage | None:
        """The message that is selected."""
        entry = self._feed.entries.get(self.rows.selected or "")
        return None if entry is None else entry.message

    @property
    def rows(self) -> FeedRows:
        """The widget."""
        return self._app.query_one(FeedRows)

    def _show(self) -> None:
        self.rows.show([self._row(entry) for entry in self._feed.entries.values()])
        self.rows.keep_at_end()

    def _row(self, entry: Entry) -> Row:
        lines = panels.entry(entry, panels.Look.at(self._replica), self._feed.entries)
        can_select = entry.message is not None and entry.message.deleted_at is None
        return Row(lines, key=entry.key if can_select else None, gutter=panels.GUTTER)

    def _ring(self, entry: Entry) -> None:
        look, message = panels.Look.at(self._replica), entry.message
        if message is None or message.user_id in look.agents:
            return
        if look.me in message.mentions:
            self._app.bell()
