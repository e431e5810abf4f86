"""Random plans of many clients behind nginx, whose servers are killed and stopped, and worse.

The plans are those of a single server, with or without the faults of `tests.plans.faults`, of which
`make plans-nodes` runs many: in the end all replicas are equal, and equal to the
database; a text that people write together has everything that they wrote, once.
"""

from pathlib import Path

import pytest

from tests.plans.__main__ import problems_of
from tests.plans.document_plan import draw_document_plan
from tests.plans.document_run import DOCUMENT_ENVIRONMENT, run_document_plan
from tests.plans.failing import expect_none
from tests.plans.faults import FAULTS, with_faults
from tests.plans.plan import SERVER, Plan, draw_plan
from tests.plans.run import ENVIRONMENT, run_plan

from .several import SeveralServers, SharedSite

SEEDS = (1, 2)
DOCUMENT_SEEDS = (0, 1)
FAULTY_STEPS = 60
FAULTY_SEEDS = (14, 28)
FAULTY_DOCUMENT_SEEDS = (0,)


def servers(data_dir: Path) -> SeveralServers:
    return SeveralServers(data_dir, ENVIRONMENT)


def servers_of_documents(data_dir: Path) -> SeveralServers:
    return SeveralServers(data_dir, DOCUMENT_ENVIRONMENT)


def faulty_plan(seed: int) -> Plan:
    return with_faults(draw_plan(seed, FAULTY_STEPS))


def faulty_document_plan(seed: int) -> Plan:
    return with_faults(draw_document_plan(seed, FAULTY_STEPS))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", SEEDS)
async def test_every_plan_on_two_servers_ends_with_all_replicas_equal(
    tmp_path: Path, seed: int
) -> None:
    plan = draw_plan(seed)
    problems = await run_plan(plan, tmp_path / "data", servers, SharedSite.create)
    expect_none(problems, plan, "--nodes")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", DOCUMENT_SEEDS)
async def test_every_plan_about_a_document_on_two_servers_ends_with_one_text(
    tmp_path: Path, seed: int
) -> None:
    plan = draw_document_plan(seed, 60)
    make_site = SharedSite.create
    problems = await run_document_plan(plan, tmp_path / "data", servers_of_documents, make_site)
    expect_none(problems, plan, "--documents", "--nodes")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", FAULTY_SEEDS)
async def test_every_plan_with_faults_of_several_servers_ends_with_all_replicas_equal(
    tmp_path: Path, seed: int
) -> None:
    plan = faulty_plan(seed)
    problems = await problems_of(plan, tmp_path / "data", nodes=True)
    expect_none(problems, plan, "--nodes")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", FAULTY_DOCUMENT_SEEDS)
async def test_every_plan_about_a_document_with_faults_ends_with_one_text(
    tmp_path: Path, seed: int
) -> None:
    plan = faulty_document_plan(seed)
    problems = await problems_of(plan, tmp_path / "data", documents=True, nodes=True)
    expect_none(problems, plan, "--documents", "--nodes")


def test_the_owner_is_killed_and_stopped_in_these_plans() -> None:
    ends = [
        [step.action for step in plan.steps if step.actor == SERVER]
        for plan in (
            *(draw_plan(seed) for seed in SEEDS),
            *(draw_document_plan(seed, 60) for seed in DOCUMENT_SEEDS),
        )
    ]
    assert {action for each in ends for action in each} == {"kill", "stop"}
    assert sum(map(len, ends)) >= len(ends)


def test_every_fault_is_in_these_plans() -> None:
    plans = (
        *(faulty_plan(seed) for seed in FAULTY_SEEDS),
        *(faulty_document_plan(seed) for seed in FAULTY_DOCUMENT_SEEDS),
    )
    drawn = {step.action for plan in plans for step in plan.steps if step.actor == SERVER}
    assert drawn == set(FAULTS)
    assert faulty_plan(7) == faulty_plan(7) != faulty_plan(8)
