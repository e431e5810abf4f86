"""Ties one editor to one session: what happens here goes out, what happens there is shown."""

import asyncio
import getpass
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from peerline.client import (
    Change,
    Client,
    ClientError,
    Credentials,
    LinkState,
    RequestRefused,
    Reset,
)
from peerline.protocol.chat import (
    DeleteMessage,
    EditMessage,
    GetHistory,
    History,
    React,
    SendChatMessage,
)
from peerline.protocol.comments import AddComment, CommentData, ReplyComment, ResolveComment
from peerline.protocol.editor.base import LineRange
from peerline.protocol.editor.chat import (
    DeleteMessageArguments,
    EditMessageArguments,
    LoadHistoryArguments,
    ReactArguments,
    SendChatArguments,
)
from peerline.protocol.editor.comments import AddCommentArguments, ReplyArguments, ResolveArguments
from peerline.protocol.editor.participants import (
    ChangeRoleArguments,
    EditorCursor,
    LocateArguments,
    ParticipantArguments,
    RemoveArguments,
    SetStatusArguments,
)
from peerline.protocol.editor.pending import PendingArguments
from peerline.protocol.editor.session import (
    ConnectionState,
    EditorNotice,
    JoinArguments,
    NoticeLevel,
    RenewTokenArguments,
)
from peerline.protocol.errors import ErrorCode
from peerline.protocol.limits import MAX_USERNAME_CHARS
from peerline.protocol.links import LinkError, SessionLink
from peerline.protocol.messages import Answer, ClientMessage, Request
from peerline.protocol.moderation import GetModeration, Moderation
from peerline.protocol.participants import ChangeRole, RemoveParticipant
from peerline.protocol.presence import CursorData, SelectionData, ViewportData
from peerline.protocol.session import ClientInfo, EndSession, SessionToCreate
from peerline.protocol.text import clean_name
from peerline.protocol.types import Status
from peerline.tasks import Tasks
from peerline_bridge import sanitize
from peerline_bridge.anchors.anchor import describe
from peerline_bridge.errors import CommandRefused
from peerline_bridge.guard import Guard
from peerline_bridge.guarded_surface import GuardedSurface
from peerline_bridge.presentation.pending_items import request_of
from peerline_bridge.presentation.presenter import Presenter
from peerline_bridge.presentation.thread_presenter import ThreadPresenter
from peerline_bridge.session.activity import Activity
from peerline_bridge.session.candidate import Candidate
from peerline_bridge.session.tokens import TokenError
from peerline_bridge.surface import Surface
from peerline_bridge.texts.drafts import without_drafts
from peerline_bridge.texts.locations import Places
from peerline_bridge.texts.open_texts import TextChange
from peerline_bridge.texts.positions import to_wire
from peerline_bridge.unsent.queue import Written, refuse_pending

_log = logging.getLogger("peerline.bridge")
TYPING_REFRESH_SECONDS: Final = 5.0
"""Between two tellings that the user is still typing."""

_A = TypeVar("_A", bound=Answer)
_STATES: Final = {
    LinkState.CONNECTING: ConnectionState.CONNECTING,
    LinkState.WAITING: ConnectionState.WAITING,
    LinkState.JOINED: ConnectionState.JOINED,
    LinkState.RECONNECTING: ConnectionState.RECONNECTING,
    LinkState.TOKEN_NEEDED: ConnectionState.OFFLINE,
    LinkState.CLOSED: ConnectionState.OFFLINE,
}


@dataclass(frozen=True, slots=True)
class BridgeSettings:
    """What an editor may set in its initializationOptions."""

    username: str | None = None
    client_name: str = "lsp"
    idle_seconds: float = 60.0
    away_seconds: float = 300.0
    find_token: Callable[[SessionLink, str], Awaitable[str | None]] | None = None
    """Where the user keeps tokens. Raises TokenError."""
    server: str | None = None
    """Where the user starts sessions; None is this computer."""
    all_comments: bool = False
    comment_changes: bool = False
    """Whether the editor takes what has changed about comments instead of always all."""


class Bridge:
    """The local participant. One session at a time."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        surface: Surface,
        places: Places,
        settings: BridgeSettings,
    ) -> None:
        self._loop = loop
        self._surface = surface
        self._places = places
        self.settings = settings
        self._client: Client | None = None
        self._link: SessionLink | None = None
        self._username = ""
        self._token: str | None = None
        """The one that was last signed in with."""
        self._joining: asyncio.Future[None] | None = None
        self._candidate: Candidate | None = None
        self._is_asking_for_token = False
        self._activity = Activity(settings.idle_seconds, settings.away_seconds, loop.time())
        self._status = Status.ACTIVE
        self._typing_in: Literal["chat"] | None = None
        self._status_sent = float("-inf")
        self._status_timer: asyncio.TimerHandle | None = None
        self._last_cursor: EditorCursor | None = None
        self.guard = Guard(lambda text: self._notice(NoticeLevel.WARNING, "SKIPPED", text))
        surface = self._surface = GuardedSurface(surface, self.guard)
        self.tasks = Tasks(lambda error: self.guard.failed("a task", error))
        threads = ThreadPresenter(
            loop,
            surface,
            places,
            show_changes=surface.show_comment_changes if settings.comment_changes else None,
            all_threads=settings.all_comments,
            guard=self.guard,
        )
        self.presenter = Presenter(loop, surface, places, threads, self.guard)
        self.written = Written(self.presenter, self._notice)

    @property
    def places(self) -> Places:
        """The documents and the workspace."""
        return self._places

    # --- from the editor: documents and cursor ---------------------------------------------

    def on_open(self, uri: str, document_version: int, text: str) -> None:
        """A document was opened."""
        document = self._places.documents.open(uri, document_version, text)
        self.presenter.threads.document_opened(document)
        self.presenter.document_opened()

    def on_change(self, uri: str, document_version: int, changes: Sequence[TextChange]) -> None:
        """A document was edited."""
        document = self._places.documents.get(uri)
        if document is None:
            _log.warning("a change of a document that is not open")
            return
        for change in changes:
            edit = document.apply(change, self._places.encoding)
            self.presenter.threads.document_edited(document, edit)
        document.version = document_version
        self.presenter.threads.document_settled(document)
        self._activity.typed(self._loop.time())
        self._update_status()

    def on_close(self, uri: str) -> None:
        """A document was closed."""
        self._places.documents.close(uri)
        self.presenter.threads.document_closed(uri)

    def on_folders(self, added: Sequence[Path], removed: Sequence[Path]) -> None:
        """The editor works in other folders than before."""
        self._places.change_folders(added, removed)
        self.presenter.threads.folders_changed()
        self.presenter.document_opened()

    def on_cursor(self, cursor: EditorCursor) -> None:
        """The local cursor, selection or viewport changed."""
        self._activity.input(self._loop.time())
        self._last_cursor = cursor
        self._send_cursor(cursor)
        self._update_status()

    def on_viewport(self, uri: str, rows: LineRange) -> None:
        """Lines of a document are visible in which the cursor is not known."""
        file, lines = self._places.file_of(uri), self._places.lines_of_uri(uri)
        if self._client is not None and file is not None and lines is not None:
            self._send_viewport(file, rows, len(lines))

    # --- from the editor: commands ---------------------------------------------------------

    async def join(
        self, arguments: JoinArguments, create: SessionToCreate | None = None
    ) -> dict[str, Any]:
        """peerline.join: answers when the session is joined or has refused.

        A session at hand is left only when the new one is joined.
        """
        try:
            link = SessionLink.parse(arguments.link)
        except LinkError as error:
            raise CommandRefused("INVALID_LINK", str(error)) from None
        username = self.username(arguments.username)
        token = arguments.auth_token or await self.kept_token(link, username)
        if self.is_in_session:
            return await self._join_beside(link, username, token, create)
        await self.leave()
        guest_token = self.written.begin(link, token, username)
        client = self._make_client(link, username, token, guest_token, create)
        self._take_up(client, link, username, token)
        self._joining = self._loop.create_future()
        client.start()
        try:
            await self._joining
        finally:
            self._joining = None
        return {"session_id": link.session_id}

    async def leave(self) -> dict[str, Any]:
        """peerline.leave: also when there is nothing to leave."""
        await self._drop_candidate()
        await self._leave_session()
        return {}

    @property
    def is_in_session(self) -> bool:
        """Whether there is a session at hand, even if its server is away now."""
        return self._client is not None and self._client.replica.session is not None

    async def _leave_session(self) -> None:
        client, self._client = self._client, None
        self._link = None
        if self._joining is not None and not self._joining.done():
            self._joining.set_exception(CommandRefused("CANCELLED", "another join was begun"))
        if client is not None:
            await client.leave()
            run = self.guard.run
            run("ending the session", self.presenter.end)
            run("showing the state", self.presenter.show_state, ConnectionState.OFFLINE, "you left")
        await self.written.end()

    def _make_client(
        self,
        link: SessionLink,
        username: str,
        token: str | None,
        guest_token: str | None,
        create: SessionToCreate | None,
    ) -> Client:
        credentials = Credentials(
            auth_token=token, invite=link.invite, username=username, guest_token=guest_token
        )

        def on_changes(changes: Sequence[Change]) -> None:
            if client is self._client:
                self._on_changes(changes)

        def on_state(state: LinkState, reason: str | None, code: ErrorCode | None) -> None:
            candidate = self._candidate
            if client is self._client:
                self._on_state(state, reason, code)
            elif candidate is not None and candidate.client is client:
                candidate.on_state(state, reason, code)
                if candidate.is_waiting:
                    self._on_candidate(candidate)

        async def get_token() -> str | None:
            # What the user keeps for the server of the session at hand is not for another one.
            return await self._ask_for_token() if client is self._client else None

        def on_token(given: str) -> None:
            if client is self._client:
                self.written.keep_token(given)

        client = Client(
            link,
            credentials,
            info=ClientInfo(name=self.settings.client_name, version=version("peerline")),
            on_changes=on_changes,
            on_state=on_state,
            get_token=get_token,
            on_token=on_token,
            waits_for_token=True,
            create=create,
        )
        return client

    def _take_up(self, client: Client, link: SessionLink, username: str, token: str | None) -> None:
        """The session of this client is the one at hand from now on."""
        self._client, self._link = client, link
        self._username, self._token = username, token
        self._is_asking_for_token = False
        self.guard.forget()
        run = self.guard.run
        run("beginning the session", self.presenter.begin, client.replica)
        run("showing the state", self.presenter.show_state, ConnectionState.CONNECTING)
        run("showing what waits", self.written.show)

    # --- joining beside the session at hand ------------------------------------------------

    async def _join_beside(
        self, link: SessionLink, username: str, token: str | None, create: SessionToCreate | None
    ) -> dict[str, Any]:
        """Join another session; the one at hand is left when that has worked."""
        await self._drop_candidate()
        candidate = Candidate(link, username, token, self._loop.create_future())
        guest_token = self.written.guest_token(link, token, username)
        candidate.client = self._make_client(link, username, token, guest_token, create)
        self._candidate = candidate
        candidate.client.start()
        try:
            state = await candidate.answer
        except asyncio.CancelledError:
            if self._candidate is candidate:
                await self._drop_candidate()
                raise
            raise CommandRefused("CANCELLED", "another join was begun") from None
        if state is LinkState.WAITING:
            candidate.is_waiting = True
            self._notice(
                NoticeLevel.INFO,
                "WAITING",
                "A host of the other session must admit you. You stay in this one until then.",
            )
        elif state is LinkState.JOINED:
            await self._change_over(candidate)
        else:
            _, reason, code = candidate.last
            await self._drop_candidate()
            text = (reason or "the session has ended").removesuffix(".")
            raise CommandRefused(code or "UNREACHABLE", f"{text}. You stay in your session.")
        return {"session_id": link.session_id}

    async def _change_over(self, candidate: Candidate) -> None:
        """Leave the session at hand for the one that is joined now."""
        client = candidate.client
        if self._candidate is not candidate or client is None:
            return
        await self._leave_session()
        if self._candidate is not candidate:
            return  # left meanwhile
        self.written.begin(candidate.link, candidate.token, candidate.username)
        self._candidate = None
        self._take_up(client, candidate.link, candidate.username, candidate.token)
        self.presenter.show_changes([Reset()])
        self._on_state(*candidate.last)

    async def _drop_candidate(self) -> None:
        candidate, self._candidate = self._candidate, None
        if candidate is not None:
            await candidate.give_up()

    def _on_candidate(self, candidate: Candidate) -> None:
        """A session that a host had to admit the user to has answered."""
        state, reason, code = candidate.last
        if state is LinkState.JOINED:
            self.start(self._change_over(candidate))
        elif state in {LinkState.CLOSED, LinkState.TOKEN_NEEDED}:
            self._candidate = None
            self.start(candidate.give_up())
            text = (reason or "the other session has ended").removesuffix(".")
            self._notice(NoticeLevel.ERROR, code or "CLOSED", f"{text}. You stay in your session.")

    async def send_chat(self, arguments: SendChatArguments) -> dict[str, Any]:
        """peerline.sendChat: answers when everybody has it, or with `is_pending`."""
        _, link = self.joined()
        self._activity.said()
        self._update_status()
        return await self.written.submit(
            SendChatMessage(
                session_id=link.session_id,
                content=arguments.content,
                parent_id=arguments.parent_id,
            )
        )

    async def add_comment(self, arguments: AddCommentArguments) -> dict[str, Any]:
        """peerline.addComment: on lines of a document in the workspace."""
        _, link = self.joined()
        anchor = self.anchor_at(arguments.uri, arguments.line, arguments.end_line)
        data = CommentData(**anchor, content=arguments.content)
        return await self.written.submit(AddComment(session_id=link.session_id, data=data))

    async def reply(self, arguments: ReplyArguments) -> dict[str, Any]:
        """peerline.reply."""
        _, link = self.joined()
        refuse_pending(arguments.comment_id)
        return await self.written.submit(
            ReplyComment(
                session_id=link.session_id,
                comment_id=arguments.comment_id,
                content=arguments.content,
            )
        )

    async def resolve(self, arguments: ResolveArguments) -> dict[str, Any]:
        """peerline.resolve: or reopen."""
        _, link = self.joined()
        refuse_pending(arguments.comment_id)
        return await self.written.submit(
            ResolveComment(
                session_id=link.session_id,
                comment_id=arguments.comment_id,
                resolved=arguments.resolved,
            )
        )

    async def edit_message(self, arguments: EditMessageArguments) -> dict[str, Any]:
        """peerline.editMessage: also of what has not been sent yet."""
        if request_of(arguments.message_id) is not None:
            return self.written.resend(arguments.message_id, arguments.content)
        _, link = self.joined()
        return await self.written.submit(
            EditMessage(
                session_id=link.session_id,
                message_id=arguments.message_id,
                content=arguments.content,
            )
        )

    async def delete_message(self, arguments: DeleteMessageArguments) -> dict[str, Any]:
        """peerline.deleteMessage: also of what has not been sent yet."""
        if request_of(arguments.message_id) is not None:
            return self.written.discard(arguments.message_id)
        _, link = self.joined()
        return await self.written.submit(
            DeleteMessage(session_id=link.session_id, message_id=arguments.message_id)
        )

    async def react(self, arguments: ReactArguments) -> dict[str, Any]:
        """peerline.react: or take it back."""
        _, link = self.joined()
        refuse_pending(arguments.message_id)
        return await self.written.submit(
            React(
                session_id=link.session_id,
                message_id=arguments.message_id,
                emoji=arguments.emoji,
                remove=arguments.remove,
            )
        )

    async def load_history(self, arguments: LoadHistoryArguments) -> dict[str, Any]:
        """peerline.loadHistory: shows older chat; answers whether there is still more."""
        _, link = self.joined()
        before = arguments.before or self.presenter.oldest_message
        query = GetHistory(session_id=link.session_id, before=before)
        answer = await self.ask(query, History)
        self.presenter.show_older(answer.messages, has_more=answer.has_more)
        return {"has_more": answer.has_more}

    async def end_session(self) -> dict[str, Any]:
        """peerline.endSession: for hosts."""
        _, link = self.joined()
        return await self.request(EndSession(session_id=link.session_id))

    async def typing(self) -> dict[str, Any]:
        """peerline.typing: a message for the chat is being written."""
        self.joined()
        self._activity.typed(self._loop.time(), in_chat=True)
        self._update_status()
        return {}

    async def set_status(self, arguments: SetStatusArguments) -> dict[str, Any]:
        """peerline.setStatus."""
        self.joined()
        self._activity.set(arguments.status, self._loop.time())
        self._update_status()
        return {}

    async def follow(self, arguments: ParticipantArguments) -> dict[str, Any]:
        """peerline.follow: goes to the participant now and whenever they move."""
        self._known(arguments.user_id)
        self.presenter.follow(arguments.user_id)
        return {}

    async def unfollow(self) -> dict[str, Any]:
        """peerline.unfollow."""
        self.presenter.follow(None)
        return {}

    async def list_participants(self) -> dict[str, Any]:
        """peerline.listParticipants: an EditorParticipants."""
        self.joined()
        return self.presenter.participants().model_dump(mode="json", exclude_none=True)

    async def locate(self, arguments: LocateArguments) -> dict[str, Any]:
        """peerline.locate: the URI and the position of a place that a text names."""
        uri = self._places.uri_of(arguments.file)
        position = self._places.position(arguments.file, arguments.line, arguments.column)
        if uri is None or position is None:
            raise CommandRefused("NO_PLACE", f"there is no file {arguments.file} in this workspace")
        return {"uri": uri, "position": position.model_dump()}

    async def goto_participant(self, arguments: ParticipantArguments) -> dict[str, Any]:
        """peerline.gotoParticipant: the URI and the position to go to."""
        person = self._known(arguments.user_id)
        cursor = person.presence.cursor
        uri = None if cursor is None else self._places.uri_of(cursor.file)
        position = None if cursor is None else self._places.cursor(cursor)
        if cursor is None or uri is None or position is None:
            where = "has not moved yet" if cursor is None else "is in no file that one can go to"
            raise CommandRefused("NO_PLACE", f"{sanitize.line(person.username)} {where}")
        return {"uri": uri, "position": position.model_dump()}

    async def change_role(self, arguments: ChangeRoleArguments) -> dict[str, Any]:
        """peerline.changeRole: for hosts."""
        _, link = self.joined()
        return await self.request(
            ChangeRole(session_id=link.session_id, user_id=arguments.user_id, role=arguments.role)
        )

    async def remove_participant(self, arguments: RemoveArguments) -> dict[str, Any]:
        """peerline.removeParticipant: for hosts."""
        _, link = self.joined()
        return await self.request(
            RemoveParticipant(
                session_id=link.session_id,
                user_id=arguments.user_id,
                ban=arguments.ban,
                revoke_invite=arguments.revoke_invite,
            )
        )

    async def list_pending(self) -> dict[str, Any]:
        """peerline.listPending: an EditorPending."""
        return self.written.listed().model_dump(mode="json", exclude_none=True)

    async def resend_pending(self, arguments: PendingArguments) -> dict[str, Any]:
        """peerline.resendPending: once more what was refused."""
        return self.written.resend(arguments.id, None)

    async def discard_pending(self, arguments: PendingArguments) -> dict[str, Any]:
        """peerline.discardPending."""
        return self.written.discard(arguments.id)

    async def renew_token(self, arguments: RenewTokenArguments) -> dict[str, Any]:
        """peerline.renewToken: at once if the old one has expired."""
        client, _ = self.joined()
        self._is_asking_for_token = False
        self._token = arguments.auth_token
        client.renew(arguments.auth_token)
        return {}

    async def sign_in(self) -> dict[str, Any]:
        """peerline.signIn: with the token that the user keeps now."""
        _, link = self.joined()
        kept = await self.kept_token(link, self._username)
        if kept is None or kept == self._token:
            told = f"keep a new token for {link.address} in tokens.toml or the keyring first"
            raise CommandRefused(ErrorCode.AUTH_REQUIRED, told)
        return await self.renew_token(RenewTokenArguments(auth_token=kept))

    async def close(self) -> None:
        """The editor ends: leave, within the client's time limits."""
        if self._status_timer is not None:
            self._status_timer.cancel()
        self.presenter.end()
        client, self._client = self._client, None
        try:
            await self._drop_candidate()
            if client is not None:
                await client.leave()
        finally:
            await self.written.end()

    # --- from the session ------------------------------------------------------------------

    def _on_changes(self, changes: Sequence[Change]) -> None:
        self.presenter.show_changes(changes)

    def _on_state(self, state: LinkState, reason: str | None, code: ErrorCode | None) -> None:
        if self._client is None:
            return  # left meanwhile
        client, run = self._client, self.guard.run
        # First: the command that waits for the join is answered, whatever fails after it.
        is_told = self._answer_join(state, reason, code)
        run("showing the state", self.presenter.show_state, _STATES[state], reason)
        run("unsent messages", self.written.on_state, client, state, reason, code)
        if state is LinkState.JOINED:
            if self._last_cursor is not None:
                run("sending the cursor", self._send_cursor, self._last_cursor)
            if client.replica.is_host:
                # What changed meanwhile was told to the hosts who were here.
                self.start(self._ask_for_moderation())
        elif state is LinkState.TOKEN_NEEDED and not is_told:
            self._tell_of_token(code or ErrorCode.TOKEN_EXPIRED, reason or "it has expired")
        elif state is LinkState.CLOSED:
            if not is_told:
                text = reason or "the session has ended"
                self._notice(NoticeLevel.ERROR, code or "CLOSED", text)
            self._client = None
            run("ending the session", self.presenter.end)

    async def _ask_for_token(self) -> str | None:
        """The token expires: the user may keep a newer one, else they are asked.

        They answer by `peerline.renewToken`, or keep a new one and choose `peerline.signIn`.
        """
        with suppress(CommandRefused):
            _, link = self.joined()
            kept = await self.kept_token(link, self._username)
            if kept is not None and kept != self._token:
                self._token = kept
                return kept
        joining = self._joining
        if joining is None or joining.done():
            self._tell_of_token(ErrorCode.TOKEN_EXPIRED, "your token expires")
        return None

    def _tell_of_token(self, code: ErrorCode, text: str) -> None:
        """Ask for a token, once for each."""
        if not self._is_asking_for_token:
            self._is_asking_for_token = True
            self._notice(NoticeLevel.WARNING, code, text)

    def _answer_join(self, state: LinkState, reason: str | None, code: ErrorCode | None) -> bool:
        """Answer the command that waits for the join; whether there was one."""
        joining = self._joining
        if joining is None or joining.done():
            return False
        if state in {LinkState.JOINED, LinkState.WAITING}:
            # Until a host lets one in may take minutes: the state says how it goes on.
            joining.set_result(None)
        elif state in {LinkState.CLOSED, LinkState.TOKEN_NEEDED}:
            joining.set_exception(
                CommandRefused(code or "UNREACHABLE", reason or "the session has ended")
            )
        else:
            # It goes on trying; the command shall not block until a server is started.
            text = f"{(reason or '').removesuffix('.')}; still trying"
            joining.set_exception(CommandRefused("UNREACHABLE", text))
        return True

    async def _ask_for_moderation(self) -> None:
        with suppress(CommandRefused):
            _, link = self.joined()
            await self.ask(GetModeration(session_id=link.session_id), Moderation)

    # --- helpers ---------------------------------------------------------------------------

    def username(self, wanted: str | None = None) -> str:
        """The name that others see, by which a guest is known."""
        name = clean_name(wanted or self.settings.username or _system_user())
        return name[:MAX_USERNAME_CHARS] or "guest"

    async def kept_token(self, link: SessionLink, username: str) -> str | None:
        """The token that the user keeps for the link's server.

        Raises:
            CommandRefused: if the file of tokens cannot be used.
        """
        try:
            find = self.settings.find_token
            return None if find is None else await find(link, username)
        except TokenError as error:
            raise CommandRefused("TOKEN_FILE", str(error)) from None

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Have something done that nobody waits for; a failure is logged and told."""
        self.tasks.spawn(work, "work of the bridge")

    def joined(self) -> tuple[Client, SessionLink]:
        """The client and the link of the session.

        Raises:
            CommandRefused: if there is none.
        """
        if self._client is None or self._link is None:
            raise CommandRefused(ErrorCode.NOT_JOINED, "join a session first")
        return self._client, self._link

    def _known(self, user_id: str) -> Any:  # noqa: ANN401 - a Participant
        client, _ = self.joined()
        person = client.replica.participants.get(user_id)
        if person is None:
            raise CommandRefused("NO_PARTICIPANT", "there is no such participant here now")
        return person

    async def request(self, message: ClientMessage) -> dict[str, Any]:
        """Have the server do something; the `seq` at which it was done.

        Raises:
            CommandRefused: if it is not done.
        """
        client, _ = self.joined()
        try:
            ack = await client.request(message)
        except RequestRefused as refused:
            raise CommandRefused(refused.code, refused.message) from None
        except ClientError as error:
            raise CommandRefused(type(error).__name__, str(error)) from None
        return {"seq": ack.seq}

    async def ask(self, request: Request, kind: type[_A]) -> _A:
        """What the server answers.

        Raises:
            CommandRefused: if it does not.
        """
        client, _ = self.joined()
        try:
            answer = await client.ask(request)
        except RequestRefused as refused:
            raise CommandRefused(refused.code, refused.message) from None
        except ClientError as error:
            raise CommandRefused(type(error).__name__, str(error)) from None
        if not isinstance(answer, kind):
            raise CommandRefused("INTERNAL_ERROR", "the server answered something else")
        return answer

    def anchor_at(self, uri: str, line: int, end_line: int | None) -> dict[str, Any]:
        """The wire's fields of an anchor on lines of a document of the workspace.

        Raises:
            CommandRefused: if the document is not one.
        """
        file = self._places.file_of(uri)
        lines = self._places.lines_of_uri(uri)
        if file is None or lines is None:
            raise CommandRefused("INVALID_FIELD", "the document is not a file of the workspace")
        height = max(0, (end_line or line) - line)
        lines, first = without_drafts(lines, min(line, len(lines) - 1))
        last = min(first + height, len(lines) - 1)
        return {
            **describe(lines, first, last),
            "file": file,
            "line": first + 1,
            "end_line": last + 1 if last > first else None,
        }

    def _send_cursor(self, cursor: EditorCursor) -> None:
        uri = cursor.textDocument.uri
        file = self._places.file_of(uri)
        lines = self._places.lines_of_uri(uri)
        if self._client is None or file is None or lines is None:
            return
        encoding = self._places.encoding
        line, column = to_wire(lines, cursor.position, encoding)
        selection = None
        if cursor.selection is not None and cursor.selection.start != cursor.selection.end:
            start = to_wire(lines, cursor.selection.start, encoding)
            end = to_wire(lines, cursor.selection.end, encoding)
            first, last = min(start, end), max(start, end)
            selection = SelectionData(
                start_line=first[0],
                start_column=first[1],
                end_line=last[0],
                end_column=last[1],
            )
        self._client.send_cursor(
            CursorData(file=file, line=line, column=column, selection=selection)
        )
        if cursor.viewport is not None:
            self._send_viewport(file, cursor.viewport, len(lines))

    def _send_viewport(self, file: str, rows: LineRange, line_count: int) -> None:
        start = min(rows.start, line_count - 1)
        end = max(start, min(rows.end, line_count - 1))
        if self._client is not None:
            self._client.send_presence(
                viewport=ViewportData(file=file, start_line=start + 1, end_line=end + 1)
            )

    def _update_status(self) -> None:
        now = self._loop.time()
        status, typing_in = self._activity.status(now), self._activity.typing_in(now)
        # The server ends a typing that it does not hear of for 10 s.
        is_due = status is Status.TYPING and now - self._status_sent >= TYPING_REFRESH_SECONDS
        if (status, typing_in) != (self._status, self._typing_in) or is_due:
            self._status, self._typing_in, self._status_sent = status, typing_in, now
            if self._client is not None:
                self._client.send_presence(status=status, typing_in=typing_in)
        if self._status_timer is not None:
            self._status_timer.cancel()
            self._status_timer = None
        wait = self._activity.next_change(now)
        if wait is not None:
            self._status_timer = self._loop.call_later(
                wait + 0.01, self.guard.wrap("the status", self._update_status)
            )

    def _notice(self, level: NoticeLevel, code: str, text: str) -> None:
        self._surface.show_notice(EditorNotice(level=level, code=code, message=sanitize.line(text)))


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (
        OSError,
        KeyError,
        ImportError,
    ):  # no such user, or no such module on Windows
        return "guest"
