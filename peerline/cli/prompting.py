"""Prompts shared agents, and stops their turns, from the command line."""

from collections.abc import Awaitable, Callable, Sequence

from pydantic import ValidationError

from peerline.cli.errors import REFUSED, CommandError
from peerline.client import Change, Client, ClientError, PromptsMoved
from peerline.protocol.limits import MAX_TURN_CHARS
from peerline.protocol.prompts import AgentPrompted, Prompt, PromptAgent, PromptState, StopAgent
from peerline.watch import prompts
from peerline.watch.connecting import MakeClient
from peerline.watch.spans import first_line, safe
from peerline.watch.visit import VisitError, visit

_SHOWN_CHARS = 60


async def prompt(make_client: MakeClient, name: str, text: str) -> int:
    """Give an agent a prompt, and print its place in the queue; the exit code.

    Raises:
        CommandError: if there is no such agent, or it may not be prompted.
    """
    given: dict[int, Prompt] = {}

    def changed(changes: Sequence[Change]) -> None:
        for change in changes:
            if isinstance(change, PromptsMoved) and isinstance(change.event, AgentPrompted):
                given[change.event.seq] = change.event.prompt

    async def act(client: Client, session_id: str) -> None:
        agent = prompts.agent_named(client.replica, name)
        try:
            message = PromptAgent(session_id=session_id, agent_id=agent.id, text=text)
        except ValidationError:
            raise CommandError(
                f"a prompt has 1 to {MAX_TURN_CHARS} characters, and no control characters but "
                "line breaks and tabs"
            ) from None
        seq = (await client.request(message)).seq
        # It came in a snapshot if the connection was lost meanwhile.
        print(f"{prompts.place(client.replica, agent.id, given.get(seq))}.")

    return await _visit(make_client, changed, act)


async def stop(make_client: MakeClient, name: str) -> int:
    """Stop the turn of an agent; the exit code.

    Raises:
        CommandError: if there is no such agent, or it cannot be stopped.
    """

    async def act(client: Client, session_id: str) -> None:
        agent = prompts.agent_named(client.replica, name)
        queue = prompts.queue(client.replica, agent.id)
        turn = next((one for one in queue if one.state is PromptState.RUNNING), None)
        await client.request(
            StopAgent(
                session_id=session_id,
                agent_id=agent.id,
                prompt_id=None if turn is None else turn.id,
            )
        )
        shown = safe(agent.username)
        if turn is not None:
            shown += f", which was at a prompt of {safe(turn.username)}"
            shown += f": {first_line(turn.text, _SHOWN_CHARS)}"
        print(f"Stops {shown}")

    return await _visit(make_client, None, act)


async def _visit(
    make_client: MakeClient,
    changed: Callable[[Sequence[Change]], None] | None,
    act: Callable[[Client, str], Awaitable[None]],
) -> int:
    try:
        async with visit(make_client, on_changes=changed or (lambda _: None)) as client:
            session = client.replica.session
            assert session is not None, "the session was joined"
            await act(client, session.id)
    except (VisitError, ClientError, prompts.NoAgentError) as error:
        raise CommandError(str(error), code=REFUSED) from error
    return 0
