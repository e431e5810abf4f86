"""What the documents list is what there is."""

import re
from dataclasses import fields
from pathlib import Path

from server.settings import Settings

ROOT = Path(__file__).parents[2]
_ROW = re.compile(r"^\| `PEERLINE_(\w+)` \| ([^|]+) \| `([^`]*)` \| (.+) \|$", re.MULTILINE)


def test_every_setting_is_described_with_its_default() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = {name.lower(): (default, text) for name, _, default, text in _ROW.findall(page)}
    settings = Settings()
    assert list(rows) == [field.name for field in fields(Settings)]
    for field in fields(Settings):
        default, text = rows[field.name]
        value = getattr(settings, field.name)
        shown = ", ".join(value) or "(empty)" if isinstance(value, tuple) else str(value)
        assert default == shown, field.name
        assert text.strip(), field.name


def test_every_promise_names_tests_that_exist() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if re.match(r"\| R\d+ ", line)]
    numbers = [int(row[1].strip().removeprefix("R")) for row in rows]
    assert numbers == sorted(set(numbers)), "each id once, in order"
    defined = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8"))
    }
    for row in rows:
        named = re.findall(r"`(test_\w+)`", row[3])
        assert named, row[1]
        assert set(named) <= defined, row[1]
