"""The terminal view of a session: puts the parts on the screen and sends what one writes."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import ClassVar, Final

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.timer import Timer
from textual.widgets import Footer, Static, TextArea

from peerline.client import (
    Change,
    ClientError,
    Joined,
    LinkState,
    ModerationChanged,
    Removed,
    RequestUnsettled,
    Reset,
    RoleGiven,
)
from peerline.protocol.chat import ChatMessage, DeleteMessage, GetHistory, History, React
from peerline.protocol.comments import Comment, ResolveComment
from peerline.protocol.errors import ErrorCode
from peerline.protocol.messages import ClientMessage
from peerline.protocol.moderation import GetModeration, Moderation, PendingJoin
from peerline.protocol.roles import Action, is_allowed
from peerline.protocol.session import SessionInfo
from peerline.protocol.types import Status
from peerline.watch import commands, panels
from peerline.watch.connecting import MakeClient, still_trying, why_not
from peerline.watch.drafts import TO_ALL, Target
from peerline.watch.feed import Added, Entry, Feed, Replaced
from peerline.watch.spans import safe
from peerline.watch.widgets import Composer, FeedRows, Row, ThreadRows, content

FRAME_SECONDS: Final = 0.1
"""Between two looks at the panels, however often others move."""
IDLE_SECONDS: Final = 300.0
"""Without a key until one is shown as idle."""
TYPING_SECONDS: Final = 3.0
"""Between two signs of typing; the server forgets them after 10 s."""
NOTICE_SECONDS: Final = 6.0
LIKE: Final = "👍"


class WatchApp(App[int]):
    """One session on the screen. The app's result is the exit code of the process."""

    CSS_PATH = Path(__file__).with_name("watch.tcss")
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [
        (0, "-narrow"),
        (70, "-medium"),
        (110, "-wide"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "interrupt", "Quit", priority=True, key_display="^c"),
        Binding("ctrl+q", "quit", "Quit", show=False),
    ]

    def __init__(self, make_client: MakeClient) -> None:
        super().__init__()
        self.client = make_client(self._on_changes, self._on_link_state)
        self.failure: str | None = None
        """Why it never joined, for whoever started it."""
        self._feed = Feed(self.client.replica)
        self._target = TO_ALL
        self._to_delete: str | None = None
        self._frame: Timer | None = None
        self._idle: Timer | None = None
        self._notice = ""
        self._notice_until = 0.0
        self._typing_until = 0.0
        self._status = Status.ACTIVE
        self._is_over = False
        self._is_away = False
        self._pending_joins: Sequence[PendingJoin] = ()
        self._unsent = 0
        """What waits for the server's answer."""

    # --- the screen ------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """The parts, from top to bottom."""
        with Horizontal(id="top"):
            yield Static(id="title", markup=False)
            yield Static(id="connection", markup=False)
        yield Static(id="facts", markup=False)
        with Horizontal(id="body"):
            yield FeedRows(id="feed")
            with Vertical(id="side"):
                with VerticalScroll(id="people", can_focus=False):
                    yield Static(id="people-list", markup=False)
                yield ThreadRows(id="threads")
        yield Static(id="note", markup=False)
        yield Composer(id="composer")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Connect."""
        self.title = "Peerline"
        self.query_one("#feed").border_title = "Chat"
        self.query_one("#composer").focus()
        self._touch()
        self._paint()
        self.client.start()

    async def on_unmount(self) -> None:
        """Tell the others that one has gone."""
        self._is_over = True
        await self.client.leave()

    async def on_event(self, event: events.Event) -> None:
        """A key or the mouse says that somebody is there."""
        if isinstance(event, events.Key | events.Paste | events.MouseDown):
            self._touch()
        await super().on_event(event)

    def on_resize(self) -> None:
        """Places are cut to the width of their panel."""
        self._refresh()

    # --- what comes from the session -------------------------------------------------------

    def _on_changes(self, changes: Sequence[Change]) -> None:
        if self._is_over:
            return
        for change in self._feed.update(changes, datetime.now(UTC)):
            match change:
                case Added(entry):
                    self._feed_rows.append(self._row(entry))
                    self._feed_rows.drop_first(len(self._feed_rows.shown) - len(self._feed.entries))
                    self._ring(entry)
                case Replaced(entry):
                    place = list(self._feed.entries).index(entry.key)
                    self._feed_rows.replace(place, self._row(entry))
                case _:
                    self._show_feed()
        for change in changes:
            if isinstance(change, ModerationChanged) and change.moderation is not None:
                self._show_pending(change.moderation)
        if any(isinstance(change, Reset | RoleGiven | Joined | Removed) for change in changes):
            self._paint()
        self._refresh()

    def _on_link_state(self, state: LinkState, reason: str | None, error: ErrorCode | None) -> None:
        if self._is_over:
            return
        if state is LinkState.CLOSED and self.client.replica.session is None:
            self.failure = why_not(reason, error)
            self._end(1)
            return
        if state is LinkState.CLOSED:
            text = why_not(reason, error).removesuffix(".")
            self._tell(f"{text}. Ctrl-C closes this view.", lasting=True)
        elif state is LinkState.RECONNECTING:
            self._tell(f"{still_trying(reason)}…", lasting=True)
            self._is_away = True
        elif state is LinkState.WAITING:
            self._tell("a host must let you in: please wait…", lasting=True)
        else:
            self._notice, self._is_away = "", False
        if state is LinkState.JOINED and self.client.replica.is_host:
            self.run_worker(self._ask_for_moderation())
        self._paint()

    async def _ask_for_moderation(self) -> None:
        """Somebody may be waiting since before one came."""
        session = self._session
        assert session is not None, "joined"
        with suppress(ClientError):
            answer = await self.client.ask(GetModeration(session_id=session.id))
            if isinstance(answer, Moderation):
                self._show_pending(answer)

    def _show_pending(self, moderation: Moderation) -> None:
        """Tell a host who wants to come in."""
        known = {join.user_id for join in self._pending_joins}
        self._pending_joins = moderation.pending
        for join in moderation.pending:
            if join.user_id not in known:
                text = f"{join.username} asks to come in as {join.role}: /allow or /deny"
                added = self._feed.add_notice(text, datetime.now(UTC))
                self._feed_rows.append(self._row(added.entry))
                self.bell()

    def _show_feed(self) -> None:
        self._feed_rows.show([self._row(entry) for entry in self._feed.entries.values()])
        self._feed_rows.keep_at_end()

    def _row(self, entry: Entry) -> Row:
        lines = panels.entry(entry, self._look, self._feed.entries)
        can_select = entry.message is not None and entry.message.deleted_at is None
        return Row(lines, key=entry.key if can_select else None, gutter=panels.GUTTER)

    def _ring(self, entry: Entry) -> None:
        if entry.message is not None and self._look.me in entry.message.mentions:
            self.bell()

    def _refresh(self) -> None:
        """Paint the panels with the next frame."""
        if self._frame is None:
            self._frame = self.set_timer(FRAME_SECONDS, self._paint)

    def _paint(self) -> None:
        if self._frame is not None:
            self._frame.stop()
            self._frame = None
        replica, look = self.client.replica, self._look
        self._show("#title", [panels.title(replica)])
        self._show("#connection", [panels.connection(replica, self.client.state)])
        self._show("#facts", [panels.facts(replica.session)])
        self.query_one("#facts").display = bool(panels.facts(replica.session))
        people = self.query_one("#people")
        people.border_title = f"Here ({len(replica.participants)})"
        width = people.scrollable_content_region.width
        self._show("#people-list", panels.people(replica, look, width))
        self._show_threads(look)
        self._paint_note(look)
        self._paint_composer(look)

    def _show(self, selector: str, lines: Sequence[panels.Line]) -> None:
        self.query_one(selector, Static).update(content(lines))

    def _show_threads(self, look: panels.Look) -> None:
        rows: list[Row] = []
        for file, threads in panels.threads_by_file(self.client.replica):
            rows.append(Row([(panels.Span(safe(file), "strong"),)]))
            rows += [
                Row(panels.thread(thread, look), key=thread.id, gutter=2) for thread in threads
            ]
        widget = self.query_one(ThreadRows)
        widget.border_title = f"Comments ({len(self.client.replica.threads)})"
        if rows != widget.shown:
            widget.show(rows)

    def _paint_note(self, look: panels.Look) -> None:
        """The most urgent thing that there is to say, in the line above the composer."""
        note = panels.Span(panels.typing(self.client.replica, look), "dim")
        if self._target.label:
            note = panels.Span(f"{self._target.label}  (Esc cancels)", "place")
        if self._notice and monotonic() < self._notice_until:
            waiting = "  What you wrote is sent then." if self._is_away and self._unsent else ""
            note = panels.Span(self._notice + waiting, "warning")
        self._show("#note", [(note,)])

    def _paint_composer(self, look: panels.Look) -> None:
        connected = self.client.replica.connected
        can_chat = connected is None or is_allowed(connected.role, Action.CHAT)
        composer = self._composer
        composer.read_only = not can_chat
        composer.placeholder = (
            "Say something…" if can_chat else "You are a viewer here: you see everything."
        )
        composer.names = [name for user_id, name in look.names.items() if user_id != look.me]

    def _tell(self, text: str, *, lasting: bool = False) -> None:
        """Show a line above the composer for a while."""
        self._notice = text
        seconds = float("inf") if lasting else NOTICE_SECONDS
        self._notice_until = monotonic() + seconds
        if not lasting:
            self.set_timer(NOTICE_SECONDS + FRAME_SECONDS, self._refresh)
        self._refresh()

    # --- what one writes -------------------------------------------------------------------

    def on_composer_sent(self, event: Composer.Sent) -> None:
        """Carry out what was written."""
        session, target = self._session, self._target
        if session is None:
            self._tell("not connected yet")
            return
        try:
            people = self.client.replica.participants
            written = commands.read(event.text, session.id, people, self._pending_joins)
        except commands.CommandError as error:
            self._tell(str(error))
            return
        message: ClientMessage
        match written:
            case commands.Quit():
                self._end(0)
                return
            case commands.Help():
                self._composer.clear()
                self._tell(commands.HELP, lasting=True)
                return
            case commands.Moderate(message):
                pass
            case commands.Say(text):
                try:
                    message = target.request(session.id, text)
                except ValueError:
                    self._tell(self._too_long(text))
                    return
        self._composer.clear()
        self._set_target(TO_ALL)
        self._set_status(Status.ACTIVE)
        self._feed_rows.scroll_end(animate=False, x_axis=False)
        self._send(message, text=event.text, target=target)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Others see that one is writing."""
        text = event.text_area.text
        if text.strip() and not text.startswith("/"):
            if monotonic() >= self._typing_until:
                self._typing_until = monotonic() + TYPING_SECONDS
                self._set_status(Status.TYPING)
        elif self._status is Status.TYPING:
            self._set_status(Status.ACTIVE)

    def _send(self, message: ClientMessage, *, text: str = "", target: Target = TO_ALL) -> None:
        self.run_worker(self._request(message, text, target), exit_on_error=True)

    async def _request(self, message: ClientMessage, text: str, target: Target) -> None:
        self._unsent += 1
        self._refresh()
        try:
            await self._request_until_settled(message)
        except ClientError as error:
            self._tell(f"{safe(str(error))}")
            if text:
                # What somebody wrote is not lost; what they wrote meanwhile neither.
                self._composer.insert(text, (0, 0))
                if self._target == TO_ALL:
                    self._set_target(target)
        finally:
            self._unsent -= 1

    async def _request_until_settled(self, message: ClientMessage) -> None:
        """Send with one id until the outcome is known: sending a draft again would double it."""
        numbered = message.model_copy(update={"request_id": self.client.new_request_id()})
        while True:
            try:
                await self.client.request(numbered)
            except RequestUnsettled:
                self._tell("The server has not answered yet. Asking again.")
            else:
                return

    def _too_long(self, text: str) -> str:
        connected = self.client.replica.connected
        limit = 0 if connected is None else connected.limits.max_content_chars
        return f"too long: {len(text)} characters; {limit} go into one message"

    # --- keys ------------------------------------------------------------------------------

    def action_interrupt(self) -> None:
        """Ctrl-C: throw away what is written; with nothing written, end."""
        if self._composer.text:
            self._composer.clear()
            self._set_target(TO_ALL)
        else:
            self._end(0)

    def action_compose(self) -> None:
        """To the composer."""
        self._to_delete = None
        self._composer.focus()

    def action_cancel(self) -> None:
        """Write to the chat as a whole again."""
        if self._target.edited is not None:
            self._composer.clear()
        self._set_target(TO_ALL)

    def action_reply(self) -> None:
        """Answer the selected message."""
        message = self._selected_message
        if message is not None:
            self._begin(Target(answered=message))

    def action_reply_thread(self) -> None:
        """Answer in the selected thread."""
        thread = self._selected_thread
        if thread is not None:
            self._begin(Target(thread=thread))

    def action_edit(self) -> None:
        """Change the selected message, if it is one's own."""
        message = self._selected_message
        if message is None or message.user_id != self._look.me:
            self._tell("only who wrote a message can edit it")
            return
        self._begin(Target(edited=message))
        self._composer.text = message.content
        self._composer.move_cursor(self._composer.document.end)

    def action_delete(self) -> None:
        """Delete the selected message, at the second time."""
        message, session = self._selected_message, self._session
        if message is None or session is None:
            return
        if self._to_delete != message.id:
            self._to_delete = message.id
            self._tell("d again deletes this message for everyone")
            return
        self._to_delete = None
        self._send(DeleteMessage(session_id=session.id, message_id=message.id))

    def action_react(self) -> None:
        """Like the selected message, or no longer."""
        message, session = self._selected_message, self._session
        if message is None or session is None:
            return
        mine = any(
            reaction.emoji == LIKE and self._look.me in reaction.user_ids
            for reaction in message.reactions
        )
        react = React(session_id=session.id, message_id=message.id, emoji=LIKE, remove=mine)
        self._send(react)

    def action_resolve(self) -> None:
        """Resolve the selected thread."""
        thread, session = self._selected_thread, self._session
        if thread is not None and session is not None:
            self._send(ResolveComment(session_id=session.id, comment_id=thread.id))

    async def action_older(self) -> None:
        """Load what was said before."""
        session = self._session
        if session is None:
            return
        query = GetHistory(session_id=session.id, before=self._feed.oldest_message)
        try:
            answer = await self.client.ask(query)
        except ClientError as error:
            self._tell(safe(str(error)))
            return
        assert isinstance(answer, History), "it was asked for"
        if not answer.messages:
            self._tell("there is nothing older")
            return
        self._feed.add_older(answer.messages)
        self._show_feed()

    def _begin(self, target: Target) -> None:
        if self._composer.read_only:
            self._tell("you are a viewer here: you see everything and write nothing")
            return
        self._set_target(target)
        self._composer.focus()

    def _set_target(self, target: Target) -> None:
        self._target = target
        self._refresh()

    # --- inside ----------------------------------------------------------------------------

    async def action_quit(self) -> None:
        """Ctrl-Q: end, whatever is written."""
        self._end(0)

    def _end(self, code: int) -> None:
        self._is_over = True
        self.exit(code, return_code=code)

    def _touch(self) -> None:
        if self._idle is not None:
            self._idle.stop()
        if self._status is Status.IDLE:
            self._set_status(Status.ACTIVE)
        self._idle = self.set_timer(IDLE_SECONDS, lambda: self._set_status(Status.IDLE))

    def _set_status(self, status: Status) -> None:
        if status is not Status.TYPING:
            self._typing_until = 0.0
            if status is self._status:
                return
        self._status = status
        self.client.send_presence(status=status)

    @property
    def _look(self) -> panels.Look:
        return panels.Look.at(self.client.replica)

    @property
    def _session(self) -> SessionInfo | None:
        return self.client.replica.session

    @property
    def _selected_message(self) -> ChatMessage | None:
        entry = self._feed.entries.get(self._feed_rows.selected or "")
        return None if entry is None else entry.message

    @property
    def _selected_thread(self) -> Comment | None:
        return self.client.replica.threads.get(self.query_one(ThreadRows).selected or "")

    @property
    def _feed_rows(self) -> FeedRows:
        return self.query_one(FeedRows)

    @property
    def _composer(self) -> Composer:
        return self.query_one(Composer)
