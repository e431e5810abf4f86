"""Random plans of people in one shared document end with one text, nothing lost, nothing twice.

A plan that fails is saved: `python -m tests.plans --documents .plans/documents-SEED.json`.
"""

from pathlib import Path

import pytest

from tests.plans.document_plan import (
    SERVER_WEIGHTS,
    STOCK,
    STOCK_WEIGHTS,
    WEIGHTS,
    draw_document_plan,
)
from tests.plans.document_run import run_document_plan
from tests.plans.failing import expect_none

SEEDS = range(20)


@pytest.mark.parametrize("seed", SEEDS)
async def test_every_plan_about_a_document_ends_with_one_text(tmp_path: Path, seed: int) -> None:
    plan = draw_document_plan(seed, 60)
    problems = await run_document_plan(plan, tmp_path / "data")
    expect_none(problems, plan, "--documents")


def test_plans_about_a_document_hold_every_action() -> None:
    steps = [step for seed in SEEDS for step in draw_document_plan(seed, 60).steps]
    assert {step.action for step in steps if step.actor != STOCK} == {*WEIGHTS, *SERVER_WEIGHTS}
    assert {step.action for step in steps if step.actor == STOCK} == {*STOCK_WEIGHTS}
