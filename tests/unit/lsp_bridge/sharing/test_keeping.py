"""When the state of a shared document is written down."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from peerline_bridge.guard import Guard
from peerline_bridge.sharing.keeping import (
    FOLDER,
    LEAST_SECONDS,
    QUIET_SECONDS,
    Keeping,
    KeepingParts,
    keeping_of,
)
from tests.unit.lsp_bridge.sharing.shared_session import Relay, RelayedText


class Clock:
    """A loop whose time is set by the test."""

    def __init__(self) -> None:
        self.now = 0.0
        self.calls: list[tuple[float, Callable[[], None]]] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, call: Callable[[], None], *arguments: Any) -> "Clock":
        self.calls.append((when, lambda: call(*arguments)))
        return self

    def cancel(self) -> None:
        self.calls.clear()

    def run(self) -> None:
        """Go on to the next call."""
        self.now, call = self.calls.pop(0)
        call()


def keeping_at(clock: Clock, tmp_path: Path, texts: list[str], saved: list[str]) -> Keeping:
    opened = RelayedText(Relay(), "d", 1, {})
    opened.state = "equal"
    parts = KeepingParts(
        cast("asyncio.AbstractEventLoop", clock),
        Guard(),
        lambda: tmp_path,
        ("server", "session", "person"),
        "1",
    )
    keeping = keeping_of(parts, "d", lambda: opened, lambda: texts[-1], lambda: saved[-1])
    assert keeping is not None
    return keeping


def test_that_a_file_was_saved_is_written_down_soon(tmp_path: Path) -> None:
    """The next bridge could not tell that version from one of another program."""
    clock, saved = Clock(), ["sha256:one"]
    keeping = keeping_at(clock, tmp_path, ["one\n"], saved)
    keeping.changed()
    clock.run()
    saved.append("sha256:two")
    keeping.changed()
    clock.run()
    assert clock.now == 2 * LEAST_SECONDS
    (path,) = (tmp_path / FOLDER).glob("*.json")
    assert "sha256:two" in path.read_text()
    keeping.close(keeps=False)


def test_a_first_common_text_is_written_down_soon_and_later_ones_when_it_is_quiet(
    tmp_path: Path,
) -> None:
    clock, texts = Clock(), ["one\n"]
    keeping = keeping_at(clock, tmp_path, texts, [""])
    keeping.changed()
    clock.run()
    assert clock.now == LEAST_SECONDS
    (path,) = (tmp_path / FOLDER).glob("*.json")
    assert '"one\\n"' in path.read_text()
    texts.append("two\n")
    keeping.changed()
    clock.run()
    assert clock.now == LEAST_SECONDS + QUIET_SECONDS
    assert '"two\\n"' in path.read_text()
    keeping.close(keeps=False)
    assert not path.exists()
