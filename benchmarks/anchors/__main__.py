"""`python -m benchmarks.anchors`: replays the cases, prints the table, writes the results."""

import argparse
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.anchors import timing
from benchmarks.anchors.cases import KINDS, Case, cases
from benchmarks.anchors.sources import sources
from peerline.protocol.comments import Comment
from peerline_bridge.anchors.anchor import Anchor, Sketch, anchor_of, describe
from peerline_bridge.anchors.locate import locate
from peerline_bridge.anchors.sketch import codes_of
from peerline_bridge.anchors.text_index import TextIndex

RESULTS: Final = Path(__file__).parents[1] / "results" / "anchors.json"
TIMES: Final = RESULTS.with_name("anchors-times.json")
SEEDS: Final = (20261125, 20261126)
"""Another plan of edits each; those that weights are fitted to have others (`fit`)."""


_SKETCH: Final = ("sketch_before", "sketch_after", "lookalikes", "occurrence", "occurrences")
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "all": (),
    "context": _SKETCH,
    "text": (*_SKETCH, "context_before", "context_after", "scope"),
}
"""Parts that a comment's author may leave out: clients other than the bridge send less."""


def comment_on(case: Case, fields: str = "all") -> Comment:
    """The comment as it would travel."""
    last = case.last + 1 if case.last > case.first else None
    described = describe(case.before, case.first, case.last)
    return Comment(
        **{name: value for name, value in described.items() if name not in FIELDS[fields]},
        id="c",
        user_id="u",
        username="u",
        content="c",
        file="a",
        line=case.first + 1,
        end_line=last,
        timestamp=datetime(2026, 1, 1, tzinfo=UTC),
    )


def verdict(case: Case, fields: str = "all", *, one_engine: bool = False) -> str:
    """Return how the other side places the comment: right, wrong or outdated."""
    wire = Comment.model_validate_json(comment_on(case, fields).model_dump_json())
    anchor = anchor_of(wire)
    if one_engine:
        anchor = with_sketch(anchor)
    place = locate(anchor, TextIndex(case.after))
    if place is None:
        return "right" if case.truth is None else "outdated"
    return "right" if (place.first, place.last) == case.truth else "wrong"


def with_sketch(anchor: Anchor) -> Anchor:
    """Make a sketch of the few lines that a comment without one carries."""
    if anchor.sketch is not None:
        return anchor
    above = "".join(reversed(codes_of(anchor.before)))
    sketch = Sketch(above, codes_of(anchor.after))
    return replace(anchor, sketch=sketch, occurrences=anchor.occurrences or 1)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.anchors")
    parser.add_argument("--cases", type=int, default=1_000, help="of each kind and seed")
    parser.add_argument("--seed", type=int, action="append", help="of the edits; may be repeated")
    parser.add_argument(
        "--tuning", action="store_true", help="the files that weights are fitted to"
    )
    parser.add_argument("--kind", action="append", help="only this one; may be repeated")
    parser.add_argument("--show", type=int, default=0, help="print this number of cases")
    parser.add_argument("--of", default="wrong", help="those that are right, wrong or outdated")
    parser.add_argument(
        "--fields", choices=list(FIELDS), default="all", help="what the comments carry"
    )
    parser.add_argument(
        "--one-engine",
        action="store_true",
        help="place comments without a sketch by a sketch of their context",
    )
    options = parser.parse_args()
    files = sources(held_out=not options.tuning)
    results: list[dict[str, object]] = []
    print(f"{'kind':40}{'right':>9}{'wrong':>9}{'outdated':>10}")
    for kind in KINDS:
        if options.kind and kind not in options.kind:
            continue
        counts: Counter[str] = Counter()
        shown = 0
        for seed in options.seed or SEEDS:
            for case in cases(kind, files, seed, options.cases):
                answer = verdict(case, options.fields, one_engine=options.one_engine)
                counts[answer] += 1
                if answer == options.of and shown < options.show:
                    shown += 1
                    show(case)
        shares = {name: counts[name] / counts.total() for name in ("right", "wrong", "outdated")}
        print(
            f"{kind:40}{shares['right']:9.2%}{shares['wrong']:9.2%}{shares['outdated']:10.2%}",
            flush=True,
        )
        results.append({"kind": kind, **{name: counts[name] for name in shares}})
    if not options.kind and options.fields == "all":
        RESULTS.parent.mkdir(exist_ok=True)
        times = timing.run(files.both, Random(SEEDS[0]))  # noqa: S311 - a plan, not a secret
        TIMES.write_text(json.dumps(times, indent=1) + "\n")
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")


def show(case: Case) -> None:
    """One case, to find out what went wrong."""
    place = locate(anchor_of(comment_on(case)), TextIndex(case.after))
    print("=" * 80)
    for row in range(max(0, case.first - 5), case.last + 6):
        if row < len(case.before):
            mark = ">" if case.first <= row <= case.last else " "
            print(f"{row:5}{mark}{case.before[row]}")
    for name, rows in (("truth", case.truth), ("found", place and (place.first, place.last))):
        print("-" * 20, name, rows, place)
        if rows:
            for row in range(max(0, rows[0] - 6), min(rows[1] + 7, len(case.after))):
                print(f"{row:5}{'>' if rows[0] <= row <= rows[1] else ' '}{case.after[row]}")


if __name__ == "__main__":
    main()
