"""Tests of the edits of a session's documents, as rows of the activity."""

from datetime import UTC, datetime, timedelta

from peerline_server.core.document_edits import EVERY, DocumentEdits

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_a_row_has_a_minute_of_one_user_and_document() -> None:
    edits = DocumentEdits("s")
    edits.add("bob", "d1", "a.py", inserted=3, deleted=0, now=NOW)
    edits.add("bob", "d1", "b.py", inserted=1, deleted=2, now=NOW + SECOND)
    edits.add("bob", "d2", "c.py", inserted=5, deleted=0, now=NOW + SECOND)
    edits.add("eve", "d1", "b.py", inserted=0, deleted=7, now=NOW + 2 * SECOND)
    assert edits.take_due(NOW + EVERY - SECOND) == []
    (row,) = edits.take_due(NOW + EVERY)
    assert (row.session_id, row.user_id, row.document_id, row.file) == ("s", "bob", "d1", "b.py")
    assert (row.inserted, row.deleted, row.since, row.until) == (4, 2, NOW, NOW + SECOND)
    edits.add("bob", "d1", "b.py", inserted=1, deleted=0, now=NOW + EVERY)
    left = edits.take_all()
    assert [(row.user_id, row.document_id, row.inserted, row.deleted) for row in left] == [
        ("bob", "d2", 5, 0),
        ("eve", "d1", 0, 7),
        ("bob", "d1", 1, 0),
    ]
    assert edits.take_all() == []


def test_what_changes_no_text_leaves_no_row() -> None:
    edits = DocumentEdits("s")
    edits.add("bob", "d1", "a.py", inserted=0, deleted=0, now=NOW)
    assert edits.take_all() == []
