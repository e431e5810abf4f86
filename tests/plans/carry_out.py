"""Carries out the steps of a plan on a server; what they are about is for the run to know."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from tests.reliability.servers import KillableServer, Site

from .plan import SERVER, Plan, Step

MakeSite = Callable[[Path], Awaitable[Site]]


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
    try:
        await asyncio.to_thread(server.start)
        await run.begin()
        for step in plan.steps:
            if step.actor == SERVER:
                end = server.kill if step.action == "kill" else server.stop
                await asyncio.to_thread(end)
                await asyncio.to_thread(server.start)
            else:
                await run.take(step)
            await asyncio.sleep(0)
        return await run.judge()
    finally:
        await run.close()
        await asyncio.to_thread(server.close)
