"""Carries out the steps of a plan on a server; what they are about is for the run to know."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from tests.reliability.servers import KillableServer, Site

from .plan import SERVER, Plan, Step

_ENDS: Final = frozenset({"kill", "stop"})

MakeSite = Callable[[Path], Awaitable[Site]]


@runtime_checkable
class FaultyServer(Protocol):
    """Servers to which more can happen than their end."""

    def suffer(self, fault: str, number: int) -> None:
        """Have a fault, from its beginning to its end; `number` picks where and how."""
        ...


class Run(Protocol):
    """A plan under way."""

    async def begin(self) -> None:
        """Have everything ready for the first step."""
        ...

    async def take(self, step: Step) -> None:
        """Begin a step of a participant."""
        ...

    async def judge(self) -> list[str]:
        """Faults found in the end; none if all is well."""
        ...

    async def close(self) -> None:
        """End all clients."""
        ...


async def carry_out(
    plan: Plan,
    data_dir: Path,
    server: KillableServer,
    make_run: Callable[[Site, KillableServer], Run],
    make_site: MakeSite = Site.create,
) -> list[str]:
    """Faults found after the plan; none if all is well. `data_dir` must not exist yet."""
    run = make_run(await make_site(data_dir), server)
    fault: asyncio.Task[None] | None = None
    try:
        await asyncio.to_thread(server.start)
        await run.begin()
        for step in plan.steps:
            if step.actor == SERVER:
                if fault is not None:
                    await fault
                fault = asyncio.create_task(_befall(server, step))
                if step.action in _ENDS:
                    await fault
            else:
                await run.take(step)
            await asyncio.sleep(0)
        if fault is not None:
            await fault
        return await run.judge()
    finally:
        await run.close()
        if fault is not None:
            await asyncio.wait([fault])
        await asyncio.to_thread(server.close)


async def _befall(server: KillableServer, step: Step) -> None:
    """Have the server suffer a step. All but its end goes on during the next steps."""
    if step.action in _ENDS:
        await asyncio.to_thread(server.kill if step.action == "kill" else server.stop)
        await asyncio.to_thread(server.start)
    else:
        assert isinstance(server, FaultyServer), f"{step.action} is for several servers"
        await asyncio.to_thread(server.suffer, step.action, step.number)
