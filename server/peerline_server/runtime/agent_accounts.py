"""Makes accounts for the AI agents of participants."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from peerline.protocol.agent_accounts import AgentCreated, CreateAgent
from peerline.protocol.agents import AgentInfo, UserKind
from peerline.protocol.approvals import GetApproval, WholeApproval
from peerline.protocol.errors import ErrorCode
from peerline.protocol.participants import User
from peerline.protocol.roles import Role
from peerline.protocol.text import clean_name
from peerline_server.auth.tokens import AgentClaims, TokenIssuer
from peerline_server.core.agent_rules import (
    MAX_AGENTS_KEPT,
    WantedAgent,
    agents_here,
    is_full,
    least,
)
from peerline_server.runtime.live_session import LiveSession
from peerline_server.runtime.moderation_requests import RequestRefused
from peerline_server.settings import Settings


@dataclass(frozen=True, slots=True)
class AgentAccounts:
    """Issues the tokens of agents; the caller has checked that the user may have one."""

    issuer: TokenIssuer
    token_seconds: int
    most: int
    """Agents of one owner that are in a session at once."""

    @classmethod
    def of(cls, issuer: TokenIssuer, settings: Settings) -> Self:
        """With the server's settings."""
        return cls(issuer, settings.agent_token_seconds, settings.max_agents_per_owner)

    def create(
        self, request: CreateAgent, live: LiveSession, owner_id: str, made_by: str | None
    ) -> AgentCreated:
        """The agent's account and its token; `made_by` is the id of the owner's.

        Raises:
            RequestRefused: with AGENT_LIMIT.
        """
        members = live.session.members
        owner = members.get(owner_id)
        if owner is None:
            raise RequestRefused(ErrorCode.NOT_A_PARTICIPANT, "you are no longer in this session")
        if len(agents_here(members, owner_id)) >= self.most:
            text = f"you have {self.most} agents in this session: end one of them"
            raise RequestRefused(ErrorCode.AGENT_LIMIT, text)
        name, role = clean_name(request.name), least(request.role, owner.user.role, Role.EDITOR)
        known = live.agents.expected(
            owner_id, WantedAgent(name, request.product, role), request.request_id
        )
        if known is None and is_full(members, owner_id):
            text = f"you have had {MAX_AGENTS_KEPT} agents in this session: take one of their names"
            raise RequestRefused(ErrorCode.AGENT_LIMIT, text)
        user_id = known or self.issuer.agent_id(live.id, owner_id, request.request_id)
        claims = AgentClaims(
            owner_id,
            live.id,
            role,
            request.product,
            request.model,
            request.agent_policy,
            request.prompt_policy,
            made_by,
        )
        now = live.now()
        token = self.issuer.issue_agent(user_id, name, claims, self.token_seconds, now)
        return AgentCreated(
            session_id=live.id,
            request_id=request.request_id,
            user=agent_user(user_id, members.name_on_joining(user_id, name), role, claims),
            auth_token=token,
            expires_at=now + timedelta(seconds=self.token_seconds),
        )


def whole_approval(request: GetApproval, live: LiveSession) -> WholeApproval:
    """An open question with all of its detail.

    Raises:
        RequestRefused: if there is none of this id, or it was closed.
    """
    board = live.session.approvals
    approval = board.get(request.approval_id)
    if approval is None:
        if board.was_closed(request.approval_id) is not None:
            raise RequestRefused(ErrorCode.APPROVAL_CLOSED, "this has been answered")
        text = "approval_id: no agent has asked this"
        raise RequestRefused(ErrorCode.APPROVAL_NOT_FOUND, text)
    return WholeApproval(session_id=live.id, request_id=request.request_id, approval=approval)


def agent_user(user_id: str, name: str, role: Role, claims: AgentClaims) -> User:
    """The user that an agent is."""
    info = AgentInfo(
        owner_id=claims.owner_id,
        product=claims.product,
        model=claims.model,
        agent_policy=claims.agent_policy,
        prompt_policy=claims.prompt_policy,
    )
    return User(id=user_id, username=name, role=role, kind=UserKind.AGENT, agent=info)
