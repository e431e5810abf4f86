"""Patches as products give them, as files with counts of lines and a unified diff. Pure."""

from typing import Final, cast

from peerline.agent.products.json_reading import Json, whole
from peerline.agent.reports import ChangeKind, TouchedFile

_MAX_LINES: Final = 5_000
"""Lines of a diff that are looked at."""


def patched_file(file: str, hunks: list[Json]) -> TouchedFile:
    """A file from the hunks of Claude Code's `structuredPatch`."""
    added = removed = 0
    parts: list[str] = []
    for hunk in hunks:
        given: object = hunk.get("lines")
        all_lines = cast("list[object]", given) if isinstance(given, list) else []
        lines = [line for line in all_lines if isinstance(line, str)]
        added += sum(line.startswith("+") for line in lines)
        removed += sum(line.startswith("-") for line in lines)
        old, new = whole(hunk, "oldStart") or 0, whole(hunk, "newStart") or 0
        sizes = whole(hunk, "oldLines") or 0, whole(hunk, "newLines") or 0
        parts.append(f"@@ -{old},{sizes[0]} +{new},{sizes[1]} @@")
        parts += lines[:_MAX_LINES]
    return TouchedFile(file, "modified", added, removed, "\n".join(parts[:_MAX_LINES]))


def created_file(file: str, content: str) -> TouchedFile:
    """A file that is new."""
    lines = content.splitlines()
    diff = "\n".join([f"@@ -0,0 +1,{len(lines)} @@", *(f"+{line}" for line in lines[:_MAX_LINES])])
    return TouchedFile(file, "created", len(lines), 0, diff)


def apply_patch_files(patch: str) -> tuple[TouchedFile, ...]:
    """The files of a patch in the format of Codex' `apply_patch`."""
    found: list[TouchedFile] = []
    lines: list[str] = []
    change: ChangeKind = "modified"
    file = old_file = None

    def finish() -> None:
        if file is not None:
            added = sum(line.startswith("+") for line in lines)
            removed = sum(line.startswith("-") for line in lines)
            diff = "\n".join(lines[:_MAX_LINES]) or None
            found.append(TouchedFile(file, change, added, removed, diff, old_file))

    for line in patch.splitlines():
        for mark, kind in _PATCH_MARKS.items():
            if line.startswith(mark):
                finish()
                file, change, old_file = line[len(mark) :].strip(), kind, None
                lines = []
                break
        else:
            if line.startswith("*** Move to: ") and file is not None:
                old_file, file, change = file, line[len("*** Move to: ") :].strip(), "renamed"
            elif file is not None and not line.startswith("*** "):
                lines.append(line)
    finish()
    return tuple(found)


_PATCH_MARKS: Final[dict[str, ChangeKind]] = {
    "*** Add File: ": "created",
    "*** Update File: ": "modified",
    "*** Delete File: ": "deleted",
}
