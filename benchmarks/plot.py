"""`python -m benchmarks.plot`: results/latest.json as bars, in docs/images/performance.svg."""

import json
import sys
from html import escape
from pathlib import Path
from typing import Final, cast

from benchmarks.report import Result

_RESULTS: Final = Path(__file__).parent / "results" / "latest.json"
_PICTURE: Final = Path(__file__).parents[1] / "docs" / "images" / "performance.svg"
_CASES: Final = ("1x50", "1x200", "100x5")
_WIDTH: Final = 720
_LABEL: Final = 110
_BAR: Final = 18
_GAP: Final = 6
_VALUE: Final = 120


def main() -> int:
    """Write the picture; the process' exit code."""
    results = cast("list[Result]", json.loads(_RESULTS.read_text(encoding="utf-8")))
    _PICTURE.write_text(draw(results), encoding="utf-8")
    print(f"written to {_PICTURE}")
    return 0


def draw(results: list[Result]) -> str:
    """CPU time per delivered state, a group of bars a case, as SVG."""
    parts: list[str] = []
    y = 10
    for case in _CASES:
        rows = [result for result in results if result["case"] == case]
        if not rows:
            continue
        y += 22
        parts.append(
            f'<text x="0" y="{y - 6}" font-weight="bold">{escape(case)}: server CPU in '
            "microseconds per delivered state</text>"
        )
        longest = max(row["cpu_us_per_delivery"] for row in rows)
        for row in rows:
            value = row["cpu_us_per_delivery"]
            width = max(1.0, value / longest * (_WIDTH - _LABEL - _VALUE))
            color = "#2563eb" if row["server"] == "peerline" else "#9ca3af"
            note = f"{value:.1f}" + (" (starved)" if row["starved"] else "")
            baseline = y + _BAR - 5
            parts.append(
                f'<text x="{_LABEL - 8}" y="{baseline}" text-anchor="end">'
                f"{escape(row['server'])}</text>"
                f'<rect x="{_LABEL}" y="{y}" width="{width:.1f}" height="{_BAR}" fill="{color}"/>'
                f'<text x="{_LABEL + width + 6:.1f}" y="{baseline}">{note}</text>'
            )
            y += _BAR + _GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {y + 10}" '
        'font-family="sans-serif" font-size="13" fill="#4b5563">\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


if __name__ == "__main__":
    sys.exit(main())
