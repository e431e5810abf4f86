"""The prompts of shared AI agents between bridge and plugin."""

from peerline.protocol.editor.base import LineIndex, Range
from peerline.protocol.prompts import PromptState, PromptText
from peerline.protocol.types import ClientModel, ItemId, ServerModel, UserId


class EditorPrompt(ServerModel):
    """A prompt that waits for its turn, or whose turn it is.

    `text` is its beginning, in one line. With `may_cancel` this user may take it out of the queue,
    or have its turn stopped.
    """

    id: str
    user_id: str
    username: str
    text: str
    state: PromptState
    may_cancel: bool = False


class EditorQueue(ServerModel):
    """The prompts of a shared agent, oldest first, and what this user may do about them.

    `may_stop` is only true while a turn is under way that is not being stopped yet.
    """

    prompts: list[EditorPrompt] = []
    may_prompt: bool = False
    may_stop: bool = False


class PromptAgentArguments(ClientModel):
    """`peerline.promptAgent`.

    With `uri` the lines `line` to `end_line` of that document, 0-based, are quoted behind the text.
    """

    agent_id: UserId
    text: PromptText
    uri: str | None = None
    line: LineIndex = 0
    end_line: LineIndex | None = None


class PromptSelectionArguments(ClientModel):
    """`peerline.promptSelection`: the selected text is the prompt."""

    agent_id: UserId
    uri: str
    range: Range


class StopAgentArguments(ClientModel):
    """`peerline.stopAgent`: stops the turn of a shared agent: that of a prompt, or else any."""

    agent_id: UserId
    prompt_id: ItemId | None = None


class CancelPromptArguments(ClientModel):
    """`peerline.cancelPrompt`: takes a prompt out of the queue; one under way is stopped."""

    prompt_id: ItemId
