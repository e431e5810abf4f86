"""The terminal view of a session: puts the parts on the screen and sends what one writes."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.timer import Timer
from textual.widgets import Static, TextArea

from peerline.client import (
    Change,
    ClientError,
    Joined,
    LinkState,
    ModerationChanged,
    Removed,
    Reset,
    RoleGiven,
)
from peerline.protocol.chat import DeleteMessage
from peerline.protocol.comments import Comment, ResolveComment
from peerline.protocol.errors import ErrorCode
from peerline.protocol.messages import ClientMessage
from peerline.protocol.moderation import GetModeration
from peerline.protocol.participants import RemoveParticipant
from peerline.protocol.session import SessionInfo
from peerline.protocol.types import Status
from peerline.watch import commands, panels
from peerline.watch.agent_desk import AgentDesk
from peerline.watch.agent_rows import AgentRows
from peerline.watch.connecting import MakeClient, still_trying, why_not
from peerline.watch.drafts import TO_ALL, Target, toggled_reaction
from peerline.watch.feed_view import FeedView
from peerline.watch.host_view import HostView
from peerline.watch.keys import KeyLine
from peerline.watch.local_status import LocalStatus
from peerline.watch.looks import DARK_VARIABLES, HEIGHTS, THEMES, WIDTHS, Look
from peerline.watch.notice import NOTICE_SECONDS, Notice
from peerline.watch.painter import Painter
from peerline.watch.sending import Sender
from peerline.watch.supervised import SupervisedApp
from peerline.watch.widgets import Composer, FeedRows, ThreadRows

FRAME_SECONDS: Final = 0.1
"""Between two looks at the panels, however often others move."""
LIKE: Final = "👍"


class WatchApp(SupervisedApp):
    """One session on the screen. The app's result is the exit code of the process."""

    CSS_PATH = Path(__file__).with_name("watch.tcss")
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = WIDTHS
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "interrupt", "Quit", priority=True, key_display="^c"),
        Binding("ctrl+q", "quit", "Quit", show=False),
    ]

    def __init__(self, make_client: MakeClient, look: Look = Look.DARK) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = look.theme
        self.client = make_client(self._on_changes, self._on_link_state)
        self._feed = FeedView(self, self.client.replica)
        self._target = TO_ALL
        self._to_delete: str | None = None
        self._frame: Timer | None = None
        self._notice = Notice()
        self._hosts = HostView(self.client.replica)
        self._painter = Painter(self, self.client, self._hosts)
        self._status = LocalStatus(self, self.client)
        self._sender = Sender(self.client, self.tell)
        self._desk = AgentDesk(self, self.client, self._sender, self.tell, self._begin)
        self._is_over = False
        self._is_away = False

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
                yield AgentRows(id="agents")
        yield Static(id="note", markup=False)
        yield Composer(id="composer")
        yield KeyLine()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The variables of this view before one of its themes has its own."""
        return DARK_VARIABLES

    def on_mount(self) -> None:
        """Connect."""
        self.title = "Peerline"
        self.query_one("#feed").border_title = "Chat"
        self.query_one(AgentRows).display = False
        self.query_one("#composer").focus()
        self._status.touch()
        self._paint()
        self.client.start()

    async def on_unmount(self) -> None:
        """Tell the others that one has gone."""
        self._is_over = True
        await self.tasks.close()
        await self.client.leave()

    async def on_event(self, event: events.Event) -> None:
        """A key or the mouse says that somebody is there."""
        if isinstance(event, events.Key | events.Paste | events.MouseDown):
            self._status.touch()
        await super().on_event(event)

    def on_resize(self) -> None:
        """Places are cut to the width of their panel."""
        self._refresh()

    def _on_changes(self, changes: Sequence[Change]) -> None:
        if self._is_over:
            return
        self._feed.update(changes)
        self._desk.follow(changes)
        if any(isinstance(change, ModerationChanged) for change in changes):
            self._show_questions()
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
            self.tell(f"{text}. Ctrl-C closes this view.", lasting=True)
        elif state is LinkState.RECONNECTING:
            self.tell(f"{still_trying(reason)}…", lasting=True)
            self._is_away = True
        elif state is LinkState.WAITING:
            self.tell("Waiting for a host to admit you…", lasting=True)
        else:
            self._notice.clear()
            self._is_away = False
        if state is LinkState.JOINED and self.client.replica.is_host:
            self.tasks.spawn(self._ask_for_moderation(), "asking who waits")
        self._paint()

    async def _ask_for_moderation(self) -> None:
        """Somebody may be waiting since before one came."""
        assert self._session is not None, "joined"
        with suppress(ClientError):
            await self.client.ask(GetModeration(session_id=self._session.id))

    def _show_questions(self) -> None:
        """Tell a host who asks to join, and which links are full."""
        for text in [*self._hosts.new_questions(), *self._hosts.full_links()]:
            self._feed.add_line(text)
            self.bell()

    def _refresh(self) -> None:
        """Paint the panels with the next frame."""
        if self._frame is None:
            self._frame = self.set_timer(FRAME_SECONDS, self._paint)

    def _paint(self) -> None:
        if self._frame is not None:
            self._frame.stop()
            self._frame = None
        self.paint_guarded(lambda: self._painter.paint(self._look, self._note(self._look)))

    def _note(self, look: panels.Look) -> panels.Span:
        """Return the most urgent text for the line above the composer."""
        notice = self._notice.at(monotonic())
        if notice:
            if self._is_away and self._sender.unsent:
                # First, since a narrow terminal cuts the end.
                notice = f"Your message waits: {notice}"
            return panels.Span(notice, "warning")
        if self._target.label:
            return panels.Span(f"{self._target.label}  (Esc cancels)", "place")
        return panels.Span(panels.typing(self.client.replica, look), "dim")

    def tell(self, text: str, *, lasting: bool = False) -> None:
        """Show a line above the composer for a while."""
        self._notice.tell(text, monotonic(), lasting=lasting)
        if not lasting:
            self.set_timer(NOTICE_SECONDS + FRAME_SECONDS, self._refresh)
        self._refresh()

    def on_composer_sent(self, event: Composer.Sent) -> None:
        """Carry out what was written."""
        session, target = self._session, self._target
        if session is None:
            self.tell("Not connected yet.")
            return
        try:
            written = commands.read(
                event.text,
                session.id,
                self.client.replica.participants,
                self._hosts.pending,
                self._hosts.links(),
            )
        except commands.CommandError as error:
            self.tell(str(error))
            return
        message: ClientMessage
        match written:
            case commands.Quit():
                self._end(0)
                return
            case commands.Help():
                self._composer.clear()
                for line in commands.HELP:
                    self._feed.add_line(line)
                return
            case commands.Agents():
                self._composer.clear()
                self.action_agents()
                return
            case commands.Moderate(message):
                pass
            case commands.Say(text):
                try:
                    message = target.request(session.id, text)
                except ValueError:
                    self.tell(self._sender.too_long(text, target))
                    return
        self._composer.clear()
        self._set_target(TO_ALL)
        self._status.set(Status.ACTIVE)
        self._feed.rows.scroll_end(animate=False, x_axis=False)
        self._send(message, text=event.text, target=target)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Others see that one is writing."""
        self._status.follow(event.text_area.text)

    def _send(self, message: ClientMessage, *, text: str = "", target: Target = TO_ALL) -> None:
        self.tasks.spawn(self._deliver(message, text, target), "sending a message")

    async def _deliver(self, message: ClientMessage, text: str, target: Target) -> None:
        self._refresh()
        came_by = None
        if isinstance(message, RemoveParticipant) and not message.revoke_invite:
            came_by = self._hosts.came_by(message.user_id)
        is_sent = False
        try:
            is_sent = await self._sender.send(message)
        finally:
            if text and not is_sent and not self._is_over:
                # What somebody wrote is not lost; what they wrote meanwhile neither.
                self._composer.insert(text, (0, 0))
                if self._target == TO_ALL:
                    self._set_target(target)
        if is_sent and came_by is not None and not self._is_over:
            self._feed.add_line(self._hosts.removed(came_by, datetime.now(UTC)))

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

    def action_agents(self) -> None:
        """To the pane of the agents; from there, close it."""
        pane, threads = self.query_one(AgentRows), self.query_one(ThreadRows)
        pane.display = not pane.has_focus
        threads.display = not pane.display
        (pane if pane.display else self._composer).focus()
        self._refresh()

    def action_agent(self, deed: str) -> None:
        """Do something with what is selected in the pane of the agents."""
        self._desk.act(deed)

    def action_cancel(self) -> None:
        """Write to the chat as a whole again."""
        if self._target.edited is not None:
            self._composer.clear()
        self._set_target(TO_ALL)

    def action_reply(self) -> None:
        """Answer the selected message."""
        message = self._feed.selected
        if message is not None:
            self._begin(Target(answered=message))

    def action_reply_thread(self) -> None:
        """Answer in the selected thread."""
        thread = self._selected_thread
        if thread is not None:
            self._begin(Target(thread=thread))

    def action_edit(self) -> None:
        """Change the selected message, if it is one's own."""
        message = self._feed.selected
        if message is None or message.user_id != self._look.me:
            self.tell("You can edit your own messages only.")
            return
        self._begin(Target(edited=message))
        self._composer.text = message.content
        self._composer.move_cursor(self._composer.document.end)

    def action_delete(self) -> None:
        """Delete the selected message, at the second time."""
        message, session = self._feed.selected, self._session
        if message is None or session is None:
            return
        if self._to_delete != message.id:
            self._to_delete = message.id
            self.tell("Press d again to delete this message for everyone.")
            return
        self._to_delete = None
        self._send(DeleteMessage(session_id=session.id, message_id=message.id))

    def action_react(self) -> None:
        """Like the selected message, or no longer."""
        message, session = self._feed.selected, self._session
        if message is None or session is None:
            return
        self._send(toggled_reaction(message, session.id, self._look.me, LIKE))

    def action_resolve(self) -> None:
        """Resolve the selected thread."""
        thread, session = self._selected_thread, self._session
        if thread is not None and session is not None:
            self._send(ResolveComment(session_id=session.id, comment_id=thread.id))

    async def action_older(self) -> None:
        """Load older messages."""
        session = self._session
        if session is None:
            return
        messages = await self._sender.older(session.id, self._feed.oldest_message)
        if not messages:
            return
        self._feed.add_older(messages)

    def _begin(self, target: Target) -> None:
        if self._composer.read_only:
            self.tell("You are a viewer here: you can read everything, but not write.")
            return
        self._set_target(target)
        self._composer.focus()

    def _set_target(self, target: Target) -> None:
        self._target = target
        self._refresh()

    async def action_quit(self) -> None:
        """Ctrl-Q: end, even with an unsent text."""
        self._end(0)

    def _end(self, code: int) -> None:
        self._is_over = True
        self.exit(code, return_code=code)

    @property
    def _look(self) -> panels.Look:
        return panels.Look.at(self.client.replica)

    @property
    def _session(self) -> SessionInfo | None:
        return self.client.replica.session

    @property
    def _selected_thread(self) -> Comment | None:
        return self.client.replica.threads.get(self.query_one(ThreadRows).selected or "")

    @property
    def _composer(self) -> Composer:
        return self.query_one(Composer)
