"""What asks the server for something and changes no shared state: queries and administration."""

# The models are frozen, so a narrower `type` is safe. pyright does not see that.
# pyright: reportIncompatibleVariableOverride=false

from datetime import MAXYEAR, MINYEAR
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from peerline.protocol.client_base import ClientMessageBase
from peerline.protocol.roles import Role
from peerline.protocol.types import (
    MAX_ACTIVITY_TYPES,
    MAX_INVITE_SECONDS,
    MAX_INVITE_USES,
    MAX_SEARCH_CHARS,
    MIN_INVITE_SECONDS,
    ActivityCursor,
    EventType,
    FilePath,
    ItemId,
    PageSize,
    RequestId,
    Seq,
    Text,
    Timestamp,
    UserId,
)


class GetHistory(ClientMessageBase):
    """The chat before the event `before`, or the latest of it; the answer is `history`."""

    type: Literal["get_history"] = "get_history"
    before: Seq | None = None
    limit: PageSize = 50


class GetComments(ClientMessageBase):
    """Threads, of one file or all, open or resolved or both; the answer is `comments`.

    `after` is the id of the last thread of the page before.
    """

    type: Literal["get_comments"] = "get_comments"
    file: FilePath | None = None
    resolved: bool | None = None
    after: ItemId | None = None
    limit: PageSize = 50


class Search(ClientMessageBase):
    """Chat messages, comments and replies with all these words; the answer is `search_results`.

    The last word may be the beginning of one. The newest come first, before the event `before`.
    """

    type: Literal["search"] = "search"
    query: Annotated[Text, Field(min_length=1, max_length=MAX_SEARCH_CHARS)]
    before: Seq | None = None
    limit: PageSize = 50


class GetActivity(ClientMessageBase):
    """What happened, newest first; the answer is `activity`.

    `types` are those of durable events and `cursor_trail`; all of them if it is empty. `since` is
    inclusive, `until` exclusive. `before` is the `next` of the page before.
    """

    type: Literal["get_activity"] = "get_activity"
    types: Annotated[list[EventType], Field(max_length=MAX_ACTIVITY_TYPES)] = []
    user_id: UserId | None = None
    since: Timestamp | None = None
    until: Timestamp | None = None
    before: ActivityCursor | None = None
    limit: PageSize = 50

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for moment in (self.since, self.until):
            if moment is not None and moment.tzinfo is None:
                raise ValueError("since and until need a time zone")
            if moment is not None and moment.year in {MINYEAR, MAXYEAR}:
                # In another time zone it may be in a year that there is none of.
                raise ValueError("since and until must be in the years 2 to 9998")
        if self.since is not None and self.until is not None and self.until < self.since:
            raise ValueError("until is before since")
        return self


class GetModeration(ClientMessageBase):
    """Invites, bans and those who wait to be let in; the answer is `moderation`."""

    type: Literal["get_moderation"] = "get_moderation"


class CreateInvite(ClientMessageBase):
    """Make an invite; the answer is `invite_created`, the only place where its code ever is.

    `expires_in` is in seconds. Sent again with the same `request_id` it gives the same invite.
    """

    type: Literal["create_invite"] = "create_invite"
    request_id: RequestId  # pyright: ignore[reportGeneralTypeIssues] - required here
    role: Role = Role.EDITOR
    expires_in: Annotated[int, Field(strict=True, ge=MIN_INVITE_SECONDS, le=MAX_INVITE_SECONDS)] = (
        7 * 24 * 3600
    )
    max_uses: Annotated[int, Field(strict=True, ge=1, le=MAX_INVITE_USES)] | None = None


class RevokeInvite(ClientMessageBase):
    """Let nobody in by this invite any more."""

    type: Literal["revoke_invite"] = "revoke_invite"
    invite_id: ItemId


class LiftBan(ClientMessageBase):
    """Let a banned user come back with an invite."""

    type: Literal["lift_ban"] = "lift_ban"
    user_id: UserId


class AnswerJoin(ClientMessageBase):
    """Let somebody in who waits for it, or turn them away."""

    type: Literal["answer_join"] = "answer_join"
    user_id: UserId
    allow: bool


Query = GetHistory | GetComments | Search | GetActivity
"""What only asks; its answer goes to whoever asked."""
Administration = GetModeration | CreateInvite | RevokeInvite | LiftBan | AnswerJoin
"""What a host asks for beside the shared state; nobody but hosts hears of its effect."""
Request = Query | Administration
