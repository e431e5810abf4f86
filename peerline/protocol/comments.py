"""Comments on the wire: threads, replies and where they are anchored."""

# The models are frozen, so a narrower `type` is safe. pyright does not see that.
# pyright: reportIncompatibleVariableOverride=false

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from peerline.protocol.base import AnswerBase, ClientMessageBase, DurableMessageBase
from peerline.protocol.chat import Item, ItemChange, changed_item
from peerline.protocol.limits import DEFAULT_PAGE, MAX_MENTIONS
from peerline.protocol.types import (
    ClientModel,
    ColumnNumber,
    Content,
    ContextLines,
    FilePath,
    ItemId,
    LineNumber,
    Lookalikes,
    PageSize,
    RelativePosition,
    ServerModel,
    SketchLines,
    Snippet,
    Text,
    Timestamp,
    UserId,
    WireModel,
)


class CommentReply(Item):
    """One reply in a comment's thread."""


class AnchorFields(WireModel):
    """The fields of an anchor, from clients and from the server alike."""

    file: FilePath
    line: LineNumber
    end_line: LineNumber | None = None
    column: ColumnNumber | None = None
    end_column: ColumnNumber | None = None
    code_snippet: Snippet = ""
    context_before: ContextLines = []
    context_after: ContextLines = []
    scope: ContextLines = []
    occurrence: LineNumber | None = None
    occurrences: LineNumber | None = None
    sketch_before: SketchLines | None = None
    sketch_after: SketchLines | None = None
    lookalikes: Lookalikes | None = None
    document_id: ItemId | None = None
    generation: ItemId | None = None
    start: RelativePosition | None = None
    end: RelativePosition | None = None


class Anchor(AnchorFields, ServerModel):
    """The lines that a comment is about.

    `code_snippet` is the text of the line (or lines), `context_before` and `context_after` a few
    lines around it, from which the place is found again in another version of the file. Of
    `occurrences` places with the same text in the author's version it is the `occurrence`-th.
    `scope` are the lines that enclose it by their indentation, outermost first.
    `sketch_before` and `sketch_after` are hashes of more lines around, and `lookalikes` of those
    around the other places with the same text.
    `column` and `end_column` (exclusive) narrow the range; without them whole lines are meant.
    In a shared document `start` and `end` are the range in its text, for as long as it is of this
    `generation`; the other fields are what is left of the place then.
    """


class Comment(Anchor, Item):
    """A comment on a line or on lines, with its replies."""

    resolved: bool = False
    resolved_by: UserId | None = None
    resolved_at: Timestamp | None = None
    replies: list[CommentReply] = []


def changed_thread(thread: Comment, event: ItemChange) -> Comment | None:
    """The thread after a change of its comment or of a reply; None if nothing of it is left."""
    if event.message_id == thread.id:
        thread = changed_item(thread, event)
    else:
        replies = [
            changed_item(reply, event) if reply.id == event.message_id else reply
            for reply in thread.replies
        ]
        left = [reply for reply in replies if reply.deleted_at is None]
        thread = thread.model_copy(update={"replies": left})
    return None if thread.deleted_at is not None and not thread.replies else thread


def replied_thread(thread: Comment, reply: CommentReply) -> Comment:
    """The thread with one more reply."""
    return thread.model_copy(update={"replies": [*thread.replies, reply]})


class CommentResolved(DurableMessageBase):
    """A thread was resolved, or reopened: then `comment` is the whole thread."""

    type: Literal["comment_resolved"] = "comment_resolved"
    comment_id: ItemId
    resolved: bool
    user_id: UserId
    username: Text
    timestamp: Timestamp
    comment: Comment | None = None


def resolved_thread(thread: Comment, event: CommentResolved) -> Comment:
    """Return the thread as resolved, with its author and time, or open again."""
    return thread.model_copy(
        update={
            "resolved": event.resolved,
            "resolved_by": event.user_id if event.resolved else None,
            "resolved_at": event.timestamp if event.resolved else None,
        }
    )


class CommentReattached(DurableMessageBase):
    """Somebody attached a thread to other lines; `anchor` replaces the one that it had."""

    type: Literal["comment_reattached"] = "comment_reattached"
    comment_id: ItemId
    anchor: Anchor
    user_id: UserId
    username: Text
    timestamp: Timestamp


def reattached_thread(thread: Comment, event: CommentReattached) -> Comment:
    """The thread with its new anchor; nothing of the one before stays."""
    return thread.model_copy(update=dict(event.anchor))


class AnchorData(AnchorFields, ClientModel):
    """The lines that a comment belongs to."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end_line is not None and self.end_line < self.line:
            raise ValueError("the comment ends before it starts")
        if (self.column is None) != (self.end_column is None):
            raise ValueError("column and end_column belong together")
        if (self.occurrence is None) != (self.occurrences is None):
            raise ValueError("occurrence and occurrences belong together")
        if (self.occurrence or 0) > (self.occurrences or 0):
            raise ValueError("occurrence is one of occurrences")
        in_document = (self.generation, self.start, self.end)
        if None in in_document and in_document != (None, None, None):
            raise ValueError("generation, start and end belong together")
        is_one_line = self.end_line in {None, self.line}
        if is_one_line and self.column and self.end_column and self.end_column < self.column:
            raise ValueError("the comment ends before it starts")
        return self


class CommentData(AnchorData):
    """A comment's lines and its text."""

    content: Content
    mentions: Annotated[list[UserId], Field(max_length=MAX_MENTIONS)] = []


class AddComment(ClientMessageBase):
    """Start a thread on a line."""

    type: Literal["add_comment"] = "add_comment"
    data: CommentData


class ReplyComment(ClientMessageBase):
    """Answer in a thread."""

    type: Literal["reply_comment"] = "reply_comment"
    comment_id: ItemId
    content: Content
    mentions: Annotated[list[UserId], Field(max_length=MAX_MENTIONS)] = []


class ResolveComment(ClientMessageBase):
    """Resolve a thread, or with `resolved: false` reopen it."""

    type: Literal["resolve_comment"] = "resolve_comment"
    comment_id: ItemId
    resolved: bool = True


class ReattachComment(ClientMessageBase):
    """Attach a thread to other lines, in the same file or in another."""

    type: Literal["reattach_comment"] = "reattach_comment"
    comment_id: ItemId
    data: AnchorData


class GetComments(ClientMessageBase):
    """Threads, of one file or all, open or resolved or both; the answer is `comments`.

    `after` is the id of the last thread of the page before.
    """

    type: Literal["get_comments"] = "get_comments"
    file: FilePath | None = None
    resolved: bool | None = None
    after: ItemId | None = None
    limit: PageSize = DEFAULT_PAGE


class CodeComment(DurableMessageBase):
    """Somebody started a thread on a line."""

    type: Literal["code_comment"] = "code_comment"
    comment: Comment


class CommentReplied(DurableMessageBase):
    """Somebody answered in a thread."""

    type: Literal["comment_reply"] = "comment_reply"
    comment_id: ItemId
    reply: CommentReply


class Comments(AnswerBase):
    """Threads in the order of their creation, and whether there are more after them."""

    type: Literal["comments"] = "comments"
    comments: list[Comment]
    has_more: bool
