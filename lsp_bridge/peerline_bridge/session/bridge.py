"""The life of a session in one editor: joining, changing over to another one, leaving."""

import asyncio
from collections.abc import Coroutine, Sequence
from importlib.metadata import version
from typing import Any

from peerline.client import Change, Client, Credentials, LinkState, Reset
from peerline.protocol.editor.session import (
    ConnectionState,
    EditorNotice,
    JoinArguments,
    NoticeLevel,
)
from peerline.protocol.errors import ErrorCode
from peerline.protocol.links import LinkError, SessionLink
from peerline.protocol.session import ClientInfo, SessionToCreate
from peerline.protocol.text import clean_name
from peerline.recent_sessions import RecentSessions
from peerline.tasks import Tasks
from peerline_bridge import sanitize
from peerline_bridge.errors import CommandRefused
from peerline_bridge.guard import Guard
from peerline_bridge.guarded_surface import GuardedSurface
from peerline_bridge.presentation.presenter import Presenter
from peerline_bridge.presentation.thread_presenter import ThreadPresenter
from peerline_bridge.session.activity import Activity
from peerline_bridge.session.candidate import Candidate
from peerline_bridge.session.join_answer import STATES, answer_join
from peerline_bridge.session.local_documents import LocalDocuments
from peerline_bridge.session.local_presence import LocalPresence
from peerline_bridge.session.local_user import LocalUser
from peerline_bridge.session.path_notices import PathNotices
from peerline_bridge.session.recent import Recents, Way
from peerline_bridge.session.session_client import SessionClient, ask_for_moderation
from peerline_bridge.session.session_sharing import documents_of, make_sharing, names_of
from peerline_bridge.session.settings import BridgeSettings
from peerline_bridge.session.token_requests import TokenRequests
from peerline_bridge.session.tokens import token_for_link
from peerline_bridge.sharing.editor_link import EditorLink
from peerline_bridge.surface import Surface
from peerline_bridge.texts.line_edit import ApplyEdit
from peerline_bridge.texts.locations import Locations
from peerline_bridge.unsent.unsent_messages import UnsentMessages


class Bridge:
    """The local participant. One session at a time."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts that it works with
        self,
        loop: asyncio.AbstractEventLoop,
        surface: Surface,
        locations: Locations,
        settings: BridgeSettings,
        apply_edit: ApplyEdit | None = None,
        link: EditorLink | None = None,
    ) -> None:
        self._loop = loop
        self.locations = locations
        """The documents and the workspace."""
        self.settings = settings
        self.apply_edit = apply_edit
        """Asks the editor to edit a document; None if it cannot be asked."""
        self.user = LocalUser(settings.username, settings.find_token)
        self.recents = Recents(RecentSessions())
        self._session: SessionClient | None = None
        self._joining: asyncio.Future[None] | None = None
        self._candidate: Candidate | None = None
        self.guard = Guard(lambda text: self._notice(NoticeLevel.WARNING, "SKIPPED", text))
        surface = self._surface = GuardedSurface(surface, self.guard)
        self.tasks = Tasks(lambda error: self.guard.failed("a task", error))
        threads = ThreadPresenter(
            loop,
            surface,
            locations,
            show_changes=surface.show_comment_changes if settings.comment_changes else None,
            all_threads=settings.all_comments,
            guard=self.guard,
        )
        self.presenter = Presenter(loop, surface, locations, threads, self.guard)
        self.unsent = UnsentMessages(self.presenter, self._notice)
        activity = Activity(settings.idle_seconds, settings.away_seconds, loop.time())
        self._paths = PathNotices(locations, self._notice, self.guard)
        self.presence = LocalPresence(
            loop, locations, activity, self.guard, self._client, self._paths.unshared
        )
        parts = (loop, surface, locations, link, self.guard, self._notice)
        self.sharing = make_sharing(*parts, self.presenter, self.presence, lambda: self._session)
        self.documents = LocalDocuments(
            locations, self.presenter, self.presence, self.sharing.files
        )
        self._tokens = TokenRequests(self.user, lambda: self._joining, self._notice)

    # --- what commands use -----------------------------------------------------------------

    @property
    def is_in_session(self) -> bool:
        """Whether there is a session at hand, even if its server is away now."""
        return self._session is not None and self._session.client.replica.session is not None

    def require_session(self) -> SessionClient:
        """The session at hand.

        Raises:
            CommandRefused: if there is none.
        """
        if self._session is None:
            raise CommandRefused(ErrorCode.NOT_JOINED, "join a session first")
        return self._session

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Have something done that nobody waits for; a failure is logged and told."""
        self.tasks.spawn(work, "work of the bridge")

    # --- joining and leaving ---------------------------------------------------------------

    async def join(self, arguments: JoinArguments, create: SessionToCreate | None = None) -> str:
        """Join a session; its id, when it is joined or a host has to admit the user.

        A session at hand is left only when the new one is joined.

        Raises:
            CommandRefused: if it is not joined, or not yet.
        """
        try:
            given = SessionLink.parse(arguments.link)
        except LinkError as error:
            raise CommandRefused("INVALID_LINK", str(error)) from None
        username = self.user.name(arguments.username or self.recents.name_for(given))
        way = await self.recents.way(given, username)
        try:
            return await self._join(way, username, arguments, create)
        except CommandRefused as refused:
            if not self.recents.may_be_elsewhere(given, way, refused):
                raise
            # Something else has the address of the own server by now.
            way = await self.recents.way(given, username, ask=True)
            return await self._join(way, username, arguments, create)

    async def _join(
        self, way: Way, username: str, arguments: JoinArguments, create: SessionToCreate | None
    ) -> str:
        link = way.link
        token = (
            way.token
            or token_for_link(arguments.auth_token, arguments.auth_token_server, link)
            or await self.user.token_for(link, username)
        )
        if self.is_in_session:
            await self._join_beside(link, username, token, create)
            return link.session_id
        await self.leave()
        guest_token = self.unsent.begin(link, token, username)
        session = self._open(link, username, token, guest_token, create)
        self._take_up(session)
        self._joining = self._loop.create_future()
        session.client.start()
        try:
            await self._joining
        finally:
            self._joining = None
        return link.session_id

    async def change_name(self, wanted: str) -> str:
        """Change the user's name, at once in the session at hand; the name that others see.

        Raises:
            CommandRefused: it is no name, or the server did not take it; then nothing changes.
        """
        name = clean_name(wanted)
        if not name:
            text = "a name needs a visible character: choose another one"
            raise CommandRefused(ErrorCode.INVALID_FIELD, text)
        session = self._session
        if session is None or session.client.replica.session is None:
            self.user.rename(name)
            return name
        shown = await session.change_name(name)
        self.user.rename(name)
        if session is self._session:
            self.unsent.rename(session.link, session.token, name)
            self.recents.joined_as(session.client, session.link, name)
        return shown

    async def leave(self) -> None:
        """Leave the session, if there is one."""
        await self._drop_candidate()
        await self._leave_session()

    async def close(self) -> None:
        """The editor ends: leave, within the client's time limits."""
        self.presence.close()
        self.sharing.close()
        self.presenter.end()
        session, self._session = self._session, None
        try:
            await self._drop_candidate()
            if session is not None:
                await session.client.leave()
        finally:
            await self.unsent.end()

    async def _leave_session(self) -> None:
        session, self._session = self._session, None
        if self._joining is not None and not self._joining.done():
            self._joining.set_exception(CommandRefused("CANCELLED", "another join was begun"))
        if session is not None:
            await session.client.leave()
            run = self.guard.run
            run("ending shared documents", self.sharing.end)
            run("ending the session", self.presenter.end)
            run("showing the state", self.presenter.show_state, ConnectionState.OFFLINE, "you left")
        await self.unsent.end()

    def _open(
        self,
        link: SessionLink,
        username: str,
        token: str | None,
        guest_token: str | None,
        create: SessionToCreate | None,
    ) -> SessionClient:
        credentials = Credentials(
            auth_token=token, invite=link.invite, username=username, guest_token=guest_token
        )

        def on_changes(changes: Sequence[Change]) -> None:
            if session is self._session:
                self.presenter.show_changes(changes)
                self._paths.changed(changes, session.client.replica)
                self.sharing.show_changes(changes)

        def on_state(state: LinkState, reason: str | None, code: ErrorCode | None) -> None:
            candidate = self._candidate
            if session is self._session:
                self._on_state(state, reason, code)
            elif candidate is not None and candidate.session is session:
                candidate.on_state(state, reason, code)
                if candidate.is_waiting:
                    self._on_candidate(candidate)

        async def get_token() -> str | None:
            # What the user keeps for the server of the session at hand is not for another one.
            return await self._tokens.newer(session) if session is self._session else None

        def on_token(given: str) -> None:
            if session is self._session:
                self.unsent.keep_token(given)

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
        session = SessionClient(client, link, username, token)
        return session

    def _take_up(self, session: SessionClient) -> None:
        """This session is the one at hand from now on."""
        self._session = session
        self.guard.forget()
        self._paths.begin()
        run = self.guard.run
        client = session.client
        run("beginning the session", self.presenter.begin, client.replica)
        run("showing the state", self.presenter.show_state, ConnectionState.CONNECTING)
        run("showing what waits", self.unsent.show)
        run(
            "beginning shared documents",
            self.sharing.begin,
            names_of(session),
            documents_of(client),
            client.offers,
        )

    # --- joining beside the session at hand ------------------------------------------------

    async def _join_beside(
        self, link: SessionLink, username: str, token: str | None, create: SessionToCreate | None
    ) -> None:
        """Join another session; the one at hand is left when that has worked."""
        await self._drop_candidate()
        guest_token = self.unsent.guest_token(link, token, username)
        session = self._open(link, username, token, guest_token, create)
        candidate = self._candidate = Candidate(session, self._loop.create_future())
        session.client.start()
        try:
            state = await candidate.answer
        except asyncio.CancelledError:
            if self._candidate is candidate:
                await self._drop_candidate()
                raise
            raise CommandRefused("CANCELLED", "another join was begun") from None
        if state is LinkState.WAITING:
            candidate.is_waiting = True
            text = "A host of the other session must admit you. You stay in this one until then."
            self._notice(NoticeLevel.INFO, "WAITING", text)
        elif state is LinkState.JOINED:
            await self._change_over(candidate)
        else:
            _, reason, code = candidate.last
            await self._drop_candidate()
            text = (reason or "the session has ended").removesuffix(".")
            raise CommandRefused(code or "UNREACHABLE", f"{text}. You stay in your session.")

    async def _change_over(self, candidate: Candidate) -> None:
        """Leave the session at hand for the one that is joined now."""
        if self._candidate is not candidate:
            return
        await self._leave_session()
        if self._candidate is not candidate:
            return  # left meanwhile
        session = candidate.session
        self.unsent.begin(session.link, session.token, session.username)
        self._candidate = None
        self._take_up(session)
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

    async def _revive(self, session: SessionClient) -> None:
        """Start the own server of the session again if it was killed; it may be elsewhere then."""
        try:
            way = await self.recents.revived(session.link, session.username)
            if way is None:
                session.was_revived = False  # it may be about to end: look again the next time
            elif session is self._session and way.link.address != session.link.address:
                await self._join_beside(way.link, session.username, way.token, None)
        except CommandRefused as refused:
            text = f"your server could not be started again: {refused.text}"
            self._notice(NoticeLevel.ERROR, refused.code, text)

    # --- from the session ------------------------------------------------------------------

    def _on_state(self, state: LinkState, reason: str | None, code: ErrorCode | None) -> None:
        session, run = self._session, self.guard.run
        if session is None:
            return  # left meanwhile
        # First: the command that waits for the join is answered, whatever fails after it.
        is_told = answer_join(self._joining, state, reason, code)
        is_over = state is LinkState.CLOSED and code is not None and not code.may_rejoin
        show = self.presenter.show_state
        run("showing the state", show, STATES[state], reason, is_over=is_over)
        run("unsent messages", self.unsent.on_state, session.client, state, reason, code)
        if state is LinkState.RECONNECTING and not session.was_revived:
            session.was_revived = True
            self.start(self._revive(session))
        if state is LinkState.JOINED:
            session.was_revived = False
            run("noting the session", self.recents.joined, session)
            run("sending the presence", self.presence.send_again)
            run("opening shared documents", self.sharing.joined)
            if session.client.replica.is_host:
                # What changed meanwhile was told to the hosts who were here.
                self.start(ask_for_moderation(session))
        elif state is LinkState.TOKEN_NEEDED and not is_told:
            code = code or ErrorCode.TOKEN_EXPIRED
            self._tokens.ask(session, code, reason or "it has expired")
        elif state is LinkState.CLOSED:
            if not is_told:
                text = reason or "the session has ended"
                level = NoticeLevel.INFO if code is ErrorCode.SESSION_ENDED else NoticeLevel.ERROR
                self._notice(level, code or "CLOSED", text)
            self._session = None
            run("ending shared documents", self.sharing.end)
            run("ending the session", self.presenter.end)

    def _client(self) -> Client | None:
        return None if self._session is None else self._session.client

    def _notice(self, level: NoticeLevel, code: str, text: str) -> None:
        self._surface.show_notice(EditorNotice(level=level, code=code, message=sanitize.line(text)))
