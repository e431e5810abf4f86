"""Makes a failing plan smaller: delta debugging (Zeller and Hildebrandt, 2002). Pure."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from .plan import Plan


async def shrink(plan: Plan, fails: Callable[[Plan], Awaitable[bool]], *, tries: int = 60) -> Plan:
    """A plan with fewer steps that still fails, found with at most `tries` runs."""
    parts = 2
    while len(plan.steps) > 1 and tries > 0:
        size = -(-len(plan.steps) // parts)
        for begin in range(0, len(plan.steps), size):
            rest = (*plan.steps[:begin], *plan.steps[begin + size :])
            smaller = replace(plan, steps=rest)
            tries -= 1
            if rest and await fails(smaller):
                plan, parts = smaller, max(parts - 1, 2)
                break
            if tries <= 0:
                break
        else:
            if size == 1:
                break
            parts = min(parts * 2, len(plan.steps))
    return plan
