"""Seeded random plans of many clients end with everybody holding the same (tests/plans).

A plan that fails is saved and can be run again: `python -m tests.plans .plans/plan-SEED.json`.
"""

from pathlib import Path

import pytest

from tests.e2e.conftest import ServerProcess
from tests.plans.failing import expect_none
from tests.plans.plan import SERVER, SERVER_WEIGHTS, WEIGHTS, Plan, draw_plan
from tests.plans.run import ENVIRONMENT, forked, run_plan
from tests.plans.shrink import shrink
from tests.reliability.servers import KillableServer

SEEDS = (*range(8), 1021, 1043, 1054)
"""The last ones found something once, by most runs."""
OPERATED = (101, 102)
"""Seeds that are run against the command itself."""


def operated(data_dir: Path) -> KillableServer:
    return ServerProcess(data_dir, ENVIRONMENT)


@pytest.mark.parametrize(
    ("seed", "command"),
    [*((seed, False) for seed in SEEDS), *((seed, True) for seed in OPERATED)],
)
async def test_every_plan_ends_with_all_replicas_equal(
    tmp_path: Path, seed: int, *, command: bool
) -> None:
    plan = draw_plan(seed)
    problems = await run_plan(plan, tmp_path / "data", operated if command else forked)
    expect_none(problems, plan)


def test_a_plan_is_the_same_each_time_and_survives_a_file() -> None:
    assert draw_plan(7) == draw_plan(7) != draw_plan(8)
    assert Plan.from_json(draw_plan(7).to_json()) == draw_plan(7)
    with pytest.raises(ValueError, match="not a plan"):
        Plan.from_json("[]")


def test_plans_hold_every_action_and_many_ends_of_the_server() -> None:
    steps = [step for seed in SEEDS for step in draw_plan(seed).steps]
    drawn = {step.action for step in steps}
    assert drawn == {*WEIGHTS, *SERVER_WEIGHTS}
    assert sum(step.actor == SERVER for step in steps) > len(SEEDS)


async def test_a_failing_plan_is_shrunk_to_what_it_needs() -> None:
    plan = draw_plan(1)
    needed = {plan.steps[20], plan.steps[90]}

    async def fails(smaller: Plan) -> bool:
        return needed <= set(smaller.steps)

    smaller = await shrink(plan, fails, tries=1000)
    assert set(smaller.steps) == needed
