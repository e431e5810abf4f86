"""Carries out what hosts ask for beside the shared state: invites, bans, pending joins."""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Final

from peerline.protocol.base import Ack
from peerline.protocol.errors import ErrorCode
from peerline.protocol.messages import Administration, Answer
from peerline.protocol.moderation import (
    AnswerJoin,
    CreateInvite,
    GetModeration,
    InviteCreated,
    LiftBan,
    RevokeInvite,
)
from peerline_server.core.invites import hash_code
from peerline_server.core.records import NewInvite
from peerline_server.runtime.live_session import LiveSession
from peerline_server.store.base import OutcomeUnknownError, Store, StoreFullError

_CODE_BYTES: Final = 24


class RequestRefused(Exception):  # noqa: N818 - it is an answer, not a fault
    """A request of a host cannot be carried out; the text says why."""

    def __init__(self, code: ErrorCode, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class ModerationRequests:
    """Carries out the requests of hosts; the caller has checked that the user is one."""

    def __init__(self, store: Store, secret: bytes, *, max_invites: int) -> None:
        self._store = store
        self._secret = secret
        self._max_invites = max_invites

    async def handle(
        self, request: Administration, live: LiveSession, user_id: str
    ) -> Ack | Answer:
        """Do it, and have the hosts told; the answer.

        Raises:
            RequestRefused: if it cannot be done.
            StoreError: if the store does not work.
        """
        match request:
            case GetModeration():
                return await live.host_news.moderation(request.request_id)
            case CreateInvite():
                return await self._create_invite(request, live, user_id)
            case RevokeInvite():
                try:
                    code_hash = await self._store.revoke_invite(
                        live.id, request.invite_id, live.now(), fence=live.fence
                    )
                except OutcomeUnknownError:
                    live.invites.forget_all()  # what is remembered of them may be wrong
                    raise
                if code_hash is None:
                    text = "invite_id: there is no such invite in this session"
                    raise RequestRefused(ErrorCode.INVITE_NOT_FOUND, text)
                live.invites.forget(code_hash)
            case LiftBan():
                await self._store.lift_ban(live.id, request.user_id, fence=live.fence)
                live.session.lift_ban(request.user_id)
            case AnswerJoin():
                if not live.waiting_room.answer(request.user_id, allow=request.allow):
                    text = "user_id: no user with this id waits for a host"
                    raise RequestRefused(ErrorCode.PARTICIPANT_NOT_FOUND, text)
        live.moderation_changed()
        known = request.request_id or ""
        return Ack(session_id=live.id, request_id=known, seq=live.session.seq)

    async def _create_invite(
        self, request: CreateInvite, live: LiveSession, user_id: str
    ) -> InviteCreated:
        code = self._code(live.id, user_id, request.request_id)
        code_hash = hash_code(code)
        now = live.now()
        wanted = NewInvite(
            id=code_hash[:16],
            session_id=live.id,
            code_hash=code_hash,
            role=request.role,
            created_at=now,
            expires_at=now + timedelta(seconds=request.expires_in),
            max_uses=request.max_uses,
        )
        try:
            invite = await self._store.create_invite(
                wanted, most=self._max_invites, fence=live.fence
            )
        except StoreFullError as error:
            raise RequestRefused(ErrorCode.LIMIT_EXCEEDED, str(error)) from None
        live.moderation_changed()
        return InviteCreated(
            session_id=live.id, request_id=request.request_id, invite=invite, code=code
        )

    def _code(self, session_id: str, user_id: str, request_id: str) -> str:
        """As unguessable as the secret, and the same whenever this request comes again."""
        what = f"invite\0{session_id}\0{user_id}\0{request_id}".encode()
        digest = hmac.new(self._secret, what, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:_CODE_BYTES]).decode()
