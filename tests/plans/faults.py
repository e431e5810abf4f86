"""Faults of several servers and of what they need, drawn into any plan. Pure."""

import random
from dataclasses import replace
from typing import Final

from .plan import SERVER, Plan, Step, draw

FAULTS: Final = {
    # A server, mostly the owner of the session.
    "kill": 2,
    "stop": 1,
    "freeze": 3,
    "add": 1,
    # What is between a server and Postgres.
    "cut": 3,
    # What all servers need.
    "terminate": 2,
    "postgres": 1,
    "redis": 2,
}
FAULT_SHARE: Final = 0.08
"""How often a fault begins before a step."""


def with_faults(plan: Plan) -> Plan:
    """The plan with faults of several servers in place of those of one, the same for each seed."""
    source = random.Random(f"faults {plan.seed}")  # noqa: S311 - a plan, not a secret
    steps: list[Step] = []
    for step in plan.steps:
        if source.random() < FAULT_SHARE:
            steps.append(Step(SERVER, draw(source, FAULTS), source.randrange(1000)))
        if step.actor != SERVER:
            steps.append(step)
    return replace(plan, steps=tuple(steps))
