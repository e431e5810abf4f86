"""`python -m tests.plans`: runs plans, saves and shrinks those that fail, and runs them again."""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Final, TypeAlias

from tests.cluster.faulty import FaultyServers
from tests.cluster.several import SharedSite

from .document_plan import draw_document_plan
from .document_run import DOCUMENT_ENVIRONMENT, run_document_plan
from .editor_pair import EditorPair
from .editor_plan import draw_editor_plan
from .editor_run import run_editor_plan
from .faults import with_faults
from .plan import Plan, draw_plan
from .run import ENVIRONMENT, run_plan
from .shrink import shrink

FAILED = Path(".plans")


Problems: TypeAlias = Callable[[Plan], Awaitable[list[str]]]
"""Finds the faults after a plan."""
DRAW: Final = {
    "plan": draw_plan,
    "documents": draw_document_plan,
    "editors": draw_editor_plan,
}
"""Draws a plan of a seed and a length, by the kind of plans."""


async def problems_of(
    plan: Plan, data_dir: Path, *, documents: bool = False, nodes: bool = False
) -> list[str]:
    """Faults found after the plan, run in a folder that does not exist yet."""
    run = run_document_plan if documents else run_plan
    if not nodes:
        return await run(plan, data_dir)
    environment = DOCUMENT_ENVIRONMENT if documents else ENVIRONMENT
    return await run(plan, data_dir, lambda at: FaultyServers(at, environment), SharedSite.create)


def problems_in_editors(stack: ExitStack) -> Problems:
    """Finds the faults after plans in two editors, which are the same for all plans."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="peerline-plan-")))
    # The editors' clients have a loop of their own, which cannot run in the thread of another one.
    thread = stack.enter_context(ThreadPoolExecutor(1))
    editors = ExitStack()
    stack.callback(lambda: thread.submit(editors.close).result())
    pair = thread.submit(EditorPair, folder, editors).result()

    async def problems(plan: Plan) -> list[str]:
        return await asyncio.wrap_future(thread.submit(run_editor_plan, plan, pair))

    return problems


async def main() -> int:
    """Run what the arguments say; 1 if a plan failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.plans", description=__doc__)
    parser.add_argument("file", nargs="*", type=Path, help="plans that were saved")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--count", type=int, default=1, help="how many seeds")
    parser.add_argument("--steps", type=int, default=120, help="the length of a plan")
    parser.add_argument("--shrink", action="store_true", help="make what fails smaller")
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--documents", action="store_true", help="plans about a shared document")
    kinds.add_argument("--editors", action="store_true", help="plans of two Neovims in one file")
    parser.add_argument("--nodes", action="store_true", help="on several servers, with faults")
    given = parser.parse_args()
    if given.nodes and given.editors:
        parser.error("--nodes is not for plans of editors")
    kind = "documents" if given.documents else "editors" if given.editors else "plan"
    plans = [Plan.from_json(file.read_text(encoding="utf-8")) for file in given.file]
    if not plans:
        seeds = range(given.seed, given.seed + given.count)
        plans = [DRAW[kind](seed, given.steps) for seed in seeds]
        if given.nodes:
            plans = [with_faults(plan) for plan in plans]
    with ExitStack() as stack:
        if kind == "editors":
            return await run(plans, problems_in_editors(stack), kind, shrinks=given.shrink)

        async def problems(plan: Plan) -> list[str]:
            with tempfile.TemporaryDirectory(prefix="peerline-plan-") as folder:
                at = Path(folder) / "data"
                return await problems_of(plan, at, documents=given.documents, nodes=given.nodes)

        return await run(plans, problems, kind, shrinks=given.shrink)


async def run(plans: list[Plan], problems_of: Problems, kind: str, *, shrinks: bool) -> int:
    """Run plans; 1 if one failed."""
    failed = 0
    for plan in plans:
        began = time.monotonic()
        problems = await problems_of(plan)
        took = time.monotonic() - began
        verdict = "FAILED" if problems else "ok"
        print(f"seed {plan.seed}, {len(plan.steps)} steps: {verdict}, {took:.1f} s", flush=True)
        if problems:
            failed += 1
            print("\n".join(each[:500] for each in problems))
            await report(plan, problems_of, kind, shrinks=shrinks)
    print(f"{len(plans) - failed} of {len(plans)} plans hold")
    return 1 if failed else 0


def save(plan: Plan, kind: str = "plan") -> Path:
    """Keep a plan that failed; its file."""
    FAILED.mkdir(exist_ok=True)
    path = FAILED / f"{kind}-{plan.seed}.json"
    path.write_text(plan.to_json(), encoding="utf-8")
    return path


async def report(plan: Plan, problems_of: Problems, kind: str, *, shrinks: bool) -> None:
    """Save a plan that failed, and say how it is run again."""

    async def fails(smaller: Plan) -> bool:
        return bool(await problems_of(smaller))

    if shrinks:
        plan = await shrink(plan, fails)
        print(f"{len(plan.steps)} steps are enough:", *plan.steps, sep="\n  ")
    path = save(plan, kind)
    option = "" if kind == "plan" else f"--{kind} "
    print(f"run it again: python -m tests.plans {option}{path}", flush=True)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
