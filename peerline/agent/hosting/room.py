"""The messages of a shared agent beside its activity: steps of prompts, and answers."""

import asyncio
from typing import Final

from peerline.agent.texts import shorten, storable
from peerline.client import Agent, ClientError, NotConnected, RequestRefused
from peerline.client.request_sender import new_request_id
from peerline.protocol.chat import SendChatMessage
from peerline.protocol.errors import ErrorCode
from peerline.protocol.limits import MAX_CONTENT_CHARS, MAX_REASON_CHARS
from peerline.protocol.messages import ClientMessage
from peerline.protocol.prompts import Prompt, PromptState, TellPrompt

_AGAIN_SECONDS: Final = 2.0


class SharedRoom:
    """Each message has its effect once, however often the server goes away meanwhile."""

    def __init__(self, client: Agent, session_id: str) -> None:
        self._client = client
        self._session_id = session_id

    def prompts(self) -> list[Prompt]:
        """The prompts for this agent that are not over, oldest first."""
        me = self._client.replica.connected
        prompts = self._client.replica.agents.prompts.values()
        return [one for one in prompts if me is not None and one.agent_id == me.user.id]

    async def begin(self, prompt_id: str) -> bool:
        """Begin with a prompt; False if it was cancelled meanwhile."""
        return await self._take(
            TellPrompt(
                session_id=self._session_id,
                request_id=new_request_id(),
                prompt_id=prompt_id,
                state=PromptState.RUNNING,
            )
        )

    async def end(self, prompt_id: str, reason: str) -> None:
        """A prompt is done."""
        await self._take(
            TellPrompt(
                session_id=self._session_id,
                request_id=new_request_id(),
                prompt_id=prompt_id,
                state=PromptState.DONE,
                reason=shorten(storable(reason), MAX_REASON_CHARS) or "end_turn",
            )
        )

    async def say(self, text: str, parent_id: str | None = None) -> None:
        """Write a message, as an answer to another one if that is still there."""
        content = shorten(storable(text).strip(), MAX_CONTENT_CHARS)
        if not content:
            return
        for parent in (parent_id, None) if parent_id else (None,):
            message = SendChatMessage(
                session_id=self._session_id,
                request_id=new_request_id(),
                content=content,
                parent_id=parent,
            )
            if await self._take(message):
                return

    async def _take(self, message: ClientMessage) -> bool:
        """Send until the server has taken or refused it; whether it was taken.

        Raises:
            NotConnected: if the agent has left the session.
        """
        while True:
            try:
                await self._client.request(message)
            except RequestRefused as refused:
                if refused.code is not ErrorCode.RATE_LIMITED:
                    return False
                await asyncio.sleep(refused.retry_after or _AGAIN_SECONDS)
            except NotConnected:
                raise
            except ClientError:
                await asyncio.sleep(_AGAIN_SECONDS)
            else:
                return True
