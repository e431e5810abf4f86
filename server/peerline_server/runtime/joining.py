"""Carries out a join: identifies the user, admits them or not, and sends what comes first."""

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol, Self

from peerline.protocol.errors import ErrorCode
from peerline.protocol.limits import MAX_CONTENT_CHARS
from peerline.protocol.moderation import PendingJoin
from peerline.protocol.participants import User
from peerline.protocol.roles import Role
from peerline.protocol.session import Limits, ResumePoint, SessionToCreate
from peerline_server.auth.accounts import Accounts
from peerline_server.auth.tokens import AgentClaims, AuthError, Identity, TokenIssuer
from peerline_server.cluster.places import Elsewhere, Found, Unreachable
from peerline_server.cluster.placing import MOST_TRIES, UNREACHABLE_SECONDS
from peerline_server.core.admission import Admission, admit
from peerline_server.core.agent_rules import admit_agent
from peerline_server.core.invite_table import Decided
from peerline_server.core.invites import hash_code
from peerline_server.core.join_request import JoinRefused, JoinRequest
from peerline_server.core.records import Rejected
from peerline_server.limits.limiter import FULL_RETRY_SECONDS, Limiter, LimitHit
from peerline_server.runtime.agent_accounts import agent_user
from peerline_server.runtime.appending import AppendFailed, AppendOutcome
from peerline_server.runtime.context import Context
from peerline_server.runtime.creation import CreationDenied, SessionCreator
from peerline_server.runtime.first_frames import Entry, first_frames
from peerline_server.runtime.guests import guest_id, guest_name
from peerline_server.runtime.hub import Hub
from peerline_server.runtime.join_refusals import AGAIN_SECONDS, busy, refused, refused_by_store
from peerline_server.runtime.join_turns import turn_to_join
from peerline_server.runtime.live_session import LiveSession
from peerline_server.runtime.replay import Missed
from peerline_server.settings import Settings
from peerline_server.transport.base import SharedFrame

_log = logging.getLogger("peerline.server.joining")


class NotOwnerError(Exception):
    """Another node passed the connection on to this one, which does not own the session either."""


@dataclass(frozen=True, slots=True)
class JoinOptions:
    """The settings of joins."""

    guest_token_seconds: int
    agent_token_seconds: int
    max_agents_per_owner: int
    agent_alone_seconds: float
    max_participants: int
    max_guests_per_invite: int
    approval_seconds: float
    limits: Limits
    """As each client is told."""
    has_page: bool = False
    """Whether links to sessions open in a browser."""

    @classmethod
    def of(cls, settings: Settings, *, has_page: bool) -> Self:
        """Those of the server's settings."""
        return cls(
            has_page=has_page,
            guest_token_seconds=settings.guest_token_seconds,
            agent_token_seconds=settings.agent_token_seconds,
            max_agents_per_owner=settings.max_agents_per_owner,
            agent_alone_seconds=settings.agent_alone_seconds,
            max_participants=settings.max_participants,
            max_guests_per_invite=settings.max_guests_per_invite,
            approval_seconds=settings.approval_seconds,
            limits=Limits(
                max_message_bytes=settings.max_message_bytes,
                max_content_chars=MAX_CONTENT_CHARS,
                messages_per_minute=settings.messages_per_minute,
                presence_interval_ms=settings.presence_interval_ms,
                snapshot_messages=settings.snapshot_messages,
                heartbeat_seconds=settings.ping_interval_seconds,
            ),
        )


class JoiningConnection(Protocol):
    """The connection that asks to join."""

    @property
    def id(self) -> str:
        """The connection's id."""
        ...

    def identified(self, identity: Identity) -> None:
        """Know the user of the token; a revocation counts from now on."""
        ...

    @property
    def was_passed_on(self) -> bool:
        """Whether another node has passed it on to this one: it goes no further."""
        ...

    async def pass_on(self, owner: Elsewhere) -> Found:
        """Call the node that owns the session, and pass the connection on to it if it is there."""
        ...

    def enter(self, live: LiveSession, user_id: str, frames: list[SharedFrame]) -> None:
        """Be in the session from this very turn of the event loop on."""
        ...

    def wait_for_host(self, answer: "asyncio.Future[bool]", seconds: float) -> None:
        """Wait until `answer` is there, at most `seconds`; set it to False to stop waiting."""
        ...

    def wait_is_over(self) -> None:
        """The answer is there, or the time is over."""
        ...


class JoinService:
    """Admits users to sessions."""

    def __init__(  # noqa: PLR0913 - the parts that it works with
        self,
        hub: Hub,
        creator: SessionCreator,
        accounts: Accounts,
        issuer: TokenIssuer,
        limiter: Limiter,
        *,
        context: Context,
        options: JoinOptions,
    ) -> None:
        self._hub = hub
        self._creator = creator
        self._accounts = accounts
        self._issuer = issuer
        self._limiter = limiter
        self._context = context
        self._options = options

    async def join(self, request: JoinRequest, connection: JoiningConnection) -> None:
        """Have the user join.

        `connection.enter` is called at the very turn of the event loop in which the join was
        committed, so nothing is missed and nothing is doubled.

        Raises:
            JoinRefused: with the reason.
            NotOwnerError: if the connection was passed on to this node by mistake.
        """
        identity, guest_token = await self._identify(request)
        connection.identified(identity)
        try:
            with self._limiter.joining(identity.user_id, request.session_id, guest=identity.renews):
                await self._join(request, identity, guest_token, connection)
        except LimitHit as hit:
            raise JoinRefused(ErrorCode.LIMIT_EXCEEDED, hit.text, hit.retry_after) from None

    async def identify(self, token: str) -> Identity:
        """Return the user that the token signs in now.

        Raises:
            AuthError: with the reason.
        """
        return await self._accounts.identify(token, self._context.now())

    def renew(self, user: Identity) -> tuple[str, Identity]:
        """The next token of a guest or agent, and what it says."""
        now, options = self._context.now(), self._options
        lifetime = options.guest_token_seconds if user.is_guest else options.agent_token_seconds
        token = self._issuer.renew(user, lifetime, now)
        return token, replace(user, expires_at=now + timedelta(seconds=lifetime))

    async def _join(
        self,
        request: JoinRequest,
        identity: Identity,
        guest_token: str | None,
        connection: JoiningConnection,
    ) -> None:
        while True:
            live = await self._located(request.session_id, connection)
            if isinstance(live, Elsewhere):
                return  # it is passed on
            if live is None:
                if request.create is None:
                    raise refused(ErrorCode.SESSION_NOT_FOUND)
                await self._create(request.session_id, request.create, identity)
                continue
            async with turn_to_join(live, identity):
                if live.is_loaded:
                    entry = Entry(
                        live,
                        identity,
                        connection.id,
                        guest_token,
                        request.resume,
                        await self._missed(live, request.resume),
                    )
                    await self._enter(entry, connection, request.invite)
                    return

    async def _located(
        self, session_id: str, connection: JoiningConnection
    ) -> LiveSession | Elsewhere | None:
        """The session, or its owner once the connection is passed on to it."""
        place = await self._hub.session(session_id)
        for _ in range(MOST_TRIES):
            if isinstance(place, Unreachable):
                raise busy(place.retry_after)
            if not isinstance(place, Elsewhere):
                return place
            if connection.was_passed_on:
                raise NotOwnerError
            found = await connection.pass_on(place)
            if found is Found.THERE:
                return place
            place = await self._hub.take_over(session_id, place, found)
        if isinstance(place, Elsewhere | Unreachable):
            raise busy(UNREACHABLE_SECONDS)
        return place

    async def _create(self, session_id: str, new: SessionToCreate, identity: Identity) -> None:
        try:
            await self._creator.create(session_id, new.title, identity)
        except CreationDenied as denied:
            raise JoinRefused(denied.code, denied.text) from None

    async def _identify(self, request: JoinRequest) -> tuple[Identity, str | None]:
        now = self._context.now()
        if request.auth_token is not None:
            try:
                return await self.identify(request.auth_token), None
            except AuthError as error:
                raise JoinRefused(error.code, error.text, error.retry_after) from None
        if request.invite is None:
            raise JoinRefused(
                ErrorCode.AUTH_REQUIRED,
                "sign in with auth_token, or as a guest with invite and username",
            )
        name = guest_name(request.username)
        user_id = guest_id(self._issuer, request.guest_key)
        token = self._issuer.issue(
            user_id, name, self._options.guest_token_seconds, now, guest=True
        )
        return await self._accounts.identify(token, now), token

    async def _missed(self, live: LiveSession, resume: ResumePoint | None) -> Missed | None:
        if resume is None or resume.epoch != live.session.epoch:
            return None
        return await live.replay.missed_since(resume.seq)

    async def _enter(self, entry: Entry, connection: JoiningConnection, code: str | None) -> None:
        live, identity = entry.live, entry.identity
        code_hash = None if code is None else hash_code(code)
        admission = await self._admit(live, identity, code_hash)
        if live.session.info.join_approval and admission.redeems_invite:
            await self._ask_hosts(live, identity, admission.role, connection)
            # What was true before the wait need not be true after it.
            admission = await self._admit(live, identity, code_hash)
        if admission.role is not Role.HOST:
            # Guests who fill a session cannot keep its hosts out.
            self._check_limits(live, identity.user_id)
        now = live.now()
        member = live.session.member(identity.user_id)
        if member is not None and member.is_active and not admission.redeems_invite:
            connection.enter(
                live,
                identity.user_id,
                self._first_frames(entry),
            )
            if admission.role is Role.HOST:
                live.moderation_changed()  # no event tells this connection
            return
        name = live.session.reserve_name_on_joining(identity.user_id, identity.username)
        user = _user(identity, name, admission.role)
        event = live.session.join_event(
            user,
            now,
            invite_hash=code_hash if admission.redeems_invite else None,
            max_guests=self._max_guests(identity),
        )
        done = self._context.loop.create_future()

        def finish(outcome: AppendOutcome) -> None:
            live.session.release_name(user.id, user.username)
            if not isinstance(outcome, Rejected | AppendFailed):
                connection.enter(
                    live,
                    user.id,
                    self._first_frames(entry),
                )
            if not done.done():
                done.set_result(outcome)

        live.append(event, finish)
        outcome = await done
        if isinstance(outcome, AppendFailed):
            if not live.is_loaded and not outcome.is_unknown:
                raise busy(AGAIN_SECONDS)  # another node has taken the session over
            raise refused_by_store(is_unknown=outcome.is_unknown, code=outcome.code)
        if isinstance(outcome, Rejected):
            raise refused(outcome.code)
        _log.info(
            "joined: role=%s",
            admission.role.value,
            extra={"connection": connection.id, "session": live.id, "participant": user.id},
        )

    async def _admit(
        self, live: LiveSession, identity: Identity, code_hash: str | None
    ) -> Admission:
        if identity.agent is not None:
            code_hash = None  # an agent needs no invite
        invite = None if code_hash is None else await live.invites.find(code_hash)
        if live.session.is_ended:
            raise refused(ErrorCode.SESSION_ENDED)
        member = live.session.member(identity.user_id)
        decided = live.session.decided(identity.user_id)
        if identity.agent is not None:
            admission = self._admit_agent(live, identity.user_id, identity.agent, decided)
        else:
            admission = admit(
                None if member is None else member.user.role,
                decided,
                invite,
                self._context.now(),
                has_code=code_hash is not None,
                max_guests=self._max_guests(identity),
            )
        if isinstance(admission, ErrorCode):
            raise refused(admission)
        return admission

    def _admit_agent(
        self, live: LiveSession, user_id: str, agent: AgentClaims, decided: Decided
    ) -> Admission | ErrorCode:
        if agent.session_id != live.id:
            return ErrorCode.NOT_A_PARTICIPANT
        return admit_agent(
            live.session.members,
            decided,
            user_id,
            agent.owner_id,
            agent.role,
            now=live.now(),
            most=self._options.max_agents_per_owner,
            alone=timedelta(seconds=self._options.agent_alone_seconds),
        )

    def _max_guests(self, identity: Identity) -> int | None:
        """How many guests an invite may bring, for one of them."""
        return self._options.max_guests_per_invite if identity.is_guest else None

    async def _ask_hosts(
        self, live: LiveSession, identity: Identity, role: Role, connection: JoiningConnection
    ) -> None:
        """Wait until a host admits the user."""
        room, seconds = live.waiting_room, self._options.approval_seconds
        if room.is_full:
            text = "too many wait to be let into this session: try again later"
            raise LimitHit(text, FULL_RETRY_SECONDS)
        answer: asyncio.Future[bool] = self._context.loop.create_future()
        user_id, name = identity.user_id, identity.username
        join = PendingJoin(user_id=user_id, username=name, role=role, asked_at=self._context.now())
        room.enter(join, answer)
        live.moderation_changed()
        try:
            connection.wait_for_host(answer, seconds)
            if not await asyncio.wait_for(answer, seconds):
                if not live.is_loaded:
                    raise busy(AGAIN_SECONDS)  # nobody declined: the session is loaded again
                is_banned = live.session.is_banned(user_id)
                raise refused(ErrorCode.BANNED if is_banned else ErrorCode.JOIN_DENIED)
        except TimeoutError:
            raise refused(ErrorCode.JOIN_UNANSWERED) from None
        finally:
            connection.wait_is_over()
            room.leave(user_id)
            live.moderation_changed()

    def _check_limits(self, live: LiveSession, user_id: str) -> None:
        session, most = live.session, self._options.max_participants
        if not session.is_active(user_id) and session.members.active_count >= most:
            text = f"a session holds at most {most} participants"
            raise LimitHit(text, FULL_RETRY_SECONDS)

    def _first_frames(self, entry: Entry) -> list[SharedFrame]:
        return first_frames(entry, self._options.limits, has_page=self._options.has_page)


def _user(identity: Identity, name: str, role: Role) -> User:
    if identity.agent is not None:
        return agent_user(identity.user_id, name, role, identity.agent)
    return User(id=identity.user_id, username=name, avatar=identity.avatar, role=role)
