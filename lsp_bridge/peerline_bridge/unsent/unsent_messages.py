"""The user's messages: sent, pending or refused, and the commands for them.

The queue and its bounds are in `peerline.client.pending`; nothing expires.
"""

from collections.abc import Callable
from typing import Any

from peerline.client import Client, ClientError, LinkState, RequestRefused
from peerline.client.pending import PendingItem, Refusal, Typed
from peerline.protocol.editor.pending import EditorPending
from peerline.protocol.editor.session import NoticeLevel
from peerline.protocol.errors import ErrorCode
from peerline.protocol.links import SessionLink
from peerline_bridge.errors import CommandRefused
from peerline_bridge.presentation.pending_items import PendingItems, request_of, with_content
from peerline_bridge.presentation.presenter import Presenter
from peerline_bridge.unsent.guest_tokens import kept_guest_token
from peerline_bridge.unsent.sender import Sender
from peerline_bridge.unsent.storage import open_file, person_of


class UnsentMessages:
    """The user's messages in the session that the bridge is in, or was in last."""

    def __init__(
        self, presenter: Presenter, notice: Callable[[NoticeLevel, str, str], None]
    ) -> None:
        self._presenter = presenter
        self._notice = notice
        self._sender: Sender | None = None
        self._client: Client | None = None
        self._username = ""
        self._place = ("", "", "")
        """The server, session and person that is written for."""
        self._reported: set[str] = set()
        """The refused messages that the user was told about."""

    # --- the session -----------------------------------------------------------------------

    def begin(self, link: SessionLink, auth_token: str | None, username: str) -> str | None:
        """Take over what waits for this session; the token that a guest had there before."""
        person = person_of(auth_token, username)
        file = open_file(link, person)
        if file.problem is not None:
            text = f"what is not sent when the editor ends will be lost: {file.problem}"
            self._notice(NoticeLevel.WARNING, "NOT_KEPT", text)
        self._username = username
        self._place = _place(link, person)
        self._sender = Sender(file, self.show)
        return file.token if auth_token is None else None

    def guest_token(self, link: SessionLink, auth_token: str | None, username: str) -> str | None:
        """The token that a guest had in another session, which is not begun yet."""
        if auth_token is not None:
            return None
        place = _place(link, person_of(None, username))
        if self._sender is not None and place == self._place:
            return self._sender.file.token
        return kept_guest_token(link, username)

    def rename(self, link: SessionLink, auth_token: str | None, username: str) -> None:
        """Keep what waits, and a guest's token, where a user of this name looks for it."""
        self._username = username
        person = person_of(auth_token, username)
        place = _place(link, person)
        if self._sender is None or place == self._place:
            return
        file = open_file(link, person)
        if file.problem is None:
            self._place = place
            self._sender.move(file)

    def on_state(
        self, client: Client, state: LinkState, reason: str | None, code: ErrorCode | None
    ) -> None:
        """The client has come to this state."""
        sender, me = self._sender, client.replica.connected
        self._client = client
        if sender is None:
            return
        if state is LinkState.JOINED and me is not None:
            sender.file.token = client.guest_token
            sender.joined(client, me.user.id)
        elif state is LinkState.CLOSED and code is not None and not code.may_rejoin:
            # After others, the next join sends what waits.
            sender.give_up(Refusal(code, reason or "the session is over"))
        else:
            sender.parted()

    def keep_token(self, token: str) -> None:
        """The guest was given another token, to come back with."""
        if self._sender is not None:
            self._sender.file.token = token
            self._sender.file.save()

    async def end(self) -> None:
        """The session was left: what waits is kept for the next time."""
        sender, self._sender = self._sender, None
        self._client = None
        if sender is None:
            return
        pending = PendingItems(sender.visible())
        await sender.close()
        if pending.waiting_count:
            text = f"not sent yet: {pending.waiting_count}; it is when you join this session again"
            self._notice(NoticeLevel.WARNING, "PENDING", text)
        self._presenter.show_pending(PendingItems())

    # --- commands --------------------------------------------------------------------------

    async def submit(self, message: Typed) -> dict[str, Any]:
        """Send a message: the `seq` of its effect, or `is_pending`.

        Raises:
            CommandRefused: the server said no, or there is no room; it is not kept.
        """
        if self._sender is None:
            raise CommandRefused(ErrorCode.NOT_JOINED, "join a session first")
        try:
            seq = await self._sender.submit(message)
        except RequestRefused as refused:
            raise CommandRefused(refused.code, refused.message) from None
        except ClientError as error:
            raise CommandRefused(type(error).__name__, str(error)) from None
        return {"is_pending": True} if seq is None else {"seq": seq}

    def listed(self) -> EditorPending:
        """Return the pending and the refused items."""
        return self._pending().listed()

    def resend(self, item_id: str, content: str | None) -> dict[str, Any]:
        """Send a refused message again, or change the text of one that was not sent yet.

        Raises:
            CommandRefused: there is none, it is on its way, or it has no text.
        """
        sender, item = self._find(item_id)
        if item.refusal is None and content is None:
            return {"is_pending": True}
        if item.refusal is None and item.sent_as is not None:
            raise CommandRefused("PENDING", "it is on its way already: wait until it has arrived")
        message = item.message if content is None else with_content(item.message, content)
        if message is None:
            raise CommandRefused("INVALID_FIELD", "there is no text in it to edit")
        try:
            sender.resend(item.request_id, message)
        except ClientError as error:
            raise CommandRefused(type(error).__name__, str(error)) from None
        return {"is_pending": True}

    def discard(self, item_id: str) -> dict[str, Any]:
        """Forget a message.

        Raises:
            CommandRefused: there is none.
        """
        sender, item = self._find(item_id)
        sender.discard(item.request_id)
        return {}

    # --- inside ----------------------------------------------------------------------------

    def show(self) -> None:
        """Show what waits as it is now, and report what was refused since."""
        pending = self._pending()
        refused = {item.request_id: item for item in pending.items if item.refusal is not None}
        new = [item.refusal for key, item in refused.items() if key not in self._reported]
        self._reported = set(refused)
        self._presenter.show_pending(pending)
        if new and (last := new[-1]) is not None:
            what = "what you wrote was" if len(new) == 1 else f"{len(new)} of your messages were"
            self._notice(NoticeLevel.WARNING, last.code, f"{what} not sent: {last.text}")

    def _pending(self) -> PendingItems:
        if self._sender is None:
            return PendingItems()
        me = None if self._client is None else self._client.replica.connected
        if me is None:
            return PendingItems(self._sender.visible(), username=self._username)
        return PendingItems(self._sender.visible(), me.user.id, me.user.username)

    def _find(self, item_id: str) -> tuple[Sender, PendingItem]:
        request_id = request_of(item_id)
        item = None
        if self._sender is not None and request_id is not None:
            item = self._sender.file.queue.get(request_id)
        if self._sender is None or item is None:
            raise CommandRefused("NOT_PENDING", "there is no such message that waits")
        return self._sender, item


def _place(link: SessionLink, person: str) -> tuple[str, str, str]:
    return link.server.location, link.session_id, person


def refuse_pending(item_id: str) -> None:
    """Refuse a command on an item that is pending.

    Raises:
        CommandRefused: the id is of such a message.
    """
    if request_of(item_id) is not None:
        raise CommandRefused("PENDING", "it has not been sent yet: wait until it has arrived")
