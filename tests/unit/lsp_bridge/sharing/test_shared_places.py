"""Cursors and comments in shared documents: they are where their text is, in every editor."""

from pathlib import Path

import pytest

from peerline.protocol.comments import AnchorData
from peerline.protocol.editor.base import Position, Range
from peerline.protocol.editor.participants import EditorCursor
from peerline_bridge.sharing.shared_places import SharedPlaces
from tests.unit.lsp_bridge.sharing.shared_session import Relay, Site, settle

FILE = "a.py"
TEXT = "one\ntwo é\n\nthree\n"


class Pair:
    """Alice marks her edits and has LF, bob has neither."""

    def __init__(self, folder: Path) -> None:
        self.relay = Relay()
        self.alice = self._site(folder, "alice", marks=True, newline="\n")
        self.bob = self._site(folder, "bob", marks=False, newline="\r\n")

    def _site(self, folder: Path, user: str, *, marks: bool, newline: str) -> Site:
        place = folder / user
        place.mkdir()
        return Site(self.relay, place, user, marks=marks, newline=newline)

    async def share(self) -> None:
        self.alice.open(FILE, TEXT)
        self.bob.open(FILE, TEXT)
        await self.alice.commands.share(self.alice.uri(FILE))
        await settle()

    def comment(self, site: Site, first: int, last: int) -> AnchorData:
        fields = SharedPlaces(site.files).anchor_at(site.uri(FILE), first, last)
        assert fields["generation"] == "g1"
        return AnchorData.model_validate({"file": FILE, "line": first + 1, **fields})

    def rows(self, anchor: AnchorData) -> list[tuple[int, int] | str | None]:
        """The rows of a comment in both editors."""
        places = [
            SharedPlaces(site.files).of_comment(site.uri(FILE), anchor)
            for site in (self.alice, self.bob)
        ]
        return ["unknown" if place is None else place.rows for place in places]


@pytest.fixture
async def pair(tmp_path: Path) -> Pair:
    made = Pair(tmp_path)
    await made.share()
    return made


async def test_a_comment_stays_with_its_text_in_both_editors(pair: Pair) -> None:
    comment = pair.comment(pair.bob, 1, 1)
    assert pair.rows(comment) == [(1, 1), (1, 1)]
    pair.alice.type(FILE, 0, 0, "zero\n")
    await settle()
    assert pair.rows(comment) == [(2, 2), (2, 2)]
    # A line that is put into it belongs to it; lines before and behind it do not.
    pair.bob.type(FILE, len("zero\none\ntwo"), 0, "\nmore")
    pair.alice.type(FILE, len("zero\none\n"), 0, "before\n")
    await settle()
    assert pair.alice.shown(FILE) == pair.bob.shown(FILE)
    assert pair.rows(comment) == [(3, 4), (3, 4)]


async def test_a_comment_whose_text_is_deleted_is_lost_and_says_so(pair: Pair) -> None:
    comment = pair.comment(pair.alice, 1, 1)
    pair.bob.type(FILE, len("one\n"), len("two é"), "")
    await settle()
    assert pair.rows(comment) == [None, None]


async def test_a_comment_on_an_empty_line_is_on_its_line_end(pair: Pair) -> None:
    comment = pair.comment(pair.alice, 2, 2)
    pair.bob.type(FILE, 0, len("one\n"), "")
    await settle()
    assert pair.rows(comment) == [(1, 1), (1, 1)]


async def test_a_comment_that_ends_in_an_empty_line_keeps_it(pair: Pair) -> None:
    comment = pair.comment(pair.bob, 1, 2)
    assert pair.rows(comment) == [(1, 2), (1, 2)]
    pair.alice.type(FILE, 0, 0, "zero\n")
    await settle()
    assert pair.rows(comment) == [(2, 3), (2, 3)]


async def test_a_comment_of_another_generation_or_before_joining_has_no_rows(pair: Pair) -> None:
    comment = pair.comment(pair.alice, 1, 1)
    assert pair.rows(comment.model_copy(update={"generation": "g0"})) == ["unknown"] * 2
    unknown = comment.model_copy(update={"start": (99, 5, 0)})
    assert pair.rows(unknown) == ["unknown"] * 2
    places = SharedPlaces(pair.bob.files)
    assert places.anchor_at("file:///elsewhere", 0, 0) == {}
    # Behind the last line end there is no text to stay with.
    assert places.anchor_at(pair.bob.uri(FILE), 4, 4) == {}


async def test_a_cursor_is_told_again_when_its_text_is_in_the_editor(pair: Pair) -> None:
    bob = pair.bob
    bob.is_at_once = False
    told: list[tuple[str, Position | None, bool]] = []

    def tell(_: str) -> None:
        cursor = EditorCursor(
            textDocument={"uri": pair.alice.uri(FILE)},  # type: ignore[arg-type]
            position=Position(line=0, character=5),
            selection=Range(start=Position(line=0, character=5), end=Position(line=0, character=5)),
        )
        at = SharedPlaces(pair.alice.files).of_cursor(cursor)
        assert at is not None
        found = SharedPlaces(bob.files).place(at)
        told.append((bob.shown(FILE), None if found is None else found[1], bool(bob.requests)))

    bob.files.on_text = tell
    pair.alice.type(FILE, 2, 0, "XYZ")
    await settle()
    # Before its text is there, it is where that text will be.
    assert told == [(TEXT, Position(line=0, character=2), True)]
    bob.is_at_once = True
    while bob.requests:
        bob.step()
    await settle()
    shown, cursor, is_waiting = told[-1]
    assert shown.startswith("onXYZe")
    assert (cursor, is_waiting) == (Position(line=0, character=5), False)
