"""Under which path a file of the session is in this workspace, after renames here or there. Pure.

What peers tell is taken as a hint to look there. Without a hint a file that has gone is taken to be
the one that holds what was commented in it, as git finds renames by what files have in common.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

from peerline_bridge.anchors.anchor import Anchor, distinctiveness

MIN_SHARE: Final = 0.6
"""A file that holds less of the comments' lines is another one."""
MIN_LEAD: Final = 0.2
"""By how much it must hold more than any other file."""
_SAME_NAME: Final = 0.1
"""The weight of the same file name, as in git."""
_MIN_DISTINCTIVENESS: Final = 0.5
"""A line that is less distinctive is in many files."""
_MIN_EVIDENCE: Final = 2.0
"""The sum for all lines that is needed."""
_MAX_HOPS: Final = 20


class Renames:
    """The renames that were reported or found."""

    def __init__(self, exists: Callable[[str], bool]) -> None:
        self._exists = exists
        self._recorded: list[tuple[str, str]] = []
        self._found: dict[str, str] = {}

    def record(self, old: str, new: str) -> None:
        """A file or a folder was renamed, here or by a peer."""
        if (old, new) in self._recorded:
            self._recorded.remove((old, new))
        self._recorded = [*self._recorded, (old, new)][-1_000:]

    def record_found(self, found: Mapping[str, str]) -> None:
        """Files that have gone were recognised under other paths."""
        self._found.update(found)

    def clear(self) -> None:
        """Forget everything: another session."""
        self._recorded.clear()
        self._found.clear()

    def here(self, file: str) -> str | None:
        """The path of a session's file in this workspace; None if it is not here."""
        if self._exists(file):
            return file
        forward = _follow(file, self._recorded[::-1], self._exists)
        if forward is not None:
            return forward
        backward = _follow(file, [(new, old) for old, new in self._recorded[::-1]], self._exists)
        if backward is not None:
            return backward
        found = self._found.get(file)
        return found if found is not None and self._exists(found) else None


def recognise(
    gone: Mapping[str, Sequence[Anchor]], candidates: Iterable[tuple[str, frozenset[str]]]
) -> dict[str, str]:
    """Match the files that are gone with candidates, by the lines that were commented.

    Args:
        gone: the anchors of the comments in each file that has gone
        candidates: paths of this workspace, each with the normalised lines of the file
    """
    lines = {file: _distinctive_lines(anchors) for file, anchors in gone.items()}
    shares: dict[str, list[tuple[float, str]]] = {file: [] for file in gone}
    for path, texts in candidates:
        for file, distinctive in lines.items():
            share = _share(distinctive, texts)
            if share and PurePosixPath(file).name == PurePosixPath(path).name:
                share += _SAME_NAME
            shares[file].append((share, path))
    result: dict[str, str] = {}
    for file, found in shares.items():
        ranked = sorted(found, reverse=True)[:2]
        lead = ranked[0][0] - (ranked[1][0] if len(ranked) > 1 else 0.0) if ranked else 0.0
        if ranked and ranked[0][0] >= MIN_SHARE and lead >= MIN_LEAD:
            result[file] = ranked[0][1]
    return result


def _distinctive_lines(anchors: Iterable[Anchor]) -> frozenset[str]:
    lines = {
        line
        for anchor in anchors
        for line in (*anchor.lines, *anchor.before, *anchor.after)
        if distinctiveness(line) >= _MIN_DISTINCTIVENESS
    }
    return frozenset(lines) if sum(map(distinctiveness, lines)) >= _MIN_EVIDENCE else frozenset()


def _share(distinctive: frozenset[str], texts: frozenset[str]) -> float:
    total = sum(map(distinctiveness, distinctive))
    return (
        sum(distinctiveness(line) for line in distinctive if line in texts) / total
        if total
        else 0.0
    )


def _follow(
    file: str, renames: Sequence[tuple[str, str]], exists: Callable[[str], bool]
) -> str | None:
    """Along renames, the latest first, until a path exists."""
    seen = {file}
    for _ in range(_MAX_HOPS):
        for old, new in renames:
            moved = _moved(file, old, new)
            if moved is not None and moved not in seen:
                break
        else:
            return None
        if exists(moved):
            return moved
        seen.add(moved)
        file = moved
    return None


def _moved(file: str, old: str, new: str) -> str | None:
    if file == old:
        return new
    return new + file[len(old) :] if file.startswith(old + "/") else None
