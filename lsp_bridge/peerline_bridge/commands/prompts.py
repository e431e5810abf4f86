"""The commands about the prompts of shared AI agents: give one, stop a turn, cancel."""

from peerline.protocol.editor.prompts import (
    CancelPromptArguments,
    PromptAgentArguments,
    StopAgentArguments,
)
from peerline.protocol.limits import MAX_TURN_CHARS
from peerline.protocol.prompts import CancelPrompt, PromptAgent, StopAgent
from peerline_bridge.commands.registry import Result, command
from peerline_bridge.errors import CommandRefused
from peerline_bridge.session.bridge import Bridge
from peerline_bridge.texts.quotes import quoted


@command("peerline.promptAgent", PromptAgentArguments)
async def prompt_agent(bridge: Bridge, arguments: PromptAgentArguments) -> Result:
    """Give a shared agent a prompt; answer when it waits in the queue."""
    session = bridge.require_session()
    text = arguments.text
    if arguments.uri is not None:
        text = _with_lines(bridge, text, arguments.uri, arguments.line, arguments.end_line)
    if len(text) > MAX_TURN_CHARS:
        told = f"the prompt can have at most {MAX_TURN_CHARS} characters"
        raise CommandRefused("INVALID_FIELD", told)
    return await session.request(
        PromptAgent(session_id=session.id, agent_id=arguments.agent_id, text=text)
    )


@command("peerline.stopAgent", StopAgentArguments)
async def stop_agent(bridge: Bridge, arguments: StopAgentArguments) -> Result:
    """Have a shared agent stop its turn."""
    session = bridge.require_session()
    message = StopAgent(
        session_id=session.id, agent_id=arguments.agent_id, prompt_id=arguments.prompt_id
    )
    return await session.request(message)


@command("peerline.cancelPrompt", CancelPromptArguments)
async def cancel_prompt(bridge: Bridge, arguments: CancelPromptArguments) -> Result:
    """Take a prompt out of the queue, or stop its turn."""
    session = bridge.require_session()
    return await session.request(CancelPrompt(session_id=session.id, prompt_id=arguments.prompt_id))


def _with_lines(bridge: Bridge, text: str, uri: str, line: int, end_line: int | None) -> str:
    """A prompt with lines of a document behind it.

    Raises:
        CommandRefused: if the document is not a file of the workspace.
    """
    locations = bridge.locations
    file, lines = locations.file_of(uri), locations.lines_of_uri(uri)
    if file is None or lines is None:
        reason = locations.why_unshared(uri)
        told = "the document is not a file of the workspace"
        raise CommandRefused(
            "INVALID_FIELD", told if reason is None else f"the file {reason.value}"
        )
    rows = line, max(line, end_line or line)
    return quoted(text, file, lines, rows, limit=MAX_TURN_CHARS)
