"""The room of an agent on `peerline.client`: joins with the agent's token, and hears mentions."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from peerline.agent.asking.voices import ask_as, can_be_answered
from peerline.agent.fence import Kind, RoomText
from peerline.agent.inbox import Mention
from peerline.agent.room import Answered, RoomRefused, RoomUnavailable
from peerline.client import (
    Agent,
    Change,
    ChatAdded,
    ClientError,
    LinkState,
    RequestRefused,
    ThreadChanged,
)
from peerline.client.callbacks import ignore
from peerline.client.connection import OnChanges
from peerline.protocol.agents import AgentActivity, AgentEventData, TellAgentEvent, TellAgentUpdate
from peerline.protocol.approvals import ApprovalQuestion
from peerline.protocol.base import Ack
from peerline.protocol.chat import Item, SendChatMessage
from peerline.protocol.comments import CodeComment, CommentReplied
from peerline.protocol.errors import ErrorCode
from peerline.protocol.file_events import FileEventData, TellFileEvent
from peerline.protocol.links import SessionLink
from peerline.protocol.messages import ClientMessage
from peerline.protocol.participants import Participant
from peerline.protocol.presence import CursorData

Json: TypeAlias = dict[str, Any]
_Model = TypeVar("_Model", bound=BaseModel)

_EVENT: Final[TypeAdapter[AgentEventData]] = TypeAdapter(AgentEventData)
_AGAIN_SECONDS: Final = 2.0
_log = logging.getLogger("peerline.agent")


class ClientRoom:
    """A session that is joined as an agent.

    Args:
        link: The session.
        token: The agent's own token.
        on_mention: Called with each message that mentions the agent.
        on_end: Called with the reason when the agent cannot come back.
        on_owner: Called with the owner's id at each join.
        on_changes: Called with what changes in the session.
    """

    def __init__(  # noqa: PLR0913 - the events of a room
        self,
        link: SessionLink,
        token: str,
        on_mention: Callable[[Mention], None],
        on_end: Callable[[str], None],
        on_owner: Callable[[str], None],
        *,
        on_changes: OnChanges = ignore,
    ) -> None:
        self._id = link.session_id
        self._on_mention = on_mention
        self._on_end = on_end
        self._on_owner = on_owner
        self._on_changes = on_changes
        self._reason: str | None = None
        self._news = asyncio.Event()
        self.client = Agent(
            link,
            token,
            on_changes=self._changed,
            on_state=self._moved,
        )

    def start(self) -> None:
        """Begin to connect."""
        self.client.start()

    async def close(self) -> None:
        """Leave the session."""
        await self.client.leave()

    async def update(self, data: Json) -> None:
        """Replace the current state."""
        await self._request(TellAgentUpdate(session_id=self._id, data=_valid(AgentActivity, data)))

    async def event(self, data: Json, request_id: str) -> None:
        """Keep an event."""
        try:
            event = _EVENT.validate_python(data)
        except ValidationError as error:
            raise RoomRefused(_fault(error)) from None
        await self._request(TellAgentEvent(session_id=self._id, data=event, request_id=request_id))

    async def file_event(self, data: Json, request_id: str) -> None:
        """Tell that a file has changed."""
        event = _valid(FileEventData, data)
        await self._request(TellFileEvent(session_id=self._id, data=event, request_id=request_id))

    async def chat(self, text: str) -> None:
        """Write a message."""
        try:
            message = SendChatMessage(session_id=self._id, content=text)
        except ValidationError as error:
            raise RoomRefused(_fault(error)) from None
        await self._request(message)

    async def ask_people(self, text: str, accept: Callable[[Mention], bool]) -> Mention:
        """Ask in the chat; the first reply that is accepted."""
        try:
            message = SendChatMessage(session_id=self._id, content=text)
        except ValidationError as error:
            raise RoomRefused(_fault(error)) from None
        asked = await self._request(message)
        while True:
            self._news.clear()
            if (found := self._reply_to(asked.seq, accept)) is not None:
                return found
            await self._news.wait()

    def _reply_to(self, seq: int, accept: Callable[[Mention], bool]) -> Mention | None:
        """The first reply to the message of an event that is accepted."""
        messages = self.client.replica.messages
        asked = next((one for one in messages if one.seq == seq), None)
        if asked is None:
            return None
        replies = (
            self._mention(one, "answer", None)
            for one in messages
            if one.parent_id == asked.id and one.user_id != asked.user_id and not one.deleted_at
        )
        return next((reply for reply in replies if accept(reply)), None)

    def can_be_answered(self) -> bool:
        """Whether somebody is here now who may answer a question of the agent."""
        return can_be_answered(self.client)

    async def ask_approval(self, question: ApprovalQuestion) -> Answered:
        """Ask people and wait; the question is withdrawn when nobody waits any more."""
        return await ask_as(self.client, question)

    def cursor(self, file: str, line: int) -> None:
        """Show where the agent is."""
        try:
            self.client.send_cursor(CursorData(file=file, line=line, column=1))
        except ValidationError as error:
            _log.info("a cursor was not sent: %s", _fault(error))

    def user_id_of(self, name: str) -> str | None:
        """The participant of this name."""
        found = [one for one in self._people() if one.username.casefold() == name.casefold()]
        return found[0].id if len(found) == 1 else None

    def summary(self) -> Json:
        """The connection's state and the number of people, to show."""
        connected = self.client.replica.connected
        return {
            "connection": self.client.state.value,
            "reason": self._reason,
            "session": self._id,
            "name": None if connected is None else connected.user.username,
            "people": sum(one.agent is None for one in self._people()),
        }

    def _people(self) -> list[Participant]:
        return list(self.client.replica.participants.values())

    async def _request(self, message: ClientMessage) -> Ack:
        try:
            return await self.client.request(message)
        except RequestRefused as refused:
            if refused.code is ErrorCode.RATE_LIMITED:
                seconds = refused.retry_after or _AGAIN_SECONDS
                raise RoomUnavailable(refused.message, seconds) from None
            raise RoomRefused(refused.message) from None
        except ClientError as error:
            raise RoomUnavailable(str(error)) from None

    def _moved(self, state: LinkState, reason: str | None, _code: ErrorCode | None) -> None:
        self._reason = reason
        connected = self.client.replica.connected
        if state is LinkState.JOINED and connected is not None and connected.user.agent is not None:
            self._on_owner(connected.user.agent.owner_id)
        if state is LinkState.CLOSED and reason is not None:
            self._on_end(reason)

    def _changed(self, changes: Sequence[Change]) -> None:
        self._on_changes(changes)
        self._news.set()
        for change in changes:
            match change:
                case ChatAdded(message=message):
                    self._heard(message, "chat", None)
                case ThreadChanged(event=CodeComment() as event):
                    comment = event.comment
                    self._heard(comment, "comment", f"{comment.file}:{comment.line}")
                case ThreadChanged(thread=thread, event=CommentReplied() as event):
                    self._heard(event.reply, "comment", f"{thread.file}:{thread.line}")
                case _:
                    pass

    def _heard(self, item: Item, kind: Kind, place: str | None) -> None:
        """Hand on a message of somebody else that mentions the agent."""
        connected = self.client.replica.connected
        me = None if connected is None else connected.user.id
        if me is None or item.user_id == me or me not in item.mentions or item.deleted_at:
            return
        self._on_mention(self._mention(item, kind, place))

    def _mention(self, item: Item, kind: Kind, place: str | None) -> Mention:
        sender = self.client.replica.participants.get(item.user_id)
        # One who has left already has no rights any more.
        role = "viewer" if sender is None else sender.role.value
        is_agent = sender is not None and sender.is_agent
        text = RoomText(item.content, item.username, role, kind, is_agent=is_agent, place=place)
        return Mention(item.user_id, text)


def _valid(model: type[_Model], data: Json) -> _Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise RoomRefused(_fault(error)) from None


def _fault(error: ValidationError) -> str:
    """The place and the kind of what is wrong, without the content."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['type']}"
