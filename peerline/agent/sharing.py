"""The owner's choice of what the session sees of an agent; the rest never leaves. Pure."""

from typing import Any, Final, TypeAlias

Json: TypeAlias = dict[str, Any]

DEFAULT_SHARE: Final = frozenset({"state", "usage", "plan", "prompts", "tools", "files"})
HOST_SHARE: Final = DEFAULT_SHARE | {"answer", "terminals"}
"""Of a shared agent: `answer` is one that is being written, `terminals` the output of commands
that Peerline runs for it."""
SHARABLE: Final = HOST_SHARE | {"diffs", "output", "thinking"}
"""The others only if the owner names them."""


class ShareError(ValueError):
    """A field that cannot be shared; the text names it."""


def parse_share(text: str) -> frozenset[str]:
    """The fields in a list with commas.

    Raises:
        ShareError: if one is not known.
    """
    found = frozenset(part.strip() for part in text.split(",") if part.strip())
    unknown = sorted(found - SHARABLE)
    if unknown:
        known = ", ".join(sorted(SHARABLE))
        raise ShareError(f"must be among {known}; not {unknown[0]!r}")
    return found


def shared_update(data: Json, share: frozenset[str]) -> Json | None:
    """The part of a state that is shared; None if nothing is."""
    if "state" not in share:
        return None
    hidden: set[str] = set()
    if "usage" not in share:
        hidden |= {"usage", "health", "health_reasons"}
    if "plan" not in share:
        hidden.add("plan")
    if "tools" not in share:
        hidden |= {"tool", "doing"}
    if "answer" not in share:
        hidden.add("answer")
    return {name: value for name, value in data.items() if name not in hidden}


def shared_event(data: Json, share: frozenset[str], *, is_of_terminal: bool = False) -> Json | None:
    """The part of an event that is shared; None if nothing is.

    With `is_of_terminal` its output is that of a command that Peerline runs.
    """
    needed = {"prompt": "prompts", "turn_end": "prompts", "tool_call": "tools", "plan": "plan"}
    if needed.get(data["kind"], "state") not in share:
        return None
    found = dict(data)
    if "usage" not in share:
        found.pop("usage", None)
    if "output" not in share and not (is_of_terminal and "terminals" in share):
        found.pop("output", None)
    if "files" not in share:
        found.pop("files", None)
    elif "diffs" not in share and "files" in found:
        found["files"] = [
            {name: value for name, value in file.items() if name != "diff"}
            for file in found["files"]
        ]
    return found
