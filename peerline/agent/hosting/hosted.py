"""A shared agent at work: its program is kept running, and its prompts are done one by one."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from peerline.agent.acp.mapping import Mapping
from peerline.agent.acp.values import Object, an_object, text
from peerline.agent.cleaning import AgentCleaner
from peerline.agent.fence import RoomText, fence, new_fence_id
from peerline.agent.hosting.files import HostedFiles
from peerline.agent.hosting.peer import INVALID, NO_METHOD, AgentEnded, Peer, RpcError
from peerline.agent.hosting.permission import CANCELLED, answer_of, merged, question_of
from peerline.agent.hosting.program import Program
from peerline.agent.hosting.room import SharedRoom
from peerline.agent.hosting.terminals import CAN_RUN, Terminals
from peerline.agent.reports import FileReported, NoteReported, Report, TurnEnded
from peerline.client import Agent, Change, ClientError, PromptsMoved, Reset, Resumed
from peerline.logs import describe
from peerline.processes import Command
from peerline.protocol.approvals import ApprovalQuestion, Outcome
from peerline.protocol.prompts import Prompt, PromptState
from peerline.tasks import Tasks

PROTOCOL: Final = 1
START_SECONDS: Final = 90.0
STOP_SECONDS: Final = 20.0
"""How long a program may take to end a turn that is to be stopped; then it is ended itself."""
MAX_STARTS: Final = 3
"""The program is not started again when it has ended so often without doing a prompt."""
MAX_CALLS: Final = 200
_log = logging.getLogger("peerline.agent")
_FORGOT: Final = "I was started again, and know nothing of what was before."


class HostError(Exception):
    """The agent cannot go on; the text says why."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that a shared agent works with."""

    client: Agent
    session_id: str
    command: Command
    cleaner: AgentCleaner
    approval_seconds: int
    take: Callable[[list[Report]], None]
    """Reports what it does."""
    is_muted: Callable[[], bool]


class HostedAgent:
    """Call `changed` with the changes of the session, and `run` until it is cancelled."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._with = surroundings
        self._room = SharedRoom(surroundings.client, surroundings.session_id)
        self._files = HostedFiles(
            surroundings.client, surroundings.command.folder, surroundings.cleaner
        )
        self._terminals = Terminals(
            surroundings.command,
            surroundings.cleaner,
            self._may_run,
            surroundings.take,
            surroundings.approval_seconds,
        )
        self._mapping = Mapping(new_fence_id, self._terminals.shown)
        self._news = asyncio.Event()
        self._tasks = Tasks()
        self._program: Program | None = None
        self._peer: Peer | None = None
        self._conversation: str | None = None
        """The session of the agent's own protocol."""
        self._can_load = False
        self._has_ended = True
        self._prompt: Prompt | None = None
        """The one that is being done."""
        self._stopped = asyncio.Event()
        """Set when the turn is to end."""
        self._answer = ""
        self._calls: dict[str, Object] = {}

    async def run(self) -> None:
        """Keep the program running and do prompts.

        Raises:
            HostError: if it cannot be started, or ends again and again.
        """
        await self._end_interrupted()
        starts = 0
        while True:
            starts += 1
            try:
                await self._begin()
                while True:
                    await self._turn(await self._next())
                    starts = 0
            except AgentEnded:
                code = None if self._program is None else self._program.code
                self._with.take([NoteReported(f"The agent's program has ended: {code}")])
            finally:
                await self._end_program()
            if starts >= MAX_STARTS:
                raise HostError("the agent's program ends again and again")

    async def close(self) -> None:
        """End the program."""
        await self._end_program()
        await self._terminals.close()
        await self._tasks.close()

    def changed(self, changes: Sequence[Change]) -> None:
        """Look at what has changed in the session."""
        if any(isinstance(change, PromptsMoved | Reset | Resumed) for change in changes):
            self._news.set()
            self._look_for_stop()

    # The program

    async def _begin(self) -> None:
        peer = Peer(self._write, self._handle, self._sent, self._received)
        program = Program(self._with.command, peer.receive, self._ended)
        self._peer, self._program = peer, program
        try:
            await program.start()
        except OSError as error:
            name, reason = self._with.command.arguments[0], error.strerror or error
            raise HostError(f"{name} cannot be run: {reason}") from None
        self._has_ended = False
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._introduce(peer)
        except TimeoutError:
            raise HostError("the agent did not answer in time") from None
        except RpcError as error:
            raise HostError(f"the agent refuses: {error}") from None

    async def _introduce(self, peer: Peer) -> None:
        files = {"readTextFile": True, "writeTextFile": True}
        answer = await peer.request(
            "initialize",
            {
                "protocolVersion": PROTOCOL,
                "clientCapabilities": {"fs": files, "terminal": CAN_RUN},
                "clientInfo": {"name": "peerline", "version": version("peerline")},
            },
        )
        if answer.get("protocolVersion") != PROTOCOL:
            raise HostError(f"the agent does not speak version {PROTOCOL} of the protocol")
        self._can_load = an_object(answer.get("agentCapabilities")).get("loadSession") is True
        folder: Object = {"cwd": str(self._with.command.folder), "mcpServers": []}
        before = self._conversation
        if before is not None and self._can_load:
            try:
                await peer.request("session/load", {"sessionId": before, **folder})
            except RpcError:
                pass  # it begins again
            else:
                return
        made = await peer.request("session/new", folder)
        self._conversation = text(made.get("sessionId"))
        if self._conversation is None:
            raise HostError("the agent gave its session no name")
        if before is not None:
            self._tasks.spawn(self._say(_FORGOT), "say that it was started again")

    def _write(self, line: bytes) -> None:
        if self._program is not None:
            self._program.write(line)

    def _ended(self) -> None:
        self._has_ended = True
        self._news.set()
        if self._peer is not None:
            self._peer.end()

    async def _end_program(self) -> None:
        program, peer = self._program, self._peer
        self._program = self._peer = None
        try:
            if peer is not None:
                await peer.close()
            await self._terminals.end_all()
        finally:
            if program is not None:
                await program.close()
                self._with.take(self._mapping.closed())

    def _sent(self, message: Object) -> None:
        self._map(self._mapping.of_editor, message)

    def _received(self, message: Object) -> None:
        params = an_object(message.get("params"))
        update = an_object(params.get("update"))
        self._terminals.seen(update)
        call_id = text(update.get("toolCallId"))
        if call_id is not None:
            while len(self._calls) >= MAX_CALLS:
                del self._calls[next(iter(self._calls))]
            self._calls[call_id] = merged(self._calls.pop(call_id, {}), update)
        self._map(self._mapping.of_agent, message)

    def _map(self, mapped: Callable[[object], list[Report]], message: Object) -> None:
        try:
            reports = mapped(message)
        except Exception as error:  # noqa: BLE001 - whatever an agent writes, the next line counts
            _log.warning("a message of the agent makes no sense: %s", describe(error))
            return
        self._taken(reports)

    def _taken(self, reports: list[Report]) -> None:
        for report in reports:
            if isinstance(report, TurnEnded):
                self._answer = report.text
        # Who edits a shared document is seen in it.
        self._with.take(
            [
                report
                for report in reports
                if not isinstance(report, FileReported)
                or not self._files.is_shared(report.file.file)
            ]
        )

    # Prompts

    async def _end_interrupted(self) -> None:
        """End the prompt that an earlier run of this command was at."""
        while self._with.client.replica.connected is None:
            self._news.clear()
            await self._news.wait()
        for prompt in self._room.prompts():
            if prompt.state is not PromptState.WAITING:
                await self._room.end(prompt.id, "interrupted")

    async def _next(self) -> Prompt:
        """Wait for a prompt.

        Raises:
            AgentEnded: if the program ends before.
        """
        while True:
            self._news.clear()
            if self._has_ended:
                raise AgentEnded
            prompts = self._room.prompts()
            if prompts and prompts[0].state is PromptState.WAITING:
                return prompts[0]
            await self._news.wait()

    async def _turn(self, prompt: Prompt) -> None:
        self._stopped = asyncio.Event()
        self._prompt = prompt
        self._answer = ""
        reason = "error"
        try:
            if not await self._room.begin(prompt.id):
                return
            reason = "cancelled" if self._stopped.is_set() else await self._ask(prompt)
        except RpcError as error:
            await self._say(f"The prompt failed: {error}", prompt.message_id)
        except AgentEnded:
            reason = "cancelled" if self._stopped.is_set() else "agent_ended"
            self._taken(self._mapping.closed())
        finally:
            self._prompt = None
            self._stopped.set()  # what people are still asked counts no more
            await self._terminals.end_all()
        await self._say(self._answer, prompt.message_id)
        await self._room.end(prompt.id, reason)
        if self._has_ended:
            raise AgentEnded

    async def _ask(self, prompt: Prompt) -> str:
        assert self._peer is not None
        author = self._with.client.replica.participants.get(prompt.user_id)
        role = "viewer" if author is None else author.role.value
        given = RoomText(prompt.text, prompt.username, role, "prompt")
        whole = fence(given, is_request=True, new_id=new_fence_id)
        asked, shown = (
            {"sessionId": self._conversation, "prompt": [{"type": "text", "text": part}]}
            for part in (whole, prompt.text)
        )
        answer = await self._peer.request("session/prompt", asked, shown)
        return text(answer.get("stopReason")) or "end_turn"

    async def _say(self, words: str, parent_id: str | None = None) -> None:
        if not self._with.is_muted():
            await self._room.say(self._with.cleaner.text(words), parent_id)

    def _look_for_stop(self) -> None:
        """Stop the turn if somebody wants that, or the server has ended its prompt."""
        if self._prompt is None or self._stopped.is_set():
            return
        known = {prompt.id: prompt for prompt in self._room.prompts()}
        found = known.get(self._prompt.id)
        if found is not None and found.state is not PromptState.STOPPING:
            return
        self._stopped.set()
        self._terminals.kill_all()
        if self._peer is not None and self._conversation is not None:
            self._peer.notify("session/cancel", {"sessionId": self._conversation})
        self._tasks.spawn(self._insist(self._prompt), "end a turn that does not stop")

    async def _insist(self, prompt: Prompt) -> None:
        await asyncio.sleep(STOP_SECONDS)
        if self._prompt is prompt and self._program is not None:
            self._program.kill()

    # Requests of the agent

    async def _handle(self, method: str, params: Object) -> object:
        match method:
            case "session/request_permission":
                return await self._permission(params) if self._is_in_turn else CANCELLED
            case "fs/read_text_file":
                return await self._files.read(params)
            case "fs/write_text_file":
                return await self._files.write(params)
            case "terminal/create" if CAN_RUN:
                if not self._is_in_turn:
                    raise RpcError(INVALID, "no prompt is being done")
                return await self._terminals.create(params)
            case "terminal/output":
                return self._terminals.output(params)
            case "terminal/wait_for_exit":
                return await self._terminals.wait(params)
            case "terminal/kill":
                return await self._terminals.kill(params)
            case "terminal/release":
                return await self._terminals.release(params)
            case _:
                raise RpcError(NO_METHOD, f"{method} is not supported")

    @property
    def _is_in_turn(self) -> bool:
        return self._prompt is not None and not self._stopped.is_set()

    async def _permission(self, params: Object) -> Object:
        call = an_object(params.get("toolCall"))
        known = self._calls.get(text(call.get("toolCallId")) or "", {})
        question = question_of(params, known, self._with.cleaner, self._with.approval_seconds)
        outcome = await self._ask_people(question)
        if outcome is None:
            return CANCELLED
        if outcome is Outcome.ALLOW_ONCE:
            self._terminals.allowed.add(merged(known, call))
        return answer_of(params, outcome)

    async def _may_run(self, question: ApprovalQuestion) -> bool:
        return await self._ask_people(question) is Outcome.ALLOW_ONCE

    async def _ask_people(self, question: ApprovalQuestion) -> Outcome | None:
        """Their answer, which is no without one; None if the turn is to end."""
        if self._with.is_muted():
            return Outcome.DENY
        turn_ended = self._stopped
        asking = self._tasks.share(self._with.client.ask_approval(question), "ask people")
        stopped = self._tasks.share(turn_ended.wait(), "wait for the end of the turn")
        try:
            await asyncio.wait({asking, stopped}, return_when=asyncio.FIRST_COMPLETED)
            return None if turn_ended.is_set() else asking.result().answer
        except ClientError:
            return Outcome.DENY
        finally:
            asking.cancel()
            stopped.cancel()
