"""Carries out a plan about a shared document against a server and tells what is wrong."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Final

from peerline.client import ClientError, Credentials, LinkState
from peerline.protocol.participants import ChangeRole
from peerline.protocol.roles import Role
from tests.reliability.servers import SESSION, ForkedServer, KillableServer, Site

from .carry_out import MakeSite, carry_out
from .document_plan import READER, STOCK, WRITERS
from .document_writer import PASTED, Ledger, Writer, drop
from .plan import Plan, Step
from .run import ENVIRONMENT, QUIET_SECONDS, MakeServer
from .stock_writer import StockWriter

DOCUMENT_ENVIRONMENT: Final = {
    **ENVIRONMENT,
    # Small, so that a plan sees renewals, snapshots and a document that is loaded again.
    "PEERLINE_DOCUMENT_RENEWAL_ITEMS": "30",
    "PEERLINE_DOCUMENT_IDLE_RENEWAL_ITEMS": "20",
    "PEERLINE_DOCUMENT_SNAPSHOT_UPDATES": "10",
    "PEERLINE_DOCUMENT_UNLOAD_SECONDS": "0.1",
}
SEED_TEXT: Final = "seǽ🎉\n"
_POLL_SECONDS: Final = 0.02


def forked(data_dir: Path) -> KillableServer:
    """The server that starts fast."""
    return ForkedServer(data_dir, DOCUMENT_ENVIRONMENT)


async def run_document_plan(
    plan: Plan,
    data_dir: Path,
    make_server: MakeServer = forked,
    make_site: MakeSite = Site.create,
) -> list[str]:
    """Faults found after the plan; none if all is well. `data_dir` must not exist yet."""
    return await carry_out(plan, data_dir, make_server(data_dir), _Run, make_site)


class _Run:
    """A plan under way."""

    def __init__(self, site: Site, server: KillableServer) -> None:
        self._site = site
        self._server = server
        self._ledger = Ledger(SEED_TEXT)
        self._writers: dict[str, Writer] = {}
        self._roles = dict.fromkeys(WRITERS[1:], Role.EDITOR)
        self._document_id = ""
        self._stock: StockWriter | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def _credentials(self, user: str) -> Credentials:
        role = Role.HOST if user == WRITERS[0] else Role.EDITOR
        return self._site.credentials(user, Role.VIEWER if user == READER else role)

    async def begin(self) -> None:
        """Have the host share a text, and everybody open it."""
        link = self._site.link(self._server.address)
        for user in (*WRITERS, READER):
            self._writers[user] = Writer(user, link, self._credentials(user), self._ledger)
        for writer in self._writers.values():
            await _until(lambda client=writer.client: client.state is LinkState.JOINED)
        shared = await self._host.client.documents.share("src/a.py", SEED_TEXT)
        self._document_id = shared.id
        for writer in self._writers.values():
            known = writer.client.documents
            await _until(lambda known=known: known.get(shared.id) is not None)
            writer.open(shared.id)
            await writer.document.ready()

    @property
    def _host(self) -> Writer:
        return self._writers[WRITERS[0]]

    async def take(self, step: Step) -> None:
        """Begin a step."""
        if step.actor == STOCK:
            await (await self._guest()).take(step)
            return
        writer = self._writers[step.actor]
        match step.action:
            case "pause":
                await asyncio.sleep(step.number / 200_000)
            case "settle":
                await self._settle()
            case "drop":
                drop(writer.client)
            case "kill":
                await writer.kill()
            case "reopen":
                writer.reopen()
            case "role":
                self._change_role(step.number)
            case "rename":
                self._own(self._rename(step.number))
            case "check":
                self._own(writer.check())
            case "saved":
                self._own(writer.saved())
            case _ if writer.can_write:
                _write(writer, step)
            case _:
                pass

    async def _guest(self) -> StockWriter:
        """The guest with a stock provider, who comes with their first step."""
        if self._stock is None:
            url = f"ws://{self._server.address}/ws/doc/{SESSION}"
            invite = self._site.invites[Role.EDITOR]
            self._stock = StockWriter(url, invite, self._document_id, self._ledger)
            await self._stock.begin()
        return self._stock

    def _change_role(self, number: int) -> None:
        user: str = sorted(self._roles)[number % 2]
        role = Role.VIEWER if self._roles[user] is Role.EDITOR else Role.EDITOR
        self._roles[user] = role
        self._own(self._request_role(user, role))

    async def _request_role(self, user: str, role: Role) -> None:
        with suppress(ClientError):  # nobody of this name is here just now
            message = ChangeRole(session_id=SESSION, user_id=user, role=role)
            await self._host.client.request(message)

    async def _rename(self, number: int) -> None:
        with suppress(ClientError):  # it is called so already
            await self._host.client.documents.rename(self._document_id, f"src/{number % 9}.py")

    async def judge(self) -> list[str]:
        """Wait until all is quiet, then compare the texts with a fresh one."""
        await self._settle()
        if self._stock is not None:
            await self._stock.come_back()
        fresh = Writer(
            "olga", self._site.link(self._server.address), self._credentials(READER), self._ledger
        )
        self._writers["olga"] = fresh
        await _until(lambda: fresh.client.state is LinkState.JOINED)
        fresh.open(self._document_id)
        await fresh.document.ready()
        deadline = asyncio.get_running_loop().time() + QUIET_SECONDS
        while problems := self._unquiet(fresh):
            if asyncio.get_running_loop().time() > deadline:
                return ["it does not become quiet", *problems]
            await asyncio.sleep(_POLL_SECONDS)
        for writer in self._writers.values():
            await writer.check(is_quiet=True)
            problems += writer.problems
        return problems + self._ledger.problems(fresh.document.text)

    def _unquiet(self, fresh: Writer) -> list[str]:
        problems: list[str] = []
        for writer in self._writers.values():
            problems += writer.unquiet()
            if writer.editor != fresh.document.text:
                problems.append(f"{writer.user_id} has another text than the server")
        if self._stock is not None:
            problems += self._stock.unquiet()
            if self._stock.text != fresh.document.text:
                problems.append("the stock provider has another text than the server")
        return problems

    async def _settle(self) -> None:
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _own(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End every client."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._stock is not None:
            await self._stock.close()
        for writer in self._writers.values():
            await writer.client.close()


def _write(writer: Writer, step: Step) -> None:
    number = step.number
    match step.action:
        case "type":
            writer.type(number, 1 + number % 3)
        case "paste":
            writer.type(number, PASTED)
        case "delete":
            writer.delete(number)
        case "replace":
            writer.replace(number)
        case "undo" | "redo":
            writer.undo(redo=step.action == "redo")
        case action:
            raise ValueError(action)


async def _until(holds: Callable[[], bool]) -> None:
    deadline = asyncio.get_running_loop().time() + QUIET_SECONDS
    while not holds():
        assert asyncio.get_running_loop().time() < deadline, "not in time"
        await asyncio.sleep(_POLL_SECONDS)
