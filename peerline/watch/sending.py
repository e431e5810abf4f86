"""Sends a person's messages until their outcome is known, and loads older ones."""

from collections.abc import Callable, Sequence

from peerline.client import Client, ClientError, RequestUnsettled
from peerline.protocol.chat import ChatMessage, GetHistory, History
from peerline.protocol.limits import MAX_TURN_CHARS
from peerline.protocol.messages import ClientMessage
from peerline.watch.drafts import Target
from peerline.watch.spans import safe


class Sender:
    """Sends messages, and counts those that wait for the server's answer."""

    def __init__(self, client: Client, tell: Callable[[str], None]) -> None:
        self._client = client
        self._tell = tell
        self.unsent = 0

    async def send(self, message: ClientMessage) -> bool:
        """Send a message and wait for its outcome; false if it was refused, which is told."""
        self.unsent += 1
        try:
            await self._until_settled(message)
        except ClientError as error:
            self._tell(safe(str(error)))
            return False
        finally:
            self.unsent -= 1
        return True

    async def older(self, session_id: str, before: int | None) -> Sequence[ChatMessage]:
        """Load the messages before one; if there are none, that is told."""
        try:
            answer = await self._client.ask(GetHistory(session_id=session_id, before=before))
        except ClientError as error:
            self._tell(safe(str(error)))
            return ()
        assert isinstance(answer, History), "it was asked for"
        if not answer.messages:
            self._tell("There are no older messages.")
        return answer.messages

    def too_long(self, text: str, target: Target) -> str:
        """The notice about a text that is too long."""
        connected = self._client.replica.connected
        limit = 0 if connected is None else connected.limits.max_content_chars
        if target.prompted is not None:
            return f"Too long: {len(text)} characters. A prompt has at most {MAX_TURN_CHARS}."
        return f"Too long: {len(text)} characters. A message has at most {limit}."

    async def _until_settled(self, message: ClientMessage) -> None:
        """Send with one id until the outcome is known: sending a draft again would double it."""
        numbered = message.model_copy(update={"request_id": self._client.new_request_id()})
        while True:
            try:
                await self._client.request(numbered)
            except RequestUnsettled:
                self._tell("The server has not answered yet. Asking again.")
            else:
                return
