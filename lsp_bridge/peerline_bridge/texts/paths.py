"""The folders that the editor works in, on this disk; nothing ever leads out of them.

The rules are in `session_paths`; this asks the disk for them.
"""

import functools
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Final

from peerline_bridge.texts import file_system, root_marks, session_paths
from peerline_bridge.texts.private_files import is_private
from peerline_bridge.texts.session_paths import (
    Area,
    SessionPaths,
    Unshared,
    find_root,
    relative_parts,
    set_root,
)

_FLAVOUR: Final = type(Path())


def path_of_uri(uri: str) -> Path | None:
    """The local path of a file URI (RFC 8089); None for other schemes, hosts and NUL."""
    path = session_paths.path_of_uri(uri, _FLAVOUR)
    return None if path is None else Path(path)


class Workspace:
    """The folders that the editor works in.

    Args:
        roots: the open folders.
        root: the root that the user set for paths, if any: absolute, or relative to each folder.
    """

    def __init__(self, roots: Iterable[Path], root: str | None = None) -> None:
        self._root = root
        self.roots: list[Path] = []
        """The open folders, without links."""
        self._nested: dict[Area, None] = {}
        self.paths = SessionPaths([])
        self.change(roots, [])

    def change(self, added: Iterable[Path], removed: Iterable[Path]) -> None:
        """Folders came and went."""
        gone = {_without_links(root) for root in removed}
        roots = [root for root in self.roots if root not in gone]
        self.roots = list(dict.fromkeys([*roots, *map(_without_links, added)]))
        self._nested.clear()
        self._build()

    @property
    def marked_folders(self) -> list[Path]:
        """The open folders, and the roots above them that a `.peerline.toml` marks."""
        roots = [Path(area.root) for area in self.paths.areas if area.is_marked]
        return list(dict.fromkeys([*self.roots, *roots]))

    def relative(self, uri: str) -> str | None:
        """The path of a document as peers know it; None if it has none."""
        name = self.name(uri)
        return None if isinstance(name, Unshared) else name

    def name(self, uri: str) -> str | Unshared:
        """The path of a document as peers know it, or why it has none.

        Symbolic links are followed first: what lies outside stays outside.
        """
        path = path_of_uri(uri)
        resolved = None if path is None else file_system.resolve(path)
        if resolved is None:
            return Unshared.OUTSIDE
        self.learn(resolved)
        return self.name_of(resolved)

    def name_of(self, path: Path) -> str | Unshared:
        """As `name`, of a path without links, by the roots that are known; safe in any thread."""
        name = self.paths.name(path, _exists)
        if not isinstance(name, Unshared) and not name.isascii():
            # Of two files whose names differ in their Unicode form only the composed one is meant.
            meant = self.find(name)
            if isinstance(meant, Path) and file_system.are_two_files(meant, path):
                return Unshared.SAME_NAME
        return name

    def learn(self, path: Path) -> None:
        """Take in what marks the root of a file."""
        if self._root is not None:
            return
        folder = next((root for root in self.roots if path.is_relative_to(root)), None)
        if folder is None or path == folder:
            return
        area = find_root(path.parent, folder, functools.cache(root_marks.look), root_marks.home())
        if area.folder != folder and area not in self._nested:
            self._nested[area] = None
            self._build()

    def locate(self, file: str) -> Path | None:
        """Return the local path of a peer's path; None if it would be outside or is private."""
        found = self.find(file)
        return None if isinstance(found, Unshared) else found

    def has_plain(self, file: str) -> bool:
        """Whether there is a file of a path that does not begin with the name of a root."""
        return self.paths.has_plain(file, _exists)

    def find(self, file: str) -> Path | Unshared:
        """Return the local path of a peer's path, or why there is none.

        It need not exist. Symbolic links are followed before the path is judged.
        """
        found = self.paths.find(file, _exists)
        if isinstance(found, Unshared):
            return found
        path = file_system.resolve(_as_on_disk(Path(found)))
        if path is None:
            return Unshared.MISSING
        area = self.paths.area_of(path)
        inside = None if area is None else relative_parts(path, area.folder)
        if not inside:
            return Unshared.OUTSIDE
        return Unshared.PRIVATE if is_private("/".join(inside)) else path

    def canonical(self, file: str) -> str | None:
        """The path under which this editor knows the file that a peer's path means."""
        found = self.find(file)
        if isinstance(found, Unshared):
            return None
        name = self.paths.name(found, _exists)
        return None if isinstance(name, Unshared) else name

    def _build(self) -> None:
        areas = self._found_areas() if self._root is None else self._set_areas(self._root)
        ignoring = {folder: file_system.ignores_case(folder) for folder in self.roots}
        self.paths = SessionPaths(
            replace(area, ignores_case=_ignores_case(area.folder, ignoring))
            for area in [*areas, *self._nested]
        )

    def _found_areas(self) -> list[Area]:
        look, home = functools.cache(root_marks.look), root_marks.home()
        return [find_root(folder, folder, look, home) for folder in self.roots]

    def _set_areas(self, root: str) -> list[Area]:
        path = root_marks.without_tilde(root)
        return [
            area
            for folder in self.roots
            if (named := file_system.resolve(folder / path)) is not None
            and (area := set_root(folder, named)) is not None
        ]


def _ignores_case(path: PurePath, ignoring: dict[Path, bool]) -> bool:
    return any(known for folder, known in ignoring.items() if path.is_relative_to(folder))


def _exists(path: PurePath) -> bool:
    return file_system.is_file(_as_on_disk(Path(path)))


def _as_on_disk(path: Path) -> Path:
    """The path as it is spelled on the disk, where its names may be decomposed."""
    if str(path).isascii() or file_system.is_file(path):
        return path
    return file_system.find_spelling(path) or path


def _without_links(path: Path) -> Path:
    return file_system.resolve(path) or path
