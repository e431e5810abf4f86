"""The kinds of edits, each as a maker of cases: a file, a comment on it, its next version."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from benchmarks.anchors import edits
from benchmarks.anchors.edits import Line, Text
from benchmarks.anchors.sources import Sources

Files = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Case:
    """The rows `first` to `last` of `before` are commented; `truth` are their rows in `after`."""

    before: Sequence[str]
    first: int
    last: int
    after: Sequence[str]
    truth: tuple[int, int] | None
    """None if the lines are gone: then the comment must be outdated."""


Maker = Callable[[Random, Files, Files], Case | None]


def line_unchanged(plan: Random, files: Files, others: Files) -> Case | None:
    """Edits all over the file, the line is as it was."""
    return _edited(plan, files, others, lambda text, _: edits.edit_elsewhere(text))


def close_by(plan: Random, files: Files, others: Files) -> Case | None:
    """The neighbours are edited, and the rest too."""

    def edit(text: Text, row: int) -> None:
        for _ in range(plan.randint(1, 3)):
            here = text.row_of(row)
            plan.choice(edits.CLOSE_BY)(text, here)
        edits.edit_elsewhere(text)

    return _edited(plan, files, others, edit)


def reindented(plan: Random, files: Files, others: Files) -> Case | None:
    """The block with the line comes into an `if`."""

    def edit(text: Text, row: int) -> None:
        edits.indent_around(text, row)
        edits.edit_elsewhere(text)

    return _edited(plan, files, others, edit)


def block_moved(plan: Random, files: Files, others: Files) -> Case | None:
    """The block with the line goes elsewhere."""

    def edit(text: Text, row: int) -> None:
        edits.move_around(text, row, reach=15)
        edits.edit_elsewhere(text)

    return _edited(plan, files, others, edit)


def block_duplicated(plan: Random, files: Files, others: Files) -> Case | None:
    """The block with the line is copied and the copy adapted."""

    def edit(text: Text, row: int) -> None:
        if edits.duplicate_around(text, row):
            edits.edit_elsewhere(text)

    return _edited(
        plan, files, others, edit, wanted=lambda line: line[:1].isspace() and _has_word(line)
    )


def imports_sorted(plan: Random, files: Files, others: Files) -> Case | None:
    """The line is an import, and the imports are sorted."""

    def edit(text: Text, _: int) -> None:
        edits.sort_imports(text)
        edits.edit_elsewhere(text)

    return _edited(
        plan, files, others, edit, wanted=lambda line: line.startswith(("import ", "from "))
    )


def moved_alone(plan: Random, files: Files, others: Files) -> Case | None:
    """The line goes elsewhere without its neighbours."""

    def edit(text: Text, row: int) -> None:
        edits.move_around(text, row, reach=0)
        edits.edit_elsewhere(text)

    return _edited(plan, files, others, edit)


def changed_lightly(plan: Random, files: Files, others: Files) -> Case | None:
    """One word of the line is changed."""
    return _changed(plan, files, others, edits.changed_lightly)


def changed_heavily(plan: Random, files: Files, others: Files) -> Case | None:
    """Half of the line's words are changed."""
    return _changed(plan, files, others, edits.changed_heavily)


def renamed(plan: Random, files: Files, others: Files) -> Case | None:
    """A name that the line uses is renamed everywhere."""

    def edit(text: Text, row: int) -> None:
        edits.rename_in(text, row)
        edits.edit_elsewhere(text)

    return _edited(plan, files, others, edit, keep=False)


def reformatted(plan: Random, files: Files, others: Files) -> Case | None:
    """The file is formatted again."""
    before = plan.choice(files)
    row = _telling_row(plan, before)
    if row is None:
        return None
    text = edits.formatted(Text.of(before, plan, others, range(0)))
    if text is None:
        return None
    here = text.row_of(row)
    return None if here is None else Case(before, row, row, text.texts(), (here, here))


def deleted(plan: Random, files: Files, others: Files) -> Case | None:
    """The line is deleted, with some of its neighbours or alone."""

    def edit(text: Text, row: int) -> None:
        size = plan.choice([1, 1, 2, 5, 12])
        start = max(0, row - plan.randrange(size))
        del text.lines[start : start + size]
        assert text.row_of(row) is None
        text.keep = range(0)
        edits.edit_elsewhere(text)

    return _edited(plan, files, others, edit)


def replaced(plan: Random, files: Files, others: Files) -> Case | None:
    """The line is deleted and something else written in its place."""

    def edit(text: Text, row: int) -> None:
        here = text.row_of(row)
        assert here is not None
        others = text.foreign(plan.randint(1, 3))
        gone = text.lines[here].text.strip()
        text.lines[here : here + 1] = [line for line in others if line.text.strip() != gone]
        text.keep = range(0)
        edits.edit_elsewhere(text)

    return _edited(plan, files, others, edit)


def without_words(plan: Random, files: Files, others: Files) -> Case | None:
    """The line is blank or has brackets only, and is as it was."""
    return _edited(
        plan,
        files,
        others,
        lambda text, _: edits.edit_elsewhere(text),
        wanted=lambda line: not _has_word(line),
    )


def several_lines(plan: Random, files: Files, others: Files) -> Case | None:
    """Some lines are commented, and nothing in them changes."""
    return _edited(
        plan, files, others, lambda text, _: edits.edit_elsewhere(text), height=plan.randint(2, 8)
    )


def several_lines_changed(plan: Random, files: Files, others: Files) -> Case | None:
    """Some lines are commented, and a line between the first and the last is edited."""
    height = plan.randint(3, 8)

    def edit(text: Text, row: int) -> None:
        here = text.row_of(row + plan.randint(1, height - 2))
        assert here is not None
        what = plan.randrange(3)
        if what == 0:
            del text.lines[here]
        elif what == 1:
            text.lines[here:here] = text.foreign(plan.randint(1, 2))
        else:
            line = text.lines[here]
            text.lines[here] = Line(edits.changed_lightly(line.text, plan), line.origin)
        edits.edit_elsewhere(text)

    return _edited(plan, files, others, edit, height=height)


KINDS: Final[dict[str, Maker]] = {
    "line unchanged": line_unchanged,
    "its neighbours edited": close_by,
    "its block reindented": reindented,
    "its block moved": block_moved,
    "its block copied and adapted": block_duplicated,
    "imports sorted": imports_sorted,
    "line without words unchanged": without_words,
    "several lines unchanged": several_lines,
    "line moved alone": moved_alone,
    "line changed": changed_lightly,
    "line changed heavily": changed_heavily,
    "name in the line changed everywhere": renamed,
    "file reformatted": reformatted,
    "one of several lines changed": several_lines_changed,
    "line deleted": deleted,
    "line replaced": replaced,
}


def cases(kind: str, files: Sources, seed: int, count: int) -> Iterator[Case]:
    """A number of cases of a kind, the same ones in each run on the same files."""
    make = KINDS[kind]
    plan = Random(f"{seed} {make.__name__}")  # noqa: S311 - a plan, not a secret
    chosen = files.python if kind in {"file reformatted", "imports sorted"} else files.both
    others = files.both
    while count:
        case = make(plan, chosen, others)
        if case is not None:
            count -= 1
            yield case


def _has_word(line: str) -> bool:
    return any(map(str.isalpha, line))


def _edited(  # noqa: PLR0913 - the options of a case
    plan: Random,
    files: Files,
    others: Files,
    edit: Callable[[Text, int], None],
    *,
    height: int = 1,
    keep: bool = True,
    wanted: Callable[[str], bool] = _has_word,
) -> Case | None:
    before = plan.choice(files)
    rows = [
        row
        for row in range(len(before) - height)
        if wanted(before[row]) and (height == 1 or before[row + height - 1].strip())
    ]
    if not rows:
        return None
    first = plan.choice(rows)
    last = first + height - 1
    text = Text.of(before, plan, others, range(first, last + 1) if keep else range(0))
    edit(text, first)
    start, end = text.row_of(first), text.row_of(last)
    if (start is None) != (end is None) or text.texts() == list(before):
        return None
    truth = None if start is None or end is None else (start, end)
    return Case(before, first, last, text.texts(), truth)


def _changed(
    plan: Random, files: Files, others: Files, change: Callable[[str, Random], str]
) -> Case | None:
    def edit(text: Text, row: int) -> None:
        here = text.row_of(row)
        assert here is not None
        line = text.lines[here]
        text.lines[here] = Line(change(line.text, plan), line.origin)
        edits.edit_elsewhere(text)

    case = _edited(plan, files, others, edit)
    if case is None or case.truth is None:
        return None
    is_same = case.after[case.truth[0]].strip() == case.before[case.first].strip()
    return None if is_same else case


def _telling_row(plan: Random, texts: Sequence[str]) -> int | None:
    rows = [row for row, text in enumerate(texts) if any(map(str.isalpha, text))]
    return plan.choice(rows) if rows else None
