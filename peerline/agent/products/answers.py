"""Answers to the hook of a product. Pure."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Context:
    """Text for the model, in addition to what it has."""

    text: str


@dataclass(frozen=True, slots=True)
class GoOn:
    """Do not stop yet, for this reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's answer to a request for permission."""

    is_allowed: bool
    message: str = ""


Answer: TypeAlias = Context | GoOn | Decision
