"""Actions of several users and the operator of a server, drawn from a seed. Pure."""

import json
import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

USERS: Final = ("alice", "bob", "carol", "dave", "erin", "frank")
"""The first is the session's host, the last a viewer, those between are editors."""
SERVER: Final = "server"

WEIGHTS: Final = {
    # What is written.
    "chat": 12,
    "mention": 3,
    "answer": 3,
    "edit": 5,
    "delete": 4,
    "react": 6,
    "unreact": 3,
    "comment": 6,
    "reply": 6,
    "resolve": 3,
    "reopen": 3,
    "reattach": 3,
    "file": 3,
    "update": 3,
    "again": 4,
    "name": 2,
    # Where people are.
    "cursor": 8,
    "status": 4,
    "viewport": 3,
    # Who comes and goes.
    "join": 6,
    "leave": 2,
    "vanish": 2,
    "drop": 6,
    # What a host decides.
    "role": 3,
    "remove": 1,
    "ban": 0.7,
    "lift": 1,
    "invite": 1.5,
    "revoke": 1.5,
    "approval": 1,
    "let": 3,
    # What is only asked for.
    "history": 1,
    "threads": 1,
    "search": 1,
    "activity": 1,
    "moderation": 1,
    # How long everything takes.
    "settle": 14,
    "pause": 10,
}
SERVER_WEIGHTS: Final = {"kill": 3, "stop": 1}
SERVER_SHARE: Final = 0.02
"""How often it is the operator's turn."""
BURST_SHARE: Final = 0.1
"""How often several do something about the same thing at once."""
_BURST: Final = (
    "edit",
    "delete",
    "delete",
    "react",
    "unreact",
    "reply",
    "reply",
    "resolve",
    "reopen",
    "reattach",
    "answer",
    "role",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody does; `number` picks what it is about."""

    actor: str
    action: str
    number: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in order. Each begins when the one before has begun, not when it has had its effect."""

    seed: int
    steps: tuple[Step, ...]

    def to_json(self) -> str:
        """For a file."""
        steps = [list(asdict(step).values()) for step in self.steps]
        lines = ",\n  ".join(json.dumps(step) for step in steps)
        return f'{{"seed": {self.seed}, "steps": [\n  {lines}\n]}}\n'

    @classmethod
    def from_json(cls, text: str) -> "Plan":
        """From a file.

        Raises:
            ValueError: if it is not a plan.
        """
        data: Any = json.loads(text)
        try:
            return cls(data["seed"], tuple(Step(*step) for step in data["steps"]))
        except (KeyError, TypeError):
            raise ValueError("this is not a plan") from None


def draw_plan(seed: int, length: int = 120) -> Plan:
    """The plan of a seed: everybody joins, then anything happens."""
    source = random.Random(seed)  # noqa: S311 - a plan, not a secret
    steps = [Step(user, "join", 0) for user in USERS]
    steps.append(Step(USERS[0], "settle", 0))
    while len(steps) < length:
        what = source.random()
        number = source.randrange(1000)
        if what < SERVER_SHARE:
            steps.append(Step(SERVER, draw(source, SERVER_WEIGHTS), number))
        elif what < SERVER_SHARE + BURST_SHARE:
            steps += [
                Step(source.choice(USERS), source.choice(_BURST), number)
                for _ in range(source.randrange(3, 10))
            ]
        else:
            steps.append(Step(source.choice(USERS), draw(source, WEIGHTS), number))
    return Plan(seed, tuple(steps))


def draw(source: random.Random, weights: Mapping[str, float]) -> str:
    """An action, as often as its weight says."""
    return source.choices(list(weights), weights=list(weights.values()))[0]
