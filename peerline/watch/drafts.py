"""The target of a message: the chat, an answer, a thread, or an edit. Pure."""

from dataclasses import dataclass

from peerline.protocol.chat import ChatMessage, EditMessage, React, SendChatMessage
from peerline.protocol.comments import Comment, ReplyComment
from peerline.protocol.participants import Participant
from peerline.protocol.prompts import PromptAgent
from peerline.watch.feed import place
from peerline.watch.spans import first_line, safe

_LABEL_CHARS = 50


@dataclass(frozen=True, slots=True)
class Target:
    """The target of the next message: the chat as a whole if nothing is set."""

    answered: ChatMessage | None = None
    thread: Comment | None = None
    edited: ChatMessage | None = None
    prompted: Participant | None = None
    """An AI agent."""

    @property
    def label(self) -> str:
        """The target in words, for the line above the composer."""
        if self.edited is not None:
            return f"Editing “{first_line(self.edited.content, _LABEL_CHARS)}”"
        if self.prompted is not None:
            return f"A prompt for {safe(self.prompted.username)}"
        if self.thread is not None:
            said = first_line(self.thread.content, _LABEL_CHARS)
            return f"To {safe(self.thread.username)} at {safe(place(self.thread))}: {said}"
        if self.answered is not None:
            said = first_line(self.answered.content, _LABEL_CHARS)
            return f"To {safe(self.answered.username)}: {said}"
        return ""

    def request(
        self, session_id: str, text: str
    ) -> EditMessage | ReplyComment | SendChatMessage | PromptAgent:
        """The message that sends the text there."""
        if self.edited is not None:
            return EditMessage(session_id=session_id, message_id=self.edited.id, content=text)
        if self.prompted is not None:
            return PromptAgent(session_id=session_id, agent_id=self.prompted.id, text=text)
        if self.thread is not None:
            return ReplyComment(session_id=session_id, comment_id=self.thread.id, content=text)
        parent = None if self.answered is None else self.answered.id
        return SendChatMessage(session_id=session_id, content=text, parent_id=parent)


TO_ALL = Target()


def toggled_reaction(message: ChatMessage, session_id: str, me: str, emoji: str) -> React:
    """Make the request that adds a user's reaction, or removes it if it is there."""
    is_there = any(
        reaction.emoji == emoji and me in reaction.user_ids for reaction in message.reactions
    )
    return React(session_id=session_id, message_id=message.id, emoji=emoji, remove=is_there)
