"""The plan of an agent: entries that come together or one by one, and when it is news. Pure."""

from typing import Any, TypeAlias

from peerline.agent.reports import PlanEntry, PlanEntryReported, PlanReported
from peerline.agent.texts import Texts
from peerline.protocol.limits import MAX_PLAN_ENTRIES, MAX_PLAN_ENTRY_CHARS

Json: TypeAlias = dict[str, Any]


class Plan:
    """The plan, and what of it was told."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._entries: dict[str, PlanEntry] = {}
        self._told: dict[str, str] = {}

    def replace(self, report: PlanReported) -> None:
        """Take a whole plan."""
        self._entries = {str(index): entry for index, entry in enumerate(report.entries)}

    def change(self, report: PlanEntryReported) -> None:
        """Take what is reported about one entry."""
        old = self._entries.get(report.id)
        if report.is_removed:
            self._entries.pop(report.id, None)
        elif old is not None:
            self._entries[report.id] = PlanEntry(
                report.text or old.text, report.status or old.status
            )
        elif report.text:
            self._entries[report.id] = PlanEntry(report.text, report.status or "pending")

    def news(self) -> list[Json]:
        """The entries, if one of them is new or has another status since the last time."""
        shown = self.shown()
        told = {entry["text"]: entry["status"] for entry in shown}
        is_news = any(self._told.get(text) != status for text, status in told.items())
        self._told = told
        return shown if is_news else []

    def shown(self) -> list[Json]:
        """The entries as the wire has them; of a plan that is too long what is done goes first."""
        plan = list(self._entries.values())
        excess = max(0, len(plan) - MAX_PLAN_ENTRIES)
        done = [place for place, entry in enumerate(plan) if entry.status == "completed"]
        gone = set(done[:excess])
        texts = [
            (self._texts.cut(entry.text, MAX_PLAN_ENTRY_CHARS), entry.status)
            for place, entry in enumerate(plan)
            if place not in gone
        ]
        found = [{"text": text, "status": status} for text, status in texts if text.strip()]
        return found[:MAX_PLAN_ENTRIES]
