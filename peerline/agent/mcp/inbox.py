"""The messages that are for this participant: mentions, replies, comments where it worked. Pure."""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from peerline.agent.mcp.limits import MAX_DELIVERED, MAX_REMEMBERED, MAX_UNREAD
from peerline.client import Change, ChatAdded, Replica, Reset, ThreadChanged
from peerline.protocol.chat import ChatMessage, Item
from peerline.protocol.comments import CodeComment, Comment, CommentReplied

Why: TypeAlias = Literal["mention", "reply", "comment_in_your_file"]


@dataclass(frozen=True, slots=True)
class Letter:
    """A message for this participant."""

    item: Item
    why: Why
    thread: Comment | None = None
    """The thread of a comment or a reply."""
    parent_id: str | None = None
    """The chat message that it answers."""


class Inbox:
    """Sorts out what concerns this participant, each message once, in order."""

    def __init__(self, replica: Replica, is_mine: Callable[[str], bool]) -> None:
        """`is_mine` says whether a file is one that this participant has changed."""
        self._replica = replica
        self._is_mine = is_mine
        self._letters: deque[Letter] = deque(maxlen=MAX_UNREAD)
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._has_begun = False
        self.left_out = 0
        """Letters that waited too long: newer ones have taken their place."""

    @property
    def unread(self) -> int:
        """The number of letters that wait."""
        return len(self._letters)

    def apply(self, changes: Sequence[Change]) -> bool:
        """Take changes of the replica; whether a letter has come."""
        before = self.unread, self.left_out
        for change in changes:
            match change:
                case Reset():
                    self._catch_up()
                case ChatAdded(message):
                    self._chat(message)
                case ThreadChanged(thread, CodeComment()):
                    self._comment(thread, thread)
                case ThreadChanged(thread, CommentReplied(reply=reply)):
                    self._comment(thread, reply)
                case _:
                    pass
        return (self.unread, self.left_out) != before

    def take(self) -> list[Letter]:
        """The next letters, which are read then."""
        return [self._letters.popleft() for _ in range(min(MAX_DELIVERED, self.unread))]

    def take_answer(self, message_id: str, may_answer: Callable[[str], bool]) -> Letter | None:
        """The first answer to an own chat message by one who may answer; the others stay."""
        for letter in self._letters:
            if letter.parent_id == message_id and may_answer(letter.item.user_id):
                self._letters.remove(letter)
                return letter
        return None

    def _catch_up(self) -> None:
        """After a snapshot: what came meanwhile, but nothing that was there at the first one."""
        replica, is_first = self._replica, not self._has_begun
        self._has_begun = True
        if is_first:
            self._remember(message.id for message in replica.messages)
            for thread in replica.threads.values():
                self._remember(item.id for item in (thread, *thread.replies))
            return
        for message in replica.messages:
            self._chat(message)
        for thread in replica.threads.values():
            for item in (thread, *thread.replies):
                self._comment(thread, item)

    def _chat(self, message: ChatMessage) -> None:
        me = self._me()
        if not self._is_new(message):
            return
        parent = next((m for m in self._replica.messages if m.id == message.parent_id), None)
        if parent is not None and parent.user_id == me:
            self._add(Letter(message, "reply", parent_id=message.parent_id))
        elif me in message.mentions:
            self._add(Letter(message, "mention", parent_id=message.parent_id))

    def _comment(self, thread: Comment, item: Item) -> None:
        me = self._me()
        if not self._is_new(item):
            return
        is_answer = item is not thread
        takes_part = any(one.user_id == me for one in (thread, *thread.replies))
        if is_answer and takes_part:
            self._add(Letter(item, "reply", thread))
        elif me in item.mentions:
            self._add(Letter(item, "mention", thread))
        elif self._is_mine(thread.file):
            self._add(Letter(item, "comment_in_your_file", thread))

    def _is_new(self, item: Item) -> bool:
        if item.id in self._seen:
            return False
        self._remember([item.id])
        return item.user_id != self._me() and item.deleted_at is None

    def _remember(self, ids: Iterable[str]) -> None:
        for item_id in ids:
            self._seen[item_id] = None
        while len(self._seen) > MAX_REMEMBERED:
            self._seen.popitem(last=False)

    def _add(self, letter: Letter) -> None:
        self.left_out += len(self._letters) == MAX_UNREAD
        self._letters.append(letter)

    def _me(self) -> str | None:
        connected = self._replica.connected
        return None if connected is None else connected.user.id
