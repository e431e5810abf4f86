"""Between file URIs and workspace-relative paths; nothing ever leaves the workspace."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from pydantic import TypeAdapter, ValidationError

from peerline.protocol.types import FilePath
from peerline_bridge.texts import file_system
from peerline_bridge.texts.private_files import is_private

_file_path: TypeAdapter[str] = TypeAdapter(FilePath)


def path_of_uri(uri: str) -> Path | None:
    """The local path of a file URI (RFC 8089); None for other schemes, hosts and NUL."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file" or parts.netloc not in {"", "localhost"}:
        return None
    if "\x00" in unquote(parts.path) or unquote(parts.path).startswith("//"):
        return None
    path = Path(url2pathname(parts.path))
    return path if path.is_absolute() else None


class Workspace:
    """The folders that the editor works in."""

    def __init__(self, roots: Iterable[Path]) -> None:
        self.roots = [_root(root) for root in roots]

    def change(self, added: Iterable[Path], removed: Iterable[Path]) -> None:
        """Folders came and went."""
        gone = {_root(root) for root in removed}
        roots = [root for root in self.roots if root not in gone]
        self.roots = list(dict.fromkeys([*roots, *map(_root, added)]))

    def relative(self, uri: str) -> str | None:
        """The path of a document as peers know it; None if it is in none of the folders.

        Symbolic links are followed first: what lies outside stays outside.
        """
        path = path_of_uri(uri)
        if path is None:
            return None
        resolved = file_system.resolve(path)
        if resolved is None:
            return None
        for root in self.roots:
            if resolved.is_relative_to(root):
                relative = PurePosixPath(*resolved.relative_to(root).parts).as_posix()
                return relative if is_valid(relative) else None
        return None

    def locate(self, file: str) -> Path | None:
        """Return the local path of a peer's path; None if it would be outside or is private.

        It need not exist. Symbolic links are followed before the path is judged.
        """
        if not is_valid(file) or is_private(file):
            return None
        inside: list[Path] = []
        for root in self.roots:
            path = file_system.resolve(root / file)
            if path is None or not path.is_relative_to(root) or path == root:
                continue
            if not is_private(PurePosixPath(*path.relative_to(root).parts).as_posix()):
                inside.append(path)
        existing = [path for path in inside if file_system.is_file(path)]
        return (existing or inside or [None])[0]


def _root(path: Path) -> Path:
    return file_system.resolve(path) or path


def is_valid(file: str) -> bool:
    """Whether the path is one that the wire allows."""
    try:
        _file_path.validate_python(file)
    except ValidationError:
        return False
    return True
