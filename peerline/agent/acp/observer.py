"""Reads the copies of what an editor and its agent say, and makes reports of them. Pure."""

import json
from collections.abc import Callable
from typing import Final, cast

from peerline.agent.acp.copies import FrameReader, Way
from peerline.agent.acp.lines import LineSplitter
from peerline.agent.acp.mapping import Mapping
from peerline.agent.reports import Report

_MOST_OF_A_BATCH: Final = 1_000
"""JSON-RPC allows a list of messages."""


class Observer:
    """From frames of copies to reports; a line that makes no sense is left out."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self.mapping = Mapping(new_id)
        self.failed = 0
        """Lines that made no sense."""
        self._frames = FrameReader()
        self._lines = {way: LineSplitter() for way in Way}

    @property
    def left_out(self) -> int:
        """Lines that were too long, or of which a part did not come."""
        return sum(lines.left_out for lines in self._lines.values())

    def feed(self, data: bytes) -> list[Report]:
        """The reports of what has come.

        Raises:
            ValueError: if the copies are no frames.
        """
        reports: list[Report] = []
        for way, piece in self._frames.feed(data):
            if not piece:
                self._lines[way].cut()
            for line in self._lines[way].feed(piece):
                reports += self._of_line(way, line)
        return reports

    def end(self) -> list[Report]:
        """The reports of the agent's end."""
        return self.mapping.closed()

    def _of_line(self, way: Way, line: bytes) -> list[Report]:
        take = self.mapping.of_editor if way is Way.OF_EDITOR else self.mapping.of_agent
        try:
            found: object = json.loads(line)
            messages = cast("list[object]", found) if isinstance(found, list) else [found]
            return [report for message in messages[:_MOST_OF_A_BATCH] for report in take(message)]
        except Exception:  # noqa: BLE001 - whatever an agent writes, the next line counts
            self.failed += 1
            return []
