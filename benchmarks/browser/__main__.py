"""`python -m benchmarks.browser`: the page in Chromium, by the figure; all without a name."""

import argparse
import sys
from collections.abc import Callable
from typing import Final

from benchmarks.browser import crowd, long_chat, opening, scrubbing, slow_line
from benchmarks.entry import carry_out

_FIGURES: Final[dict[str, Callable[[], None]]] = {
    "opening": opening.measure,
    "crowd": crowd.measure,
    "long-chat": long_chat.measure,
    "scrubbing": scrubbing.measure,
    "slow-line": slow_line.measure,
}


def main() -> int:
    """Measure and print; the process' exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.browser")
    names = ", ".join(_FIGURES)
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=f"one of: {names}")
    chosen: list[str] = parser.parse_args().figures
    if unknown := [name for name in chosen if name not in _FIGURES]:
        parser.error(f"no figure {', '.join(unknown)}: there are {names}")

    def measure() -> None:
        for name in chosen or _FIGURES:
            print(f"\n{name}\n", flush=True)
            _FIGURES[name]()

    return carry_out(measure)


if __name__ == "__main__":
    sys.exit(main())
