"""Sessions with a long history: as many messages and threads as a server shows in one page each."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from peerline.protocol.chat import ChatMessage, ChatMessageSent
from peerline.protocol.comments import CodeComment, Comment, CommentReplied, CommentReply
from peerline_server.core.records import NewEvent
from peerline_server.store.sqlite import SqliteStore

MESSAGES: Final = 1_000
MESSAGE_CHARS: Final = 2_000
THREADS: Final = 1_000
REPLIES: Final = 3
COMMENT_CHARS: Final = 400
_WORDS: Final = (
    "the place is read before the lock is taken, so a second writer may see it half done "
)
_AT: Final = datetime(2026, 1, 1, tzinfo=UTC)


async def fill(data_dir: Path, session_id: str, author: str) -> None:
    """Write the history of a session, of which `author` is a participant."""
    store = SqliteStore(data_dir)
    await store.open()
    try:
        waiting = [store.submit(NewEvent(event, author)) for event in _events(session_id, author)]
        for each in waiting:
            await each
    finally:
        await store.close()


def _text(length: int) -> str:
    return (_WORDS * (length // len(_WORDS) + 1))[:length]


def _events(session_id: str, author: str) -> list[ChatMessageSent | CodeComment | CommentReplied]:
    by: dict[str, Any] = {"user_id": author, "username": author, "timestamp": _AT}
    chat = [
        ChatMessageSent(
            session_id=session_id,
            seq=0,
            message=ChatMessage(id=f"{session_id}-m{n}", content=_text(MESSAGE_CHARS), **by),
        )
        for n in range(MESSAGES)
    ]
    threads: list[CodeComment | CommentReplied] = []
    for number in range(THREADS):
        thread = f"{session_id}-t{number}"
        comment = Comment(
            id=thread, file="src/main.py", line=number + 1, content=_text(COMMENT_CHARS), **by
        )
        threads.append(CodeComment(session_id=session_id, seq=0, comment=comment))
        for reply in range(REPLIES):
            answer = CommentReply(id=f"{thread}-{reply}", content=_text(COMMENT_CHARS), **by)
            threads.append(
                CommentReplied(session_id=session_id, seq=0, comment_id=thread, reply=answer)
            )
    return [*chat, *threads]
