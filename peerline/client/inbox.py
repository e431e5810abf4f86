"""The mentions of an agent: what people write to it, one after the other."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from peerline.client.changes import Change, ChatAdded, Reset, ThreadChanged
from peerline.client.replica import Replica
from peerline.protocol.chat import ChatMessage
from peerline.protocol.comments import CodeComment, Comment, CommentReplied, CommentReply

MAX_MENTIONS: Final = 200
"""That wait to be read; of more the oldest is lost."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A text that is for the agent: it is named in it, or answered.

    Whatever it says, it is what a participant wrote, and no instruction of the owner but where
    `is_owner` says so.
    """

    kind: Literal["chat", "comment", "reply"]
    message_id: str
    text: str
    user_id: str
    username: str
    is_owner: bool
    is_agent: bool
    """Whether another agent wrote it: two agents that answer each other never end."""
    comment_id: str | None = None
    file: str | None = None
    line: int | None = None


class Inbox:
    """Iterate over it with `async for`; it ends when the client is closed."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._waiting: deque[Mention] = deque(maxlen=MAX_MENTIONS)
        self._news = asyncio.Event()
        self._is_closed = False
        self._seen = -1
        """The `seq` up to which the chat was looked at; before the first snapshot -1."""

    def __aiter__(self) -> AsyncIterator[Mention]:
        return self

    async def __anext__(self) -> Mention:
        while not self._waiting:
            if self._is_closed:
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        return self._waiting.popleft()

    def close(self) -> None:
        """Nothing comes any more; what waits can still be read."""
        self._is_closed = True
        self._news.set()

    def take(self, changes: Sequence[Change]) -> None:
        """Look through what changed in the replica."""
        for change in changes:
            match change:
                case Reset():
                    # What was written before the agent came is not for it.
                    if self._seen >= 0:
                        for message in self._replica.messages:
                            self._chat(message)
                case ChatAdded(message=message):
                    self._chat(message)
                case ThreadChanged(thread=thread, event=CodeComment()):
                    self._item("comment", thread, thread)
                case ThreadChanged(thread=thread, event=CommentReplied(reply=reply)):
                    self._item("reply", reply, thread)
                case _:
                    pass
        self._seen = max(self._seen, self._replica.seq)

    def _chat(self, message: ChatMessage) -> None:
        if message.seq is not None and message.seq <= self._seen:
            return
        mine = {one.id for one in self._replica.messages if one.user_id == self._me}
        if self._is_mine(message, is_answer=message.parent_id in mine):
            self._put("chat", message, None)

    def _item(
        self, kind: Literal["comment", "reply"], item: Comment | CommentReply, thread: Comment
    ) -> None:
        took_part = thread.user_id == self._me or any(
            reply.user_id == self._me for reply in thread.replies
        )
        if self._is_mine(item, is_answer=took_part):
            self._put(kind, item, thread)

    @property
    def _me(self) -> str:
        me = self._replica.connected
        return "" if me is None else me.user.id

    def _is_mine(self, item: ChatMessage | Comment | CommentReply, *, is_answer: bool) -> bool:
        is_named = self._me in item.mentions
        return item.user_id != self._me and item.deleted_at is None and (is_named or is_answer)

    def _put(
        self,
        kind: Literal["chat", "comment", "reply"],
        item: ChatMessage | Comment | CommentReply,
        thread: Comment | None,
    ) -> None:
        me = self._replica.connected
        agent = None if me is None else me.user.agent
        author = self._replica.participants.get(item.user_id)
        self._waiting.append(
            Mention(
                kind=kind,
                message_id=item.id,
                text=item.content,
                user_id=item.user_id,
                username=item.username,
                is_owner=agent is not None and agent.owner_id == item.user_id,
                is_agent=author is not None and author.is_agent,
                comment_id=None if thread is None else thread.id,
                file=None if thread is None else thread.file,
                line=None if thread is None else thread.line,
            )
        )
        self._news.set()
