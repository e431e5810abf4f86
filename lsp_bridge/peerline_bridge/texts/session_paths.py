"""The meaning of a session's paths: the local file of each, and the path of a local file. Pure.

A path of a session starts at a root. The root only names files: a path means a file in a folder
that is open in the editor, or nothing. What the disk looks like is asked through functions, so that
the rules hold for POSIX and Windows alike.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from typing import Final
from urllib.parse import unquote, urlsplit

from pydantic import TypeAdapter, ValidationError

from peerline.protocol.types import FilePath
from peerline_bridge.texts.private_files import is_private

_file_path: TypeAdapter[str] = TypeAdapter(FilePath)
_DRIVE: Final = re.compile(r"/*([A-Za-z])[:|](?:/|$)")
_NOT_ON_WINDOWS: Final = re.compile(r'[<>:"|?*]|[. ]$')

Exists = Callable[[PurePath], bool]
"""Whether there is a file, on the disk or open in the editor."""


class Unshared(StrEnum):
    """Why a file cannot be shared, or a session's path leads nowhere; a sentence about it."""

    OUTSIDE = "is outside of the folders that are open"
    OTHER_ROOT = "is outside of the root that is set for paths"
    ODD_NAME = "has a name that not every computer can have"
    PRIVATE = "is a file that stays private"
    SAME_NAME = "has the same path as a file of another open folder"
    MISSING = "is not in the folders that are open here"


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the disk that is open in the editor, and the root from which its paths start."""

    folder: PurePath
    root: PurePath
    is_marked: bool = False
    """Whether a `.peerline.toml` or a setting says that this is the session's root."""
    ignores_case: bool = False
    """Whether its disk takes upper and lower case for the same."""


class SessionPaths:
    """The meaning of paths in the areas of one editor."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._in_order = list(dict.fromkeys(areas))
        # Of nested areas the innermost decides about a file.
        self.areas = sorted(self._in_order, key=lambda area: -len(area.folder.parts))
        self._ignores_case = any(area.ignores_case for area in self.areas)
        self._root_keys = {self.key(area.root.name) for area in self.areas}

    def area_of(self, path: PurePath) -> Area | None:
        """The innermost area that a local file is in."""
        return next((area for area in self.areas if _is_within(path, area)), None)

    def name(self, path: PurePath, exists: Exists) -> str | Unshared:
        """The path under which a file is shared: one that means this very file here."""
        area = self.area_of(path)
        if area is None or path == area.folder:
            return Unshared.OUTSIDE
        below = relative_parts(path, area.root)
        if below is None:
            return Unshared.OTHER_ROOT
        plain = unicodedata.normalize("NFC", "/".join(below))
        names = [plain, f"{unicodedata.normalize('NFC', area.root.name)}/{plain}"]
        valid = [name for name in names if is_valid(name)]
        if not valid or valid[0] != plain:
            return Unshared.ODD_NAME

        def exists_or_is_meant(other: PurePath) -> bool:
            return _same(other, path, area) or exists(other)

        for name in valid:
            found = self.find(name, exists_or_is_meant)
            if found is Unshared.PRIVATE:
                return found
            if isinstance(found, PurePath) and _same(found, path, area):
                return name
        return Unshared.SAME_NAME

    def find(self, name: str, exists: Exists) -> PurePath | Unshared:
        """The local file that a session's path means; it need not exist.

        Of several folders with a file of that path none is guessed, unless one of them is marked
        as the session's root. A path may begin with the name of a root to say which one is meant.
        """
        if not is_valid(name):
            return Unshared.ODD_NAME
        if is_private(name):
            return Unshared.PRIVATE
        parts = unicodedata.normalize("NFC", name).split("/")
        plain = self._places(self._in_order, parts)
        here = [(area, place) for area, place in plain if exists(place)]
        if not here and len(parts) > 1:
            first = parts[0]
            named = [
                area for area in self._in_order if _key(area.root.name, area) == _key(first, area)
            ]
            qualified = self._places(named, parts[1:])
            here = [(area, place) for area, place in qualified if exists(place)]
        places = list(dict.fromkeys(place for _, place in here))
        if len(places) > 1:
            marked = list(dict.fromkeys(place for area, place in here if area.is_marked))
            return marked[0] if len(marked) == 1 else Unshared.SAME_NAME
        if places:
            return places[0]
        return plain[0][1] if plain else Unshared.MISSING

    def has_plain(self, name: str, exists: Exists) -> bool:
        """Whether there is a file of a path that does not begin with the name of a root."""
        parts = unicodedata.normalize("NFC", name).split("/")
        places = self._places(self.areas, parts) if is_valid(name) else []
        return any(exists(place) for _, place in places)

    def prefixes(self) -> list[str]:
        """The beginnings that all paths of an open folder have, because its root is above it."""
        found = [relative_parts(area.folder, area.root) for area in self.areas]
        return list(dict.fromkeys("/".join(parts) for parts in found if parts))

    def key(self, name: str) -> str:
        """The same for all spellings of a path that mean one file."""
        key = key_of(name)
        return key.casefold() if self._ignores_case else key

    def may_name_root(self, name: str) -> bool:
        """Whether a path may begin with the name of a root."""
        return self.key(name.partition("/")[0]) in self._root_keys

    def _places(self, areas: Iterable[Area], parts: list[str]) -> list[tuple[Area, PurePath]]:
        places: list[tuple[Area, PurePath]] = []
        for area in areas:
            if isinstance(area.root, PureWindowsPath) and not all(map(_is_windows_name, parts)):
                continue
            place = area.root.joinpath(*parts)
            owner = self.area_of(place)
            if owner is None or owner.root != area.root or place == owner.folder:
                continue
            within = relative_parts(place, owner.folder)
            if within and not is_private("/".join(within)):
                places.append((area, place))
        return places


@dataclass(frozen=True, slots=True)
class Look:
    """A folder's properties that matter for the search for a root."""

    device: int
    is_mine: bool
    """Whether the folder and its marks belong to the user."""
    is_marked: bool = False
    """Whether it has a `.peerline.toml`."""
    root: str | None = None
    """The value of `root` in that file."""
    is_repository: bool = False
    """Whether it has a `.git`, folder or file (of worktrees and submodules)."""


def find_root(
    start: PurePath, folder: PurePath, look: Callable[[PurePath], Look | None], home: PurePath
) -> Area:
    """The area of the files in `start`, a folder in the open `folder`.

    The nearest `.peerline.toml` upwards marks the root, else the repository that the open folder is
    in, else it is the open folder. The search ends below the home folder, at the boundary of a file
    system, and at what belongs to another user.
    """
    for inner in _inside(start, folder):
        seen = look(inner)
        if seen is not None and seen.is_marked and (seen.is_mine or inner == folder):
            root = _set_root(inner, seen, look, home)
            return Area(inner, root, is_marked=True)
    upwards = reach(folder, look, home)
    for above in upwards[1:]:
        seen = look(above)
        if seen is not None and seen.is_marked:
            return Area(folder, _set_root(above, seen, look, home), is_marked=True)
    for above in upwards:
        seen = look(above)
        if seen is not None and seen.is_repository:
            return Area(folder, above)
    return Area(folder, folder)


def set_root(folder: PurePath, root: PurePath) -> Area | None:
    """The area of an open folder when a setting names the root; None if they have no path."""
    place = _collapsed(folder / root)
    if relative_parts(folder, place) is not None:
        return Area(folder, place, is_marked=True)
    return Area(place, place, is_marked=True) if relative_parts(place, folder) else None


def reach(
    folder: PurePath, look: Callable[[PurePath], Look | None], home: PurePath
) -> list[PurePath]:
    """The folder, and those above it that may name its root."""
    own = look(folder)
    found = [folder]
    if own is None or not own.is_mine or folder == home:
        return found
    for above in folder.parents:
        seen = None if above == home or relative_parts(home, above) is not None else look(above)
        if seen is None or seen.device != own.device or not seen.is_mine:
            break
        found.append(above)
    return found


def path_of_uri(uri: str, flavour: type[PurePath]) -> PurePath | None:
    """The local path of a file URI (RFC 8089); None for other schemes, foreign hosts and NUL.

    On Windows a host is a server of shares, and a drive may be written as in `c%3A`.
    """
    try:
        parts = urlsplit(uri)
        host = parts.netloc
    except ValueError:
        return None
    text = unquote(parts.path)
    is_windows = issubclass(flavour, PureWindowsPath)
    if parts.scheme != "file" or "\x00" in text or not text.startswith("/"):
        return None
    if host in {"", "localhost"}:
        if text.startswith("//"):
            return None
        drive = _DRIVE.match(text) if is_windows else None
        if drive is not None:
            text = f"{drive[1]}:/{text[drive.end() :]}"
    elif is_windows and re.fullmatch(r"[A-Za-z0-9._$-]+", host):
        text = f"//{host}{text}"
    else:
        return None
    path = flavour(text)
    return path if path.is_absolute() else None


def relative_parts(path: PurePath, base: PurePath) -> tuple[str, ...] | None:
    """The parts of a path below another one; None if it is not below it."""
    return path.parts[len(base.parts) :] if _is_below(path, base) else None


def is_valid(file: str) -> bool:
    """Whether the path is one that the wire allows."""
    try:
        _file_path.validate_python(file)
    except ValidationError:
        return False
    return True


def key_of(name: str) -> str:
    """The same for names that differ in their Unicode form only."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def _is_below(path: PurePath, base: PurePath) -> bool:
    if isinstance(path, PureWindowsPath):
        return path.is_relative_to(base)
    # `is_relative_to` reads both paths again, which costs half of a look at a large folder.
    return path.parts[: len(base.parts)] == base.parts


def _is_within(path: PurePath, area: Area) -> bool:
    if _is_below(path, area.folder):
        return True
    return area.ignores_case and type(path)(str(path).casefold()).is_relative_to(
        type(path)(str(area.folder).casefold())
    )


def _same(one: PurePath, other: PurePath, area: Area) -> bool:
    return one == other or _key(str(one), area) == _key(str(other), area)


def _key(name: str, area: Area) -> str:
    key = key_of(name)
    return key.casefold() if area.ignores_case or isinstance(area.root, PureWindowsPath) else key


def _is_windows_name(part: str) -> bool:
    return not _NOT_ON_WINDOWS.search(part) and not is_private(part)


def _inside(start: PurePath, folder: PurePath) -> list[PurePath]:
    """From a folder up to the open one, both included."""
    if start == folder or not start.is_relative_to(folder):
        return [folder]
    return [start, *(above for above in start.parents if above.is_relative_to(folder))]


def _set_root(
    marked: PurePath, seen: Look, look: Callable[[PurePath], Look | None], home: PurePath
) -> PurePath:
    """The root that a `.peerline.toml` names: its own folder, or one above that may be searched."""
    if seen.root is None:
        return marked
    value = PurePosixPath(seen.root)
    root = _collapsed(marked.joinpath(*value.parts)) if not value.is_absolute() else marked
    return root if root in reach(marked, look, home) else marked


def _collapsed(path: PurePath) -> PurePath:
    """The path without `..`; links were resolved before."""
    found: list[str] = []
    for part in path.parts[1:]:
        if part == "..":
            found = found[:-1]
        else:
            found.append(part)
    return type(path)(path.anchor, *found)
