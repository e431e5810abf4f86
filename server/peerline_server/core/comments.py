"""The comment threads of one session."""

from collections.abc import Iterable

from peerline.protocol.chat import ItemChange
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


class CommentBoard:
    """All threads, open and resolved, in the order of their creation."""

    def __init__(self, threads: Iterable[Comment]) -> None:
        self._threads = {thread.id: thread for thread in threads}
        self._thread_of_reply = {
            reply.id: thread.id for thread in self._threads.values() for reply in thread.replies
        }

    def __len__(self) -> int:
        return len(self._threads)

    def get(self, comment_id: str) -> Comment | None:
        """The thread, resolved or not."""
        return self._threads.get(comment_id)

    def thread_id_of(self, item_id: str) -> str | None:
        """The id of the thread that a comment or a reply is in."""
        return item_id if item_id in self._threads else self._thread_of_reply.get(item_id)

    def open_threads(self) -> list[Comment]:
        """The threads that a snapshot shows."""
        return [thread for thread in self._threads.values() if not thread.resolved]

    def page(
        self, *, file: str | None, resolved: bool | None, after: str | None, limit: int
    ) -> tuple[list[Comment], bool]:
        """At most `limit` threads behind the thread `after`, and whether there are more."""
        is_behind = after is None or after not in self._threads
        found: list[Comment] = []
        for thread in self._threads.values():
            if (
                is_behind
                and (file is None or thread.file == file)
                and (resolved is None or thread.resolved is resolved)
            ):
                if len(found) == limit:
                    return found, True
                found.append(thread)
            is_behind = is_behind or thread.id == after
        return found, False

    def apply(
        self, event: CodeComment | CommentReplied | CommentResolved | CommentReattached
    ) -> None:
        """Take over what was committed."""
        match event:
            case CodeComment():
                self._threads[event.comment.id] = event.comment
            case CommentReplied():
                thread = self._threads.get(event.comment_id)
                if thread is not None:
                    self._threads[thread.id] = replied_thread(thread, event.reply)
                    self._thread_of_reply[event.reply.id] = thread.id
            case CommentResolved():
                thread = self._threads.get(event.comment_id)
                if thread is not None:
                    self._threads[thread.id] = resolved_thread(thread, event)
            case CommentReattached():
                thread = self._threads.get(event.comment_id)
                if thread is not None:
                    self._threads[thread.id] = reattached_thread(thread, event)

    def change(self, event: ItemChange) -> None:
        """Take over a change of a comment or a reply, if it is one of these."""
        thread = self._threads.get(event.comment_id or "")
        if thread is None:
            return
        changed = changed_thread(thread, event)
        if changed is not None:
            self._threads[thread.id] = changed
            return
        del self._threads[thread.id]
