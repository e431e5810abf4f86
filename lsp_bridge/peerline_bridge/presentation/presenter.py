"""Shows the session in the editor: hands each change to the part that shows it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from peerline.client import (
    AgentMoved,
    ApprovalClosed,
    ApprovalOpened,
    Change,
    ChatAdded,
    FileChanged,
    Joined,
    Left,
    MessageChanged,
    ModerationChanged,
    PresenceMoved,
    PromptsMoved,
    Removed,
    Renamed,
    Replica,
    Reset,
    Resumed,
    RoleGiven,
    SessionChanged,
    SummonedBy,
    ThreadChanged,
    ThreadClosed,
    ThreadDeleted,
    ThreadMoved,
)
from peerline.client.colors import assign_colors
from peerline.client.full_links import FullLinks
from peerline.protocol.editor.chat import EditorChatMessage
from peerline.protocol.editor.file_events import EditorFiles
from peerline.protocol.editor.moderation import EditorModeration
from peerline.protocol.editor.participants import EditorSummons
from peerline.protocol.editor.session import (
    ConnectionState,
    EditorNotice,
    EditorState,
    NoticeLevel,
)
from peerline.protocol.moderation import Moderation
from peerline.protocol.participants import Participant
from peerline.protocol.roles import Role
from peerline_bridge import sanitize
from peerline_bridge.guard import Guard
from peerline_bridge.presentation.agent_work_presenter import AgentWorkPresenter
from peerline_bridge.presentation.approvals_presenter import ApprovalsPresenter
from peerline_bridge.presentation.chat_presenter import ChatPresenter
from peerline_bridge.presentation.participants_presenter import ParticipantsPresenter
from peerline_bridge.presentation.pending_items import PendingItems
from peerline_bridge.presentation.thread_presenter import ThreadPresenter
from peerline_bridge.presentation.views import PlaceOf, Views
from peerline_bridge.surface import Surface
from peerline_bridge.texts.locations import Locations

_OWN_ROLE: Final = {
    Role.HOST: "You are a host now: you can invite people, change roles and remove people.",
    Role.EDITOR: "You are an editor now: you can write in shared files and the chat, and comment.",
    Role.VIEWER: (
        "You are a viewer now: you see everything, but you cannot write in shared files or the "
        "chat, or comment."
    ),
}


class Presenter:
    """The editor's view of the session, kept up to date."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        surface: Surface,
        locations: Locations,
        threads: ThreadPresenter,
        guard: Guard | None = None,
    ) -> None:
        self._guard = guard or Guard()
        self._surface = surface
        self._locations = locations
        self._replica = Replica()
        self._colors: dict[str, int] = {}
        self._pending = PendingItems()
        self._full_links = FullLinks()
        self._state = ConnectionState.OFFLINE
        self._own_role: Role | None = None
        """The role that the user was told."""
        self._reason: str | None = None
        self._is_over = False
        self.place_of: PlaceOf = lambda _: None
        """Finds a cursor in a shared document."""
        self.views = Views(self._replica, locations, self._colors)
        self.threads = threads
        self.chat = ChatPresenter(surface, self.views)
        self.approvals = ApprovalsPresenter(surface, self.views)
        self.work = AgentWorkPresenter(surface)
        self.participants = ParticipantsPresenter(
            loop, surface, locations, self.views, self._guard, on_follow=self._show_state_again
        )

    # --- the session -----------------------------------------------------------------------

    def begin(self, replica: Replica) -> None:
        """Show this replica from now on."""
        self.end()
        self._own_role = None
        self._take(replica)
        self.chat.begin(replica, self.views)
        self.approvals.begin(replica, self.views)
        self.work.begin(replica)
        self.participants.begin(replica, self.views)
        self.threads.begin(replica, self.views)

    def end(self) -> None:
        """Show nothing of a session any more."""
        self._take(Replica())
        self.chat.begin(self._replica, self.views)
        self.approvals.end(self._replica, self.views)
        self.work.begin(self._replica)
        self.participants.end(self._replica, self.views)
        self.threads.end()

    def show_state(
        self, state: ConnectionState, reason: str | None = None, *, is_over: bool = False
    ) -> None:
        """Show where the bridge is with its session, and whether that cannot be joined again."""
        self._state, self._reason, self._is_over = state, reason, is_over
        replica = self._replica
        user = None if replica.connected is None else replica.connected.user
        self._tell_own_role(None if user is None else user.role)
        self._surface.show_state(
            EditorState(
                state=state,
                reason=None if reason is None else sanitize.line(reason),
                is_over=is_over,
                session_id=None if replica.session is None else replica.session.id,
                title=None if replica.session is None else sanitize.line(replica.session.title),
                user_id=None if user is None else user.id,
                username=None if user is None else sanitize.line(user.username),
                role=None if user is None else user.role,
                following=self.participants.followed,
                participants=len(replica.participants),
                pending=self._pending.waiting_count,
                refused=self._pending.refused_count,
                session=replica.session,
                limits=None if replica.connected is None else replica.connected.limits,
            )
        )

    def show_pending(self, pending: PendingItems) -> None:
        """Show what the user wrote and was not sent yet, instead of what was shown before."""
        before, self._pending = self._pending, pending
        self.views.pending = pending
        if before == pending:
            return
        self.chat.show_pending(pending)
        self.threads.show_pending(pending)
        self._show_state_again()

    def show_changes(self, changes: Sequence[Change]) -> None:
        """Show what changed in the replica."""
        if len(changes) == 1 and isinstance(changes[0], PresenceMoved):
            # In a crowd nearly all that happens.
            self.participants.moved(changes[0].participant.id)
            return
        self.chat.add(
            [
                line
                for change in changes
                if (line := self._guard.run("showing a change", self._show_change, change))
                is not None
            ]
        )
        self._guard.run("showing the work of agents", self.work.changed, changes)

    def color_and_name(self, user_id: str) -> tuple[int, str]:
        """The colour and the name of a user, here or not."""
        return self.views.color(user_id), self.views.name_of(user_id)

    def document_opened(self) -> None:
        """Show who is in a document that was opened."""
        self.participants.all_moved()

    # --- inside ----------------------------------------------------------------------------

    def _take(self, replica: Replica) -> None:
        self._replica = replica
        self.views = Views(replica, self._locations, self._colors)
        self.views.pending = self._pending
        self.views.place_of = self.place_of

    def _show_state_again(self) -> None:
        """Something in the state changed beside what is at hand, which must go on."""
        self._guard.run(
            "showing the state",
            self.show_state,
            self._state,
            self._reason,
            is_over=self._is_over,
        )

    def _show_change(self, change: Change) -> EditorChatMessage | None:
        """Show one change; the line that it adds to the chat, if it adds one."""
        match change:
            case Reset() | Resumed():
                self._show_again(change)
            case Joined():
                return self._show_joined(change)
            case Left():
                self._show_left(change.participant)
                return self._line(change.participant, "left", change.at)
            case RoleGiven() | Renamed() | Removed():
                return self._show_decided(change)
            case PresenceMoved() | AgentMoved():
                self.participants.moved(change.participant.id)
            case ApprovalOpened() | ApprovalClosed():
                return self.approvals.changed(change)
            case PromptsMoved():
                return self._show_prompts(change)
            case ChatAdded() | MessageChanged():
                return self.views.chat(change.message)
            case ThreadChanged() | ThreadMoved() | ThreadClosed() | ThreadDeleted():
                self._show_thread(change)
            case FileChanged():
                self.threads.file_changed(change.event.data)
                self._show_files()
                return self.views.file_event(change.event)
            case SessionChanged():
                self._show_state_again()
                return self.views.session_update(change.event)
            case _:
                self._show_beside(change)
        return None

    def _tell_own_role(self, role: Role | None) -> None:
        """Tell the user that their role has changed, also while they were away."""
        before, self._own_role = self._own_role, role or self._own_role
        if role is not None and before not in {None, role}:
            self._tell(_OWN_ROLE[role])

    def _tell(self, text: str) -> None:
        notice = EditorNotice(level=NoticeLevel.INFO, code="DECIDED", message=sanitize.line(text))
        self._surface.show_notice(notice)

    def _show_decided(self, change: RoleGiven | Renamed | Removed) -> EditorChatMessage:
        """Show a new role or name, or a removal; the line that it adds to the chat."""
        person = change.participant
        if isinstance(change, Removed):
            self._show_left(person, was_removed=True)
            return self._line(person, "was removed", change.at)
        self.participants.moved(person.id)
        self.participants.list_changed()
        self.approvals.show()
        self._show_state_again()
        if isinstance(change, Renamed):
            text, name = f"is now called {person.username}", change.before
            seq = self._replica.seq
            return self.views.system(person.id, name, text, at=change.at, seq=seq)
        if change.by == self.views.me != person.id:
            self._tell(f"{person.username} is {person.role.with_article} now.")
        return self._line(person, f"is {person.role.with_article} now", change.at)

    def _show_prompts(self, change: PromptsMoved) -> EditorChatMessage | None:
        """Show a queue; the line of a prompt that no message shows, or that somebody ends."""
        self.participants.list_changed()
        return self.views.prompt_line(change.event)

    def _show_again(self, change: Reset | Resumed) -> None:
        if isinstance(change, Reset):
            self._show_all()
        else:
            self.participants.all_moved()

    def _show_beside(self, change: Change) -> None:
        """Show a change that is no part of the session's shared state."""
        if isinstance(change, ModerationChanged):
            self._show_moderation(change.moderation)
        elif isinstance(change, SummonedBy):
            self._show_summons(change)

    def _show_joined(self, change: Joined) -> EditorChatMessage | None:
        person = change.participant
        self._recolor()
        self.participants.joined(person, is_new=change.is_new)
        self.approvals.show()
        self._show_state_again()
        return self._line(person, "joined", person.joined_at) if change.is_new else None

    def _show_left(self, person: Participant, *, was_removed: bool = False) -> None:
        self.participants.left(person, was_removed=was_removed)
        self._show_state_again()

    def _show_thread(
        self, change: ThreadChanged | ThreadMoved | ThreadClosed | ThreadDeleted
    ) -> None:
        match change:
            case ThreadChanged():
                self.threads.changed(change.thread)
            case ThreadMoved():
                self.threads.reattached(change.thread)
            case ThreadClosed():
                self.threads.resolved(change.thread)
            case ThreadDeleted():
                self.threads.gone(change.thread)

    def _show_summons(self, change: SummonedBy) -> None:
        color = self.views.color(change.user_id)
        username = sanitize.line(change.username)
        self._surface.show_summons(
            EditorSummons(user_id=change.user_id, username=username, color=color)
        )

    def _show_moderation(self, moderation: Moderation | None) -> None:
        view = EditorModeration()
        if moderation is not None:
            view = EditorModeration(
                invites=moderation.invites,
                bans=moderation.bans,
                pending=moderation.pending,
                arrivals=moderation.arrivals,
            )
        self._surface.show_moderation(view)
        for text in self._full_links.news(moderation):
            notice = EditorNotice(level=NoticeLevel.WARNING, code="LINK_FULL", message=text)
            self._surface.show_notice(notice)

    def _show_all(self) -> None:
        self._recolor()
        self.participants.remove_absent()
        self.chat.reset()
        self._show_files()
        self.threads.reset()
        self.approvals.show()
        self.participants.all_moved()

    def _show_files(self) -> None:
        events = self._replica.file_events
        changes = [self.views.file_change(event) for event in events]
        self._surface.show_files(EditorFiles(changes=changes))

    def _recolor(self) -> None:
        self._colors.clear()
        self._colors.update(assign_colors(self._replica.participants))

    def _line(self, person: Participant, text: str, at: datetime) -> EditorChatMessage:
        return self.views.system(person.id, person.username, text, at=at, seq=self._replica.seq)
