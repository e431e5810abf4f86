"""`python -m tests.plans`: runs plans, saves and shrinks those that fail, and runs them again."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from .document_plan import draw_document_plan
from .document_run import run_document_plan
from .plan import Plan, draw_plan
from .run import run_plan
from .shrink import shrink

FAILED = Path(".plans")


async def problems_of(plan: Plan, *, documents: bool = False) -> list[str]:
    """Faults found after the plan, run in a folder of its own."""
    run = run_document_plan if documents else run_plan
    with tempfile.TemporaryDirectory(prefix="peerline-plan-") as folder:
        return await run(plan, Path(folder) / "data")


async def main() -> int:
    """Run what the arguments say; 1 if a plan failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.plans", description=__doc__)
    parser.add_argument("file", nargs="*", type=Path, help="plans that were saved")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--count", type=int, default=1, help="how many seeds")
    parser.add_argument("--steps", type=int, default=120, help="the length of a plan")
    parser.add_argument("--shrink", action="store_true", help="make what fails smaller")
    parser.add_argument("--documents", action="store_true", help="plans about a shared document")
    given = parser.parse_args()
    draw = draw_document_plan if given.documents else draw_plan
    plans = [Plan.from_json(file.read_text(encoding="utf-8")) for file in given.file]
    if not plans:
        seeds = range(given.seed, given.seed + given.count)
        plans = [draw(seed, given.steps) for seed in seeds]
    failed = 0
    for plan in plans:
        began = time.monotonic()
        problems = await problems_of(plan, documents=given.documents)
        took = time.monotonic() - began
        verdict = "FAILED" if problems else "ok"
        print(f"seed {plan.seed}, {len(plan.steps)} steps: {verdict}, {took:.1f} s", flush=True)
        if problems:
            failed += 1
            await report(plan, problems, shrinks=given.shrink, documents=given.documents)
    print(f"{len(plans) - failed} of {len(plans)} plans hold")
    return 1 if failed else 0


def save(plan: Plan, kind: str = "plan") -> Path:
    """Keep a plan that failed; its file."""
    FAILED.mkdir(exist_ok=True)
    path = FAILED / f"{kind}-{plan.seed}.json"
    path.write_text(plan.to_json(), encoding="utf-8")
    return path


async def report(plan: Plan, problems: list[str], *, shrinks: bool, documents: bool) -> None:
    """Print and save a plan that failed."""

    async def fails(smaller: Plan) -> bool:
        return bool(await problems_of(smaller, documents=documents))

    print("\n".join(problems))
    if shrinks:
        plan = await shrink(plan, fails)
        print(f"{len(plan.steps)} steps are enough:", *plan.steps, sep="\n  ")
    path = save(plan, "documents" if documents else "plan")
    again = f"python -m tests.plans {'--documents ' if documents else ''}{path}"
    print(f"run it again: {again}", flush=True)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
