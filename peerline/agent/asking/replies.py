"""A question in the chat, and which reply answers it. Pure."""

from collections.abc import Sequence
from typing import Final

MAX_OPTIONS: Final = 10
_ENDS: Final = " \t\r\n.!"


def question_text(question: str, options: Sequence[str]) -> str:
    """The message that asks, with the answers to choose from, and how one is given."""
    # Only a reply answers: a person who writes a message of their own would wait as the asker does.
    how = "Reply to this message with one of these." if options else "Reply to this message."
    return "\n".join([question, *(f"- {option}" for option in options), how])


def chosen(reply: str, options: Sequence[str]) -> str | None:
    """The option that a reply names; where there are none, any reply that says something."""
    words = reply.strip(_ENDS).casefold()
    if not options:
        return reply.strip() or None
    return next((option for option in options if option.strip(_ENDS).casefold() == words), None)
