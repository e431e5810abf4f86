"""The authors of what a commit adds: its texts beside the shared documents and their runs. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from peerline.client import AuthorRun
from peerline.documents.difference import difference


@dataclass(frozen=True, slots=True)
class Written:
    """A file of a commit, and the shared document of the same path."""

    before: str
    """As the commit before has it; empty if that has none."""
    after: str
    """As the commit has it."""
    shared: str
    runs: Sequence[AuthorRun]
    """The authors of `shared`, from its start on."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A piece that two texts have."""

    at_old: int
    at_new: int
    length: int


def authors(files: Iterable[Written]) -> Counter[str]:
    """The characters that each user wrote of what a commit adds, by user id; none for white space.

    What is not in the shared text any more, or was never there, has no known author. A file counts
    from the commit before on: what that had is added by nobody, not even by who shared the file.
    """
    found: Counter[str] = Counter()
    for file in files:
        of_before = list(_kept(file.before, file.after))
        for user_id, start, end in _pieces(file, of_before):
            piece = file.after[start:end].strip()
            # Two texts can be compared in several ways: what the changed lines had before may be
            # that, and not what its author put there now.
            if piece and piece not in _replaced_lines(file, of_before, start, end):
                found[user_id] += len("".join(piece.split()))
    return found


def _pieces(file: Written, of_before: Sequence[Kept]) -> Iterator[tuple[str, int, int]]:
    """The pieces that the commit adds and one user wrote: who, and where they begin and end."""
    users = [""] * len(file.after)
    of_shared = _users(file)
    for kept in _kept(file.after, file.shared):
        end = kept.at_old + kept.length
        users[kept.at_old : end] = of_shared[kept.at_new : kept.at_new + kept.length]
    for kept in of_before:
        users[kept.at_new : kept.at_new + kept.length] = [""] * kept.length
    at = 0
    for user_id, group in groupby(users):
        start, at = at, at + sum(1 for _ in group)
        if user_id:
            yield user_id, start, at


def _users(file: Written) -> Sequence[str]:
    """The author of each character of the shared text; empty where it is not known."""
    users: list[str] = []
    for run in file.runs:
        users.extend([run.user_id] * run.length)
    # The runs are those of the server's text, which may be ahead of ours or behind it.
    return [*users[: len(file.shared)], *[""] * (len(file.shared) - len(users))]


def _replaced_lines(file: Written, of_before: Sequence[Kept], start: int, end: int) -> str:
    """The lines of the text before in whose place a piece of the text after is."""
    first = file.after.rfind("\n", 0, start) + 1
    last = file.after.find("\n", end)
    last = len(file.after) if last < 0 else last
    low, high = 0, len(file.before)
    for kept in of_before:
        if kept.at_new <= first:
            low = kept.at_old + min(first - kept.at_new, kept.length)
        if kept.at_new + kept.length >= last:
            high = kept.at_old + max(last - kept.at_new, 0)
            break
    return file.before[low:high]


def _kept(old: str, new: str) -> Iterator[Kept]:
    """The pieces that both texts have, in order."""
    at_old = at_new = 0
    for operation in difference(old, new):
        if isinstance(operation, str):
            at_new += len(operation)
        elif operation < 0:
            at_old -= operation
        else:
            yield Kept(at_old, at_new, operation)
            at_old += operation
            at_new += operation
    if at_old < len(old):
        yield Kept(at_old, at_new, len(old) - at_old)
