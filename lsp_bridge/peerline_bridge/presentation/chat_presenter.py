"""Shows the chat: messages of the session, older ones on demand, and those not sent yet."""

from collections.abc import Sequence

from peerline.client import Replica
from peerline.protocol.chat import ChatMessage
from peerline.protocol.editor.chat import EditorChat, EditorChatMessage
from peerline_bridge.presentation.pending_items import PendingItems
from peerline_bridge.presentation.views import Views
from peerline_bridge.surface import Surface


class ChatPresenter:
    """The chat that the editor shows."""

    def __init__(self, surface: Surface, views: Views) -> None:
        self._surface = surface
        self._replica = Replica()
        self._views = views
        self._oldest: int | None = None
        """The seq of the oldest message that was loaded on demand."""
        self._pending = PendingItems()
        self._pending_shown: dict[str, EditorChatMessage] = {}

    def begin(self, replica: Replica, views: Views) -> None:
        """Show the chat of this replica from now on."""
        self._replica, self._views = replica, views

    @property
    def oldest(self) -> int | None:
        """The seq of the oldest message that the editor has; None if it has none."""
        if self._oldest is not None:
            return self._oldest
        messages = self._replica.messages
        return messages[0].seq if messages else None

    def reset(self) -> None:
        """Show all that there is, instead of what was shown."""
        self._oldest = None
        messages = [self._views.chat(message) for message in self._replica.messages]
        self._pending_shown = self._pending_messages()
        messages += self._pending_shown.values()
        self._surface.show_chat(
            EditorChat(reset=True, has_more=self._may_have_more(), messages=messages)
        )

    def add(self, messages: list[EditorChatMessage]) -> None:
        """Show messages that are new or changed."""
        if messages:
            self._surface.show_chat(EditorChat(messages=messages))

    def show_older(self, messages: Sequence[ChatMessage], *, has_more: bool) -> None:
        """Show messages before those that are shown."""
        if messages:
            self._oldest = messages[0].seq
        views = [self._views.chat(message) for message in messages]
        self._surface.show_chat(EditorChat(prepend=True, has_more=has_more, messages=views))

    def show_pending(self, pending: PendingItems) -> None:
        """Show the user's messages that were not sent yet, instead of those shown before."""
        self._pending = pending
        messages = self._pending_messages()
        changed = [view for key, view in messages.items() if self._pending_shown.get(key) != view]
        gone = [key for key in self._pending_shown if key not in messages]
        self._pending_shown = messages
        if changed or gone:
            self._surface.show_chat(EditorChat(messages=changed, removed=gone))

    def _may_have_more(self) -> bool:
        """Whether there may be older messages than in a snapshot of this size."""
        connected = self._replica.connected
        limit = 0 if connected is None else connected.limits.snapshot_messages
        return len(self._replica.messages) >= limit

    def _pending_messages(self) -> dict[str, EditorChatMessage]:
        views = [self._views.chat(message) for message in self._pending.messages()]
        return {view.id: view.model_copy(update={"is_me": True}) for view in views}
