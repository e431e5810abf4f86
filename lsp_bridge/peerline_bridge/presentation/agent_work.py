"""The turn of an AI agent as an editor is given it: bounded, its texts made visible. Pure."""

from collections.abc import Iterable

from peerline.protocol.agents import (
    AgentEvent,
    AgentTool,
    PromptGiven,
    ToolCallDone,
    TouchedFile,
    TurnEnded,
)
from peerline.protocol.editor.agents import MAX_WORK_TEXT_BYTES
from peerline.protocol.limits import MAX_WORK_EVENTS
from peerline_bridge import sanitize


def turn_of(events: Iterable[AgentEvent]) -> list[AgentEvent]:
    """The last turn among the events of one agent, oldest first; of many the last ones."""
    turn: list[AgentEvent] = []
    for event in sorted(events, key=lambda event: event.seq):
        match event.data:
            case PromptGiven():
                turn = [event]
            case ToolCallDone() | TurnEnded():
                turn.append(event)
            case _:
                pass  # a plan is in the agent's row, and nothing shows notes
    return turn[-MAX_WORK_EVENTS:]


def shown_events(turn: Iterable[AgentEvent]) -> list[AgentEvent]:
    """The events as they may be shown; older calls have no output and diffs beyond the bound."""
    shown: list[AgentEvent] = []
    left = MAX_WORK_TEXT_BYTES
    for event in reversed([_shown(event) for event in turn]):
        size = _size(event)
        left -= size
        shown.append(event if left >= 0 or size == 0 else _without_texts(event))
    return shown[::-1]


def shown_tool(tool: AgentTool | None) -> AgentTool | None:
    """The call that an agent is at, as it may be shown."""
    if tool is None:
        return None
    title = None if tool.title is None else sanitize.line(tool.title)
    return tool.model_copy(update={"name": sanitize.line(tool.name), "title": title})


def _shown(event: AgentEvent) -> AgentEvent:
    username = sanitize.line(event.username)
    return event.model_copy(update={"username": username, "data": _shown_data(event.data)})


def _shown_data(data: object) -> object:
    match data:
        case PromptGiven():
            return data.model_copy(update={"text": sanitize.block(data.text)})
        case TurnEnded():
            # The answer is in the chat.
            update = {"reason": sanitize.line(data.reason), "text": None}
            return data.model_copy(update=update)
        case ToolCallDone():
            files = None if data.files is None else [_shown_file(file) for file in data.files]
            update = {
                "name": sanitize.line(data.name),
                "title": None if data.title is None else sanitize.line(data.title),
                "input": None,
                "output": None if data.output is None else sanitize.block(data.output),
                "files": files,
            }
            return data.model_copy(update=update)
        case _:
            return data


def _shown_file(file: TouchedFile) -> TouchedFile:
    diff = None if file.diff is None else sanitize.block(file.diff)
    return file.model_copy(update={"file": sanitize.line(file.file), "diff": diff})


def _size(event: AgentEvent) -> int:
    data = event.data
    if not isinstance(data, ToolCallDone):
        return 0
    texts = [data.output, *(file.diff for file in data.files or [])]
    return sum(len(text.encode()) for text in texts if text)


def _without_texts(event: AgentEvent) -> AgentEvent:
    data = event.data
    if not isinstance(data, ToolCallDone):
        return event
    files = data.files and [file.model_copy(update={"diff": None}) for file in data.files]
    return event.model_copy(
        update={"data": data.model_copy(update={"output": None, "files": files})}
    )
