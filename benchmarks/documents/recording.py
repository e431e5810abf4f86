"""`python -m benchmarks.documents.recording FILE`: a file's history as a session of two who type.

Each version of the file in git becomes edits of the one before, by two authors in turn. What is
inserted is typed character by character, from the length of a paste on at once; what is deleted is
deleted backwards character by character, from the length of a selection on at once. So places,
texts and their order are those of real work on a real file; the rhythm of the keys is not.
"""

import gzip
import json
import subprocess
import sys
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final, NamedTuple

RECORDED: Final = Path(__file__).parent / "recorded" / "session.json.gz"
_PASTE_CHARS: Final = 200
_SELECTION_CHARS: Final = 20
_MAX_EDITS: Final = 20_000


class Edit(NamedTuple):
    """At a place in the text, characters are deleted, then a text is inserted."""

    author: int
    at: int
    deleted: int
    inserted: str


def load() -> list[Edit]:
    """The recorded session, which begins with an empty text."""
    with gzip.open(RECORDED, "rt", encoding="utf-8") as file:
        return [Edit(*edit) for edit in json.load(file)]


def replay(edits: list[Edit]) -> str:
    """The text in the end."""
    text = ""
    for edit in edits:
        text = text[: edit.at] + edit.inserted + text[edit.at + edit.deleted :]
    return text


def edits_between(before: str, after: str, author: int) -> list[Edit]:
    """The edits of an author from one version to the next, from the end of the file on."""
    edits: list[Edit] = []
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, first, last, from_line, to_line in reversed(matcher.get_opcodes()):
        if tag == "equal":
            continue
        base = starts[first]
        removed, added = before[base : starts[last]], "".join(new[from_line:to_line])
        inside = SequenceMatcher(None, removed, added, autojunk=False)
        for _, i, j, k, m in reversed(inside.get_opcodes()):
            if removed[i:j] != added[k:m]:
                edits += _keys(base + i, j - i, added[k:m], author)
    return edits


def _keys(at: int, deleted: int, inserted: str, author: int) -> list[Edit]:
    keys: list[Edit] = []
    if deleted >= _SELECTION_CHARS:
        keys.append(Edit(author, at, deleted, ""))
    else:
        keys += [Edit(author, at + left, 1, "") for left in reversed(range(deleted))]
    if len(inserted) >= _PASTE_CHARS:
        keys.append(Edit(author, at, 0, inserted))
    else:
        keys += [Edit(author, at + number, 0, char) for number, char in enumerate(inserted)]
    return keys


def main() -> int:
    """Record the history of a file; the process' exit code."""
    (path,) = sys.argv[1:]
    log = ["git", "log", "--reverse", "--format=%H", "--", path]
    versions = subprocess.run(log, capture_output=True, text=True, check=True).stdout.split()
    edits: list[Edit] = []
    before = ""
    for number, version in enumerate(versions):
        show = ["git", "show", f"{version}:{path}"]
        after = subprocess.run(show, capture_output=True, text=True, check=True).stdout
        edits += edits_between(before, after, number % 2)
        assert replay(edits) == after
        before = after
        if len(edits) >= _MAX_EDITS:
            break
    RECORDED.parent.mkdir(exist_ok=True)
    data = json.dumps(edits, ensure_ascii=False, separators=(",", ":")).encode()
    RECORDED.write_bytes(gzip.compress(data, mtime=0))
    print(f"{len(edits)} edits, {len(before)} characters in the end")
    return 0


if __name__ == "__main__":
    sys.exit(main())
