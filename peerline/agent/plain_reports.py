"""Reports of scripts: what `peerline report` and its JSON lines say. Pure."""

from typing import Any, TypeAlias, cast

from peerline.agent.products.json_reading import decimal, entries, entry, text, whole
from peerline.agent.reports import (
    CHANGES,
    PLAN_STATUSES,
    STATES,
    ChangeKind,
    FileReported,
    NoteReported,
    PlanEntry,
    PlanReported,
    PlanStatus,
    ProductReported,
    Report,
    State,
    StateReported,
    TouchedFile,
    UsageReported,
)

Json: TypeAlias = dict[str, Any]


class ReportError(ValueError):
    """A report makes no sense; the text names the field."""


def plain_reports(given: Json) -> list[Report]:
    """The reports in an object with any of state, doing, model, usage, file, note and plan.

    Raises:
        ReportError: if a field has a value that it cannot have.
    """
    found: list[Report] = []
    if (model := text(given, "model")) is not None:
        found.append(ProductReported(model=model))
    state, doing = text(given, "state"), text(given, "doing")
    if state is not None or doing is not None:
        name = state or "working"
        found.append(StateReported(cast("State", _among("state", name, STATES)), doing))
    if usage := entry(given, "usage"):
        found.append(
            UsageReported(
                whole(usage, "context_used"),
                whole(usage, "context_limit"),
                whole(usage, "input_tokens"),
                whole(usage, "output_tokens"),
                whole(usage, "cached_tokens"),
                decimal(usage, "cost"),
                text(usage, "currency"),
            )
        )
    if (file := text(given, "file")) is not None:
        change = _among("change", text(given, "change") or "modified", CHANGES)
        touched = TouchedFile(
            file,
            cast("ChangeKind", change),
            whole(given, "lines_added"),
            whole(given, "lines_removed"),
            old_file=text(given, "old_file"),
        )
        found.append(FileReported(touched))
    if "plan" in given:
        plan = [
            PlanEntry(
                step,
                cast(
                    "PlanStatus", _among("status", text(one, "status") or "pending", PLAN_STATUSES)
                ),
            )
            for one in entries(given, "plan")
            if (step := text(one, "text"))
        ]
        found.append(PlanReported(tuple(plan)))
    if (note := text(given, "note")) is not None:
        found.append(NoteReported(note))
    return found


def _among(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ReportError(f"{name}: must be one of {', '.join(known)}")
    return value
