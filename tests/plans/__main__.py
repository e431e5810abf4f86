"""`python -m tests.plans`: runs plans, saves and shrinks those that fail, and runs them again."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from .plan import Plan, draw_plan
from .run import run_plan
from .shrink import shrink

FAILED = Path(".plans")


async def problems_of(plan: Plan) -> list[str]:
    """Faults found after the plan, run in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="peerline-plan-") as folder:
        return await run_plan(plan, Path(folder) / "data")


async def main() -> int:
    """Run what the arguments say; 1 if a plan failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.plans", description=__doc__)
    parser.add_argument("file", nargs="*", type=Path, help="plans that were saved")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--count", type=int, default=1, help="how many seeds")
    parser.add_argument("--steps", type=int, default=120, help="the length of a plan")
    parser.add_argument("--shrink", action="store_true", help="make what fails smaller")
    given = parser.parse_args()
    plans = [Plan.from_json(file.read_text(encoding="utf-8")) for file in given.file]
    if not plans:
        seeds = range(given.seed, given.seed + given.count)
        plans = [draw_plan(seed, given.steps) for seed in seeds]
    failed = 0
    for plan in plans:
        began = time.monotonic()
        problems = await problems_of(plan)
        took = time.monotonic() - began
        verdict = "FAILED" if problems else "ok"
        print(f"seed {plan.seed}, {len(plan.steps)} steps: {verdict}, {took:.1f} s", flush=True)
        if problems:
            failed += 1
            await report(plan, problems, shrinks=given.shrink)
    print(f"{len(plans) - failed} of {len(plans)} plans hold")
    return 1 if failed else 0


def save(plan: Plan) -> Path:
    """Keep a plan that failed; its file."""
    FAILED.mkdir(exist_ok=True)
    path = FAILED / f"plan-{plan.seed}.json"
    path.write_text(plan.to_json(), encoding="utf-8")
    return path


async def report(plan: Plan, problems: list[str], *, shrinks: bool) -> None:
    """Print and save a plan that failed."""

    async def fails(smaller: Plan) -> bool:
        return bool(await problems_of(smaller))

    print("\n".join(problems))
    if shrinks:
        plan = await shrink(plan, fails)
        print(f"{len(plan.steps)} steps are enough:", *plan.steps, sep="\n  ")
    path = save(plan)
    print(f"run it again: python -m tests.plans {path}", flush=True)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
