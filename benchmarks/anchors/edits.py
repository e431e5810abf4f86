"""Edits such as people and tools make, on lines that keep their identity through them."""

import io
import keyword
import re
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Final

_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z_0-9]{2,}")
_IMPORT: Final = re.compile(r"^(import|from) ")
_NEW_WORDS: Final = (
    *("value", "result", "entry", "buffer", "options", "handler", "current", "limit", "offset"),
    *("config", "session", "message", "pending", "parent", "target", "source", "context", "node"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line; `origin` is its row in the first version, None for a line that came later."""

    text: str
    origin: int | None


@dataclass(slots=True)
class Text:
    """A version of a file while it is being edited."""

    lines: list[Line]
    plan: Random
    others: Sequence[Sequence[str]]
    """Files from which new code is taken."""
    keep: range = field(default_factory=lambda: range(0))
    """The rows of the first version that must not be changed, deleted or moved on their own."""
    numbers: "count[int]" = field(default_factory=count)

    @classmethod
    def of(
        cls, texts: Sequence[str], plan: Random, others: Sequence[Sequence[str]], keep: range
    ) -> "Text":
        """The first version."""
        lines = [Line(text, row) for row, text in enumerate(texts)]
        return cls(lines, plan, others, keep)

    def texts(self) -> list[str]:
        """The lines as text."""
        return [line.text for line in self.lines]

    def row_of(self, origin: int) -> int | None:
        """The present place of a line of the first version."""
        for row, line in enumerate(self.lines):
            if line.origin == origin:
                return row
        return None

    def is_kept(self, start: int, end: int) -> bool:
        """Whether rows `start` to `end` hold a line that must stay as it is."""
        return any(line.origin in self.keep for line in self.lines[start:end])

    def foreign(self, size: int) -> list[Line]:
        """New lines, from somewhere else."""
        other = self.plan.choice(self.others)
        start = self.plan.randrange(max(1, len(other) - size))
        return [Line(text, None) for text in other[start : start + size]]


def insert_block(text: Text, near: int | None = None) -> None:
    """New code somewhere, or within two lines of a row."""
    size = min(1 + int(text.plan.expovariate(1 / 5)), 25)
    spot = _spot(text, near)
    kept = [row for row, line in enumerate(text.lines) if line.origin in text.keep]
    if kept and kept[0] < spot <= kept[-1]:
        spot = kept[0]  # not into the lines themselves
    text.lines[spot:spot] = text.foreign(size)


def delete_block(text: Text, near: int | None = None) -> None:
    """Lines go."""
    size = min(1 + int(text.plan.expovariate(1 / 4)), 15)
    start = _spot(text, near)
    if not text.is_kept(start, start + size):
        del text.lines[start : start + size]


def move_block(text: Text, near: int | None = None) -> None:  # noqa: ARG001 - as the others
    """A block goes elsewhere, with what is in it."""
    size = text.plan.randint(4, 30)
    start = text.plan.randrange(max(1, len(text.lines) - size))
    edges = text.lines[start : start + 1] + text.lines[start + size - 1 : start + size]
    if any(line.origin in text.keep for line in edges):
        return
    block = text.lines[start : start + size]
    del text.lines[start : start + size]
    spot = text.plan.randrange(len(text.lines) + 1)
    text.lines[spot:spot] = block


def change_lines(text: Text, near: int | None = None) -> None:
    """Some lines are changed where they are."""
    start = _spot(text, near)
    for row in range(start, min(start + text.plan.randint(1, 4), len(text.lines))):
        if not text.is_kept(row, row + 1):
            line = text.lines[row]
            text.lines[row] = Line(changed_lightly(line.text, text.plan), line.origin)


def reindent(text: Text, near: int | None = None) -> None:
    """A block comes into an `if`, say: a line above, and all of it further in."""
    size = text.plan.randint(3, 20)
    start = _spot(text, near)
    if text.is_kept(start, start + size):
        return
    _indent(text, start, size)


def rename_identifier(text: Text, near: int | None = None) -> None:  # noqa: ARG001 - as the others
    """A name that is used more than once gets another, but not in the kept lines."""
    _rename(text, lambda line: line.origin not in text.keep)


def sort_imports(text: Text, near: int | None = None) -> None:  # noqa: ARG001 - as the others
    """A run of imports is sorted, some added, some taken away."""
    start = next((row for row, line in enumerate(text.lines) if _IMPORT.match(line.text)), None)
    if start is None:
        return
    end = start
    while end < len(text.lines) and _IMPORT.match(text.lines[end].text):
        end += 1
    block = text.lines[start:end]
    gone = [line for line in block if line.origin not in text.keep]
    if len(gone) > 2:  # noqa: PLR2004 - a few must be left
        block.remove(text.plan.choice(gone))
    for _ in range(text.plan.randint(0, 2)):
        block.append(
            Line(f"import {text.plan.choice(_NEW_WORDS)}_{text.plan.choice(_NEW_WORDS)}", None)
        )
    block.sort(key=lambda line: (line.text.startswith("from"), line.text))
    text.lines[start:end] = block


def duplicate_block(text: Text, near: int | None = None) -> None:
    """A block is copied, gets a new head and is adapted."""
    row = min(_spot(text, near), len(text.lines) - 1)
    if row >= 0:
        duplicate_at(text, row)


ELSEWHERE: Final[tuple[Callable[..., None], ...]] = (
    insert_block,
    insert_block,
    delete_block,
    change_lines,
    move_block,
    reindent,
    duplicate_block,
    rename_identifier,
    sort_imports,
)
"""Changes of the rest of a file while a line stays as it is."""
CLOSE_BY: Final[tuple[Callable[..., None], ...]] = (insert_block, delete_block, change_lines)


def edit_elsewhere(text: Text) -> None:
    """A few edits as between two commits: the longer the file, the more."""
    for _ in range(text.plan.randint(1, min(8, 2 + len(text.lines) // 60))):
        text.plan.choice(ELSEWHERE)(text)


def duplicate_around(text: Text, origin: int) -> bool:
    """The block that holds a line is copied, above or below, gets a new head and is adapted.

    Whether there is one, with a head.
    """
    row = text.row_of(origin)
    assert row is not None
    return duplicate_at(text, row)


def duplicate_at(text: Text, row: int) -> bool:
    """The same for whatever line is in a row."""
    block = _block_around(text, row)
    if block is None:
        return False
    start, end = block
    copy = [Line(line.text, None) for line in text.lines[start:end]]
    copy[0] = Line(changed_lightly(copy[0].text, text.plan), None)
    for at, line in enumerate(copy[1:], start=1):
        if text.plan.random() < 0.2:  # noqa: PLR2004 - one line in five is adapted
            copy[at] = Line(changed_lightly(line.text, text.plan), None)
    spot = text.plan.choice([start, end, end])
    text.lines[spot:spot] = copy
    return True


def _block_around(text: Text, row: int) -> tuple[int, int] | None:
    """From the head that encloses the row to the end of what it encloses, by indentation."""
    depth = _indentation(text.lines[row].text)
    start = row - 1
    while start >= 0:
        above = text.lines[start].text
        if above.strip() and _indentation(above) < depth:
            break
        start -= 1
    head = text.lines[start].text.strip() if start >= 0 else ""
    if not head.endswith((":", "{")) or not head[0].isalpha():
        return None
    edge = _indentation(text.lines[start].text)
    end = row + 1
    while end < len(text.lines):
        below = text.lines[end].text
        if below.strip() and _indentation(below) <= edge:
            end += below.strip().startswith("}")
            break
        end += 1
    return start, end


def _indentation(text: str) -> int:
    return len(text) - len(text.lstrip())


def move_around(text: Text, origin: int, *, reach: int) -> None:
    """The block with a line, or with reach 0 the line alone, goes elsewhere."""
    row = text.row_of(origin)
    assert row is not None
    start = max(0, row - text.plan.randint(0, reach))
    end = min(len(text.lines), row + 1 + text.plan.randint(0, reach))
    block = text.lines[start:end]
    del text.lines[start:end]
    spot = text.plan.randrange(len(text.lines) + 1)
    text.lines[spot:spot] = block


def indent_around(text: Text, origin: int) -> None:
    """The block with a line comes further in."""
    row = text.row_of(origin)
    assert row is not None
    start = max(0, row - text.plan.randint(0, 8))
    _indent(text, start, row - start + text.plan.randint(1, 9))


def rename_in(text: Text, origin: int) -> bool:
    """A name that the line uses gets another everywhere; whether there was one."""
    row = text.row_of(origin)
    assert row is not None
    return _rename(text, lambda _: True, text.lines[row].text)


def changed_lightly(text: str, plan: Random) -> str:
    """The line with one word changed, added or taken away."""
    words = [found for found in _WORD.finditer(text) if not keyword.iskeyword(found.group())]
    if not words:
        return text + f"  # {plan.choice(_NEW_WORDS)}"
    found = plan.choice(words)
    new = plan.choice(
        [
            plan.choice(_NEW_WORDS),
            f"{found.group()}_{plan.choice(_NEW_WORDS)}",
            f"{found.group()}, {plan.choice(_NEW_WORDS)}",
        ]
    )
    return text[: found.start()] + new + text[found.end() :]


def changed_heavily(text: str, plan: Random) -> str:
    """The line with at least half of its words changed."""
    words = [found for found in _WORD.finditer(text) if not keyword.iskeyword(found.group())]
    chosen = plan.sample(words, (len(words) + 1) // 2)
    for found in sorted(chosen, key=lambda word: -word.start()):
        new = plan.choice(_NEW_WORDS) + plan.choice(["", "_id", "s", "()"])
        text = text[: found.start()] + new + text[found.end() :]
    return text


def formatted(text: Text) -> Text | None:
    """A Python file as `ruff format` leaves it; None if it cannot read it.

    A line is told by its first name or number: the formatter leaves these in their order.
    """
    source = "\n".join(text.texts())
    width, quotes = text.plan.choice([72, 88, 120]), text.plan.choice(["single", "double"])
    config = [f"line-length={width}", f"format.quote-style='{quotes}'"]
    arguments = [part for entry in config for part in ("--config", entry)]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--isolated", *arguments, "-"],
        input=source,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or done.stdout == source:
        return None
    before, after = _token_rows(source), _token_rows(done.stdout)
    if before is None or after is None or len(before) != len(after):
        return None
    origins: dict[int, int] = {}
    seen: set[int] = set()
    for old_row, new_row in zip(before, after, strict=True):
        if old_row not in seen:
            seen.add(old_row)
            origin = text.lines[old_row].origin
            if origin is not None:
                origins[origin] = new_row
    return _Formatted(
        [Line(line, None) for line in done.stdout.split("\n")],
        text.plan,
        text.others,
        text.keep,
        rows=origins,
    )


@dataclass(slots=True)
class _Formatted(Text):
    """A version in which several lines may have become one, or one several."""

    rows: dict[int, int] = field(default_factory=dict[int, int])

    def row_of(self, origin: int) -> int | None:
        """The present place of the line's first word."""
        return self.rows.get(origin)


def _token_rows(source: str) -> list[int] | None:
    kinds = (tokenize.NAME, tokenize.NUMBER)
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return None
    return [token.start[0] - 1 for token in tokens if token.type in kinds]


def _spot(text: Text, near: int | None) -> int:
    if near is None:
        return text.plan.randrange(len(text.lines) + 1)
    return min(max(0, near + text.plan.randint(-3, 4)), len(text.lines))


def _indent(text: Text, start: int, size: int) -> None:
    block = text.lines[start : start + size]
    moved = [Line("    " + line.text if line.text else "", line.origin) for line in block]
    depth = len(block[0].text) - len(block[0].text.lstrip()) if block else 0
    head = Line(" " * depth + f"if {text.plan.choice(_NEW_WORDS)}:", None)
    text.lines[start : start + size] = [head, *moved]


def _rename(text: Text, may: Callable[[Line], bool], within: str | None = None) -> bool:
    words = Counter(
        word
        for line in text.lines
        for word in _WORD.findall(line.text)
        if not keyword.iskeyword(word)
    )
    wanted = set(_WORD.findall(within)) if within is not None else set(words)
    names = sorted(word for word, times in words.items() if 2 <= times <= 40 and word in wanted)  # noqa: PLR2004 - a local name, not one of the language
    if not names:
        return False
    old = text.plan.choice(names)
    new = f"{text.plan.choice(_NEW_WORDS)}_{text.plan.choice(_NEW_WORDS)}"
    pattern = re.compile(rf"\b{re.escape(old)}\b")
    text.lines = [
        Line(pattern.sub(new, line.text), line.origin) if may(line) else line for line in text.lines
    ]
    return True
