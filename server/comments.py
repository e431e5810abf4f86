"""The comment threads of one session."""

from collections.abc import Iterable

from peerline.protocol.client_messages import AddComment
from peerline.protocol.payloads import Comment
from peerline.protocol.server_messages import (
    CodeComment,
    CommentReplied,
    CommentResolved,
)


class CommentBoard:
    """All threads, open and resolved, in the order of their creation."""

    def __init__(self, threads: Iterable[Comment]) -> None:
        self._threads = {thread.id: thread for thread in threads}

    def __len__(self) -> int:
        return len(self._threads)

    def get(self, comment_id: str) -> Comment | None:
        """The thread, resolved or not."""
        return self._threads.get(comment_id)

    def open_threads(self) -> list[Comment]:
        """The threads that a snapshot shows."""
        return [thread for thread in self._threads.values() if not thread.resolved]

    def apply(self, event: CodeComment | CommentReplied | CommentResolved) -> None:
        """Take over what was committed."""
        match event:
            case CodeComment():
                self._threads[event.comment.id] = event.comment
            case CommentReplied():
                thread = self._threads[event.comment_id]
                self._threads[thread.id] = thread.model_copy(
                    update={"replies": [*thread.replies, event.reply]}
                )
            case CommentResolved():
                thread = self._threads[event.comment_id]
                self._threads[thread.id] = thread.model_copy(update={"resolved": event.resolved})


def comment_fields(message: AddComment) -> dict[str, object]:
    """What a new comment takes over from the request."""
    return message.data.model_dump()
