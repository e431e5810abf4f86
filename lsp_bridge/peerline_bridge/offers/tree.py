"""The tree of the files that are offered, one folder and one page at a time. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from peerline.protocol.limits import MAX_TREE_PAGE
from peerline.protocol.offers import EntryKind, TreeEntry


class OfferedTree:
    """The files that were found when the folders were last looked through.

    Args:
        sizes: The size in bytes of each file, by its path in the session.
    """

    def __init__(self, sizes: Mapping[str, int]) -> None:
        self._sizes = sizes
        self._files = sorted(sizes)

    def __len__(self) -> int:
        return len(self._files)

    def __contains__(self, file: object) -> bool:
        return file in self._sizes

    @property
    def files(self) -> frozenset[str]:
        """The paths of all files."""
        return frozenset(self._sizes)

    def page(
        self, folder: str, after: str | None = None, most: int = MAX_TREE_PAGE
    ) -> tuple[list[TreeEntry], str | None] | None:
        """The entries of a folder after the one of this name, and the name to go on after.

        The root is the empty text. None if there is no such folder.
        """
        prefix = f"{folder}/" if folder else ""
        end = bisect_left(self._files, _past(prefix)) if prefix else len(self._files)
        at = bisect_left(self._files, prefix)
        if at >= end and folder:
            return None
        if after is not None:
            inside = f"{prefix}{after}/"
            at = bisect_left(self._files, inside, at, end)
            if at < end and self._files[at].startswith(inside):
                at = bisect_left(self._files, _past(inside), at, end)
            else:
                at = bisect_right(self._files, prefix + after, 0, end)
        entries: list[TreeEntry] = []
        while at < end:
            if len(entries) == most:
                return entries, entries[-1].name
            file = self._files[at]
            name, slash, _ = file[len(prefix) :].partition("/")
            if slash:
                entries.append(TreeEntry(name=name, kind=EntryKind.FOLDER))
                at = bisect_left(self._files, _past(f"{prefix}{name}/"), at, end)
            else:
                entries.append(TreeEntry(name=name, kind=EntryKind.FILE, size=self._sizes[file]))
                at += 1
        return entries, None


def _past(prefix: str) -> str:
    """The first text after all that begin with a prefix, which ends with a slash."""
    return prefix[:-1] + "0"
