"""Search and the activity log on the wire."""

# The models are frozen, so a narrower `type` is safe. pyright does not see that.
# pyright: reportIncompatibleVariableOverride=false

import operator
from datetime import MAXYEAR, MINYEAR
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from peerline.protocol.base import AnswerBase, ClientMessageBase
from peerline.protocol.events import DurableMessage
from peerline.protocol.limits import DEFAULT_PAGE, MAX_ACTIVITY_TYPES, MAX_SEARCH_CHARS
from peerline.protocol.types import (
    ActivityCursor,
    EventType,
    FilePath,
    ItemId,
    LineNumber,
    PageSize,
    Seq,
    ServerModel,
    Text,
    Timestamp,
    UserId,
)


class ItemKind(StrEnum):
    """The kind of an item that was found."""

    CHAT = "chat"
    COMMENT = "comment"
    REPLY = "reply"
    AGENT = "agent"


class SearchResult(ServerModel):
    """A found chat message, comment or reply; `comment_id` is its thread and `file` its file.

    Of an event of an agent, `content` is the text by which it was found.
    """

    kind: ItemKind
    message_id: ItemId
    comment_id: ItemId | None = None
    file: FilePath | None = None
    line: LineNumber | None = None
    user_id: UserId
    username: Text
    content: Text
    timestamp: Timestamp
    seq: Seq


class CursorTrail(ServerModel):
    """The lines of a participant's cursor since a moment, both inclusive."""

    file: FilePath
    start_line: LineNumber
    end_line: LineNumber
    since: Timestamp


class DocumentEdit(ServerModel):
    """A participant's edits of a shared document within a minute, in characters.

    `file` is its name at the last of them; it may have another one since.
    """

    document_id: ItemId
    file: FilePath
    inserted: Annotated[int, Field(ge=0)]
    deleted: Annotated[int, Field(ge=0)]
    since: Timestamp


class Search(ClientMessageBase):
    """Chat messages, comments and replies with all these words; the answer is `search_results`.

    The last word may be the beginning of one. The newest come first, before the event `before`.
    With `agents` the events of agents are searched as well.
    """

    type: Literal["search"] = "search"
    query: Annotated[Text, Field(min_length=1, max_length=MAX_SEARCH_CHARS)]
    before: Seq | None = None
    limit: PageSize = DEFAULT_PAGE
    # Left out unless it is set: a server that does not know it refuses the message.
    agents: Annotated[bool, Field(exclude_if=operator.not_)] = False


class GetActivity(ClientMessageBase):
    """Ask for the activity, newest first; the answer is `activity`.

    `types` are those of durable events, `cursor_trail` and `document_edited`; all of them if it is
    empty. `since` is inclusive, `until` exclusive. `before` is the `next` of the page before.
    """

    type: Literal["get_activity"] = "get_activity"
    types: Annotated[list[EventType], Field(max_length=MAX_ACTIVITY_TYPES)] = []
    user_id: UserId | None = None
    since: Timestamp | None = None
    until: Timestamp | None = None
    before: ActivityCursor | None = None
    limit: PageSize = DEFAULT_PAGE

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


class SearchResults(AnswerBase):
    """The items found, newest first, and whether there are older ones."""

    type: Literal["search_results"] = "search_results"
    results: list[SearchResult]
    has_more: bool


class ActivityEntry(ServerModel):
    """Something that happened: a durable event, a trail of a cursor, or edits of a document."""

    type: EventType
    user_id: UserId
    username: Text
    timestamp: Timestamp
    event: DurableMessage | None = None
    trail: CursorTrail | None = None
    edit: DocumentEdit | None = None


class Activity(AnswerBase):
    """The activity, newest first; `next` is the start of the older page, if there is one."""

    type: Literal["activity"] = "activity"
    entries: list[ActivityEntry]
    next: str | None = None
