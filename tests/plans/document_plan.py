"""Plans about one shared document: several people write in it while everything breaks. Pure."""

import random
from typing import Final

from .plan import SERVER, Plan, Step, draw

WRITERS: Final = ("alice", "bob", "carol")
"""The first is the session's host; all may write at the start."""
READER: Final = "frank"
"""A viewer."""
STOCK: Final = "yves"
"""A guest with a program that knows Yjs alone, in some plans."""
STOCK_WEIGHTS: Final = {"type": 20, "delete": 5, "undo": 3, "away": 3, "back": 3}
STOCK_SHARE: Final = 0.25
STOCK_PLANS: Final = 4
"""One plan of this number has the guest, since Node takes a while to start."""
WEIGHTS: Final = {
    # What is written.
    "type": 30,
    "delete": 8,
    "replace": 6,
    "paste": 1,
    "undo": 4,
    "redo": 3,
    # Connections and programs.
    "drop": 3,
    "kill": 2,
    "reopen": 2,
    # What others decide.
    "role": 1,
    "rename": 0.5,
    "saved": 1,
    # How long everything takes.
    "check": 2,
    "settle": 2,
    "pause": 14,
}
SERVER_WEIGHTS: Final = {"kill": 2, "stop": 1}
SERVER_SHARE: Final = 0.02
BURST_SHARE: Final = 0.1
"""How often several write at the same place at once."""


def draw_document_plan(seed: int, length: int = 100) -> Plan:
    """The plan of a seed: everybody has the document open, then anything happens."""
    source = random.Random(f"document {seed}")  # noqa: S311 - a plan, not a secret
    people = (*WRITERS, READER)
    steps: list[Step] = []
    stock = STOCK_SHARE if seed % STOCK_PLANS == 0 else 0.0
    while len(steps) < length:
        what = source.random()
        number = source.randrange(10_000)
        if what > 1 - stock:
            steps.append(Step(STOCK, draw(source, STOCK_WEIGHTS), number))
        elif what < SERVER_SHARE:
            steps.append(Step(SERVER, draw(source, SERVER_WEIGHTS), number))
        elif what < SERVER_SHARE + BURST_SHARE:
            steps += [
                Step(source.choice(WRITERS), source.choice(("type", "type", "delete")), number)
                for _ in range(source.randrange(3, 10))
            ]
        else:
            steps.append(Step(source.choice(people), draw(source, WEIGHTS), number))
    return Plan(seed, tuple(steps))
