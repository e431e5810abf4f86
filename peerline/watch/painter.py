"""Puts a session's replica into the parts of the screen."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from textual.app import App
from textual.widgets import Static

from peerline.client import Client
from peerline.protocol.roles import Action, is_allowed
from peerline.watch import agents, panels
from peerline.watch.agent_rows import AgentRows
from peerline.watch.host_view import HostView
from peerline.watch.spans import safe
from peerline.watch.widgets import Composer, Row, ThreadRows, content


class Painter:
    """Paints all parts but the feed, which is appended to."""

    def __init__(self, app: App[Any], client: Client, hosts: HostView) -> None:
        self._app = app
        self._client = client
        self._hosts = hosts

    def paint(self, look: panels.Look, note: panels.Span) -> None:
        """Show the latest state; `note` is the line above the composer."""
        replica = self._client.replica
        self._show("#title", [panels.title(replica)])
        self._show("#connection", [panels.connection(replica, self._client.state)])
        self._show("#facts", [panels.facts(replica.session)])
        self._app.query_one("#facts").display = bool(panels.facts(replica.session))
        people = self._app.query_one("#people")
        people.border_title = panels.here(replica)
        width = people.scrollable_content_region.width
        links = self._hosts.short_links(datetime.now(UTC))
        self._show("#people-list", panels.people(replica, look, width, links))
        self._show_threads(look)
        self._show_agents()
        self._show("#note", [(note,)])
        self._paint_composer(look)

    def _show(self, selector: str, lines: Sequence[panels.Line]) -> None:
        self._app.query_one(selector, Static).update(content(lines))

    def _show_threads(self, look: panels.Look) -> None:
        rows: list[Row] = []
        for file, threads in panels.threads_by_file(self._client.replica):
            rows.append(Row([(panels.Span(safe(file), "strong"),)]))
            rows += [
                Row(panels.thread(thread, look), key=thread.id, gutter=2) for thread in threads
            ]
        widget = self._app.query_one(ThreadRows)
        widget.border_title = f"Comments ({len(self._client.replica.threads)})"
        if rows != widget.shown:
            widget.show(rows)

    def _show_agents(self) -> None:
        parts = agents.pane(self._client.replica)
        rows = [Row([part.line], key=part.key, gutter=part.gutter) for part in parts]
        if not rows:
            rows = [Row([(panels.Span("No agents are here.", "dim"),)])]
        widget = self._app.query_one(AgentRows)
        if rows != widget.shown:
            widget.show(rows)

    def _paint_composer(self, look: panels.Look) -> None:
        connected = self._client.replica.connected
        can_chat = connected is None or is_allowed(connected.role, Action.CHAT)
        composer = self._app.query_one(Composer)
        composer.read_only = not can_chat
        composer.placeholder = (
            "Write a message…" if can_chat else "You are a viewer here: you can read everything."
        )
        composer.names = [name for user_id, name in look.names.items() if user_id != look.me]
