"""The thresholds of anchors; `make bench-anchors` shows the effect of a change.

The weights that are fitted are in `exact_by_sketch`. A step that nothing else shares has its own:
`renames` for renamed files, `tracked_threads` for edits that are followed, `candidates`,
`alignment` and `changed_lines` for the search.
"""

from typing import Final

MIN_CONFIDENCE: Final = 0.6
"""Below it a place is not shown."""
MIN_SIMILARITY: Final = 0.5
"""Lines that have less in common are taken for different ones."""
MIN_PROBABILITY: Final = 0.85
"""A place that is less likely to be the right one is not shown."""
MIN_OWN: Final = 0.7
"""How similar the changed lines must be that are found by where they stand."""
MIN_BESIDE: Final = 3
MIN_AGREE: Final = 8
"""How many lines must agree on each side of them, and on both."""
# How much of the surroundings is there. `benchmarks/anchors` shows what these numbers do.
WHOLE: Final = 0.99
SAME: Final = 0.95
SIMILAR: Final = 0.8
RELATED: Final = 0.6
ENOUGH: Final = 0.4
MIN_CONTEXT: Final = 0.2
A_WORD: Final = 0.25
"""The distinctiveness of a line of three letters."""
# How much more of them is here than elsewhere.
FAR: Final = 0.3
CLEAR: Final = 0.2
NOTABLE: Final = 0.1
SLIGHT: Final = 0.02
SAME_OWN: Final = 0.9
