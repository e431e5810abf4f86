"""A stock client with the text of an older generation: its edits are taken, then it has to go."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Final

from peerline.documents.frames import DocumentMessage, SyncStep1, SyncStep2, Update
from peerline.logs import describe
from peerline.protocol.errors import CloseCode, ErrorCode
from peerline_server.documents.refused import UpdateRefused
from peerline_server.runtime.carried_edits import carry_over
from peerline_server.runtime.context import Context
from peerline_server.runtime.live_document import LiveDocument
from peerline_server.runtime.live_session import LiveSession

_log = logging.getLogger("peerline.server.documents")
GOES_ON: Final = "the document goes on in another generation, which has your edits: load it again"
_MOST_WAITING: Final = 256
"""Updates that may come while the ones before are being kept."""


class Carrying:
    """Takes what the client has written, until its socket is gone.

    The client is asked for everything that the old generation lacks. When that is kept in the
    present one the client is sent away; what it had sent by then is taken, too.
    """

    def __init__(  # noqa: PLR0913 - the parts that it works with
        self,
        live: LiveSession,
        user_id: str,
        context: Context,
        *,
        send: Callable[[DocumentMessage], None],
        deny: Callable[[ErrorCode, str], None],
        close: Callable[[CloseCode, str], None],
    ) -> None:
        """`send`, `deny` and `close` are of the client's socket."""
        self._live = live
        self._user_id = user_id
        self._loop = context.loop
        self._send = send
        self._deny = deny
        self._close = close
        self._waiting: deque[tuple[bytes, bool]] = deque()
        """Updates, and whether each is all that the old generation lacks."""
        self._news = asyncio.Event()
        self._is_stale = True
        """Whether the next SyncStep2 answers what it was asked about the present generation."""
        self._is_answered = False
        self._is_sent_away = False
        self._is_gone = False

    def take(self, message: DocumentMessage) -> None:
        """Take a message of the client."""
        is_answer = isinstance(message, SyncStep2)
        if is_answer and self._is_stale:
            self._is_stale = False
            return
        # What comes before the answer is in it.
        if not (is_answer or (self._is_answered and isinstance(message, Update))):
            return
        if len(self._waiting) == _MOST_WAITING:
            self._send_away(CloseCode.TRY_AGAIN_LATER, "too many updates at once")
            return
        self._is_answered = True
        self._waiting.append((message.update, is_answer))
        self._news.set()

    def end(self) -> None:
        """The socket is gone: what has come is still taken."""
        self._is_gone = True
        self._news.set()

    async def run(self, document_id: str, generation: str) -> None:
        """Carry over what comes."""
        documents = self._live.documents
        old: LiveDocument | None = None
        try:
            old = await documents.get(document_id, generation)
            self._send(SyncStep1(old.document.text.state))
            while not self._is_gone or self._waiting:
                if self._waiting:
                    update, is_all = self._waiting.popleft()
                    await self._carry(old, update, is_all=is_all)
                else:
                    self._news.clear()
                    await self._news.wait()
        except UpdateRefused as refused:
            if not self._is_sent_away:
                self._deny(refused.code, refused.text)
        except Exception as error:  # noqa: BLE001 - the peer comes back with it, whatever it is
            _log.error("edits of an older generation are not kept: %s", describe(error))
            self._send_away(CloseCode.TRY_AGAIN_LATER, "the edits cannot be kept now")
        finally:
            if old is not None:
                documents.touch(old)

    async def _carry(self, old: LiveDocument, update: bytes, *, is_all: bool) -> None:
        documents, user_id = self._live.documents, self._user_id
        may_edit = self._live.session.may_edit_documents(user_id)
        async with old.turn:
            await carry_over(documents, old, user_id, update, may_edit=may_edit)
        if is_all and not self._is_sent_away:
            self._is_sent_away = True
            self._deny(ErrorCode.GENERATION_MISMATCH, GOES_ON)

    def _send_away(self, code: CloseCode, reason: str) -> None:
        """Have the client come back with what is not kept."""
        if not self._is_sent_away:
            self._is_sent_away = True
            self._close(code, reason)
