"""The comment threads of one session.

All open threads are in the snapshot that each participant gets first, so their size has a limit:
otherwise one participant could make the session too large for anybody to join.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from peerline.protocol.chat import ItemChange, MessageDeleted, MessageEdited
from peerline.protocol.comments import (
    CodeComment,
    Comment,
    CommentReattached,
    CommentReplied,
    CommentResolved,
    changed_thread,
    reattached_thread,
    replied_thread,
    resolved_thread,
)
from peerline.protocol.messages import encode_message

MAX_THREAD_BYTES: Final = 1024 * 1024
"""A thread with its replies, as JSON."""
MAX_OPEN_THREADS_BYTES: Final = 4 * 1024 * 1024
"""All open threads of a session together, as JSON."""
MAX_AUTHOR_BYTES: Final = 1024 * 1024
"""The items of one user in open threads, as JSON: nobody fills the room of all."""
PAGE_BYTES: Final = 4 * 1024 * 1024
"""A page of threads ends before it would be longer."""

ThreadChange = CodeComment | CommentReplied | CommentResolved | CommentReattached | ItemChange


class CommentBoard:
    """All threads, open and resolved, in the order of their creation."""

    def __init__(self, threads: Iterable[Comment]) -> None:
        self._threads: dict[str, Comment] = {}
        self._encoded: dict[str, bytes] = {}
        """The open threads as JSON: each snapshot has them all, and they change less often."""
        self.open_bytes = 0
        """Of all open threads together."""
        self._shares: dict[str, Counter[str]] = {}
        """Of the open threads, by their authors."""
        self._author_bytes = Counter[str]()
        self._thread_of_reply: dict[str, str] = {}
        for thread in threads:
            self.add(thread)

    def __len__(self) -> int:
        return len(self._threads)

    def add(self, thread: Comment) -> None:
        """Take over a thread that is stored."""
        self._put(thread)
        self._thread_of_reply.update((reply.id, thread.id) for reply in thread.replies)

    def get(self, comment_id: str) -> Comment | None:
        """The thread, resolved or not."""
        return self._threads.get(comment_id)

    def thread_id_of(self, item_id: str) -> str | None:
        """The id of the thread that a comment or a reply is in."""
        return item_id if item_id in self._threads else self._thread_of_reply.get(item_id)

    def open_threads(self) -> list[Comment]:
        """The threads that a snapshot shows: all open ones.

        Of more than the limit, which an older server or an import may have left, the newest.
        """
        threads = [thread for thread in self._threads.values() if not thread.resolved]
        spare = self.open_bytes - MAX_OPEN_THREADS_BYTES
        first = 0
        while spare > 0:
            spare -= len(self._encoded[threads[first].id])
            first += 1
        return threads[first:]

    def open_threads_as_json(self) -> bytes:
        """The same as a JSON array, for which nothing is encoded."""
        return b"[%b]" % b",".join(self._encoded[thread.id] for thread in self.open_threads())

    def refusal(self, event: ThreadChange) -> str | None:
        """Why a change must be refused because of its size; None if it need not be."""
        before, after = self._change_of(event)
        is_less = isinstance(event, MessageDeleted)
        is_less |= isinstance(event, CommentResolved) and event.resolved
        if after is None or is_less:
            return None
        old = 0 if before is None else self._size_of(before)
        new = _size(after)
        is_longer = not isinstance(event, CommentResolved) and new > old
        if is_longer and new > MAX_THREAD_BYTES:
            return f"a comment thread may have {MAX_THREAD_BYTES} bytes: start another one"
        was_open = before is not None and not before.resolved
        growth = (0 if after.resolved else new) - (old if was_open else 0)
        if growth > 0 and self.open_bytes + growth > MAX_OPEN_THREADS_BYTES:
            most = MAX_OPEN_THREADS_BYTES
            return f"the open comment threads may have {most} bytes together: resolve some first"
        author = _author_of(event)
        if author is None or after.resolved:
            return None
        if isinstance(event, CommentReplied):
            growth = len(encode_message(event.reply))
        elif isinstance(event, MessageEdited):
            own = self._shares.get(after.id, Counter()) if was_open else Counter[str]()
            growth = _shares(after)[author] - own[author]
        if growth > 0 and self._author_bytes[author] + growth > MAX_AUTHOR_BYTES:
            most = MAX_AUTHOR_BYTES
            return f"your open comments may have {most} bytes together: resolve some first"
        return None

    def page(
        self, *, file: str | None, resolved: bool | None, after: str | None, limit: int
    ) -> tuple[list[Comment], bool]:
        """At most `limit` threads behind the thread `after`, and whether there are more.

        Fewer if they are large, but never none.
        """
        is_behind = after is None or after not in self._threads
        found: list[Comment] = []
        left = PAGE_BYTES
        for thread in self._threads.values():
            if (
                is_behind
                and (file is None or thread.file == file)
                and (resolved is None or thread.resolved is resolved)
            ):
                left -= self._size_of(thread)
                if len(found) == limit or (found and left < 0):
                    return found, True
                found.append(thread)
            is_behind = is_behind or thread.id == after
        return found, False

    def apply(self, event: ThreadChange) -> None:
        """Take over what was committed, if it concerns a thread that is here."""
        before, after = self._change_of(event)
        if after is not None:
            self._put(after)
        elif before is not None:
            self._drop(before.id)
            del self._threads[before.id]
        if isinstance(event, CommentReplied) and after is not None:
            self._thread_of_reply[event.reply.id] = after.id

    def _change_of(self, event: ThreadChange) -> tuple[Comment | None, Comment | None]:
        """A thread before and after an event; twice None if it concerns none that is here."""
        if isinstance(event, CodeComment):
            return None, event.comment
        before = self._threads.get(event.comment_id or "")
        if before is None:
            return None, None
        match event:
            case CommentReplied():
                return before, replied_thread(before, event.reply)
            case CommentResolved():
                return before, resolved_thread(before, event)
            case CommentReattached():
                return before, reattached_thread(before, event)
            case _:
                return before, changed_thread(before, event)

    def _size_of(self, thread: Comment) -> int:
        encoded = self._encoded.get(thread.id)
        return _size(thread) if encoded is None else len(encoded)

    def _put(self, thread: Comment) -> None:
        self._drop(thread.id)
        self._threads[thread.id] = thread
        if not thread.resolved:
            self._encoded[thread.id] = encoded = encode_message(thread)
            self.open_bytes += len(encoded)
            self._shares[thread.id] = shares = _shares(thread)
            self._author_bytes.update(shares)

    def _drop(self, thread_id: str) -> None:
        self.open_bytes -= len(self._encoded.pop(thread_id, b""))
        shares = self._shares.pop(thread_id, None)
        if shares is not None:
            self._author_bytes -= shares  # which drops those that are left with nothing


def _size(thread: Comment) -> int:
    return len(encode_message(thread))


def _shares(thread: Comment) -> Counter[str]:
    """The bytes of a thread by their authors."""
    shares = Counter[str]()
    for reply in thread.replies:
        shares[reply.user_id] += len(encode_message(reply))
    shares[thread.user_id] += _size(thread.model_copy(update={"replies": []}))
    return shares


def _author_of(event: ThreadChange) -> str | None:
    """The user who writes by this event, None if nobody writes."""
    match event:
        case CodeComment():
            return event.comment.user_id
        case CommentReplied():
            return event.reply.user_id
        case MessageEdited():
            return event.user_id
        case _:
            return None
