"""Random plans of two people in real Neovims end with one text.

A plan that fails is saved: `python -m tests.plans --editors .plans/editors-SEED.json`.
"""

from contextlib import ExitStack
from pathlib import Path

from tests.plans.editor_pair import EditorPair
from tests.plans.editor_plan import WILD, draw_editor_plan
from tests.plans.editor_run import run_editor_plan
from tests.plans.failing import expect_none

SEEDS = (25, 33)


def test_plans_in_two_neovims_end_with_one_text(tmp_path: Path) -> None:
    with ExitStack() as stack:
        pair = EditorPair(tmp_path, stack)
        for seed in SEEDS:
            plan = draw_editor_plan(seed, 30)
            problems = run_editor_plan(plan, pair)
            expect_none(problems, plan, "--editors")


def test_plans_in_editors_hold_every_action() -> None:
    drawn = {step.action for seed in range(100) for step in draw_editor_plan(seed).steps}
    assert drawn == {*WILD, "stop"}
