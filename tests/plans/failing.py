"""The report of a test about a plan that failed."""

from collections.abc import Sequence

import pytest

from tests.plans.__main__ import save
from tests.plans.plan import Plan

_SHOWN_CHARS = 500


def expect_none(problems: Sequence[str], plan: Plan, *flags: str) -> None:
    """Fail if a plan has problems, and say how to run it again: with these flags."""
    if not problems:
        return
    path = save(plan, *(flag.removeprefix("--") for flag in flags if flag != "--nodes"))
    again = " ".join(("python -m tests.plans", *flags, str(path)))
    shown = "\n".join(problem[:_SHOWN_CHARS] for problem in problems)
    pytest.fail(f"run it again: {again}\n{shown}")
