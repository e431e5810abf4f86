"""The rules for drafts that people write together."""

from itertools import count

import pytest

from peerline.protocol.comments import AnchorData
from peerline.protocol.drafts import DraftData
from peerline.protocol.errors import ErrorCode
from peerline_server.core.decisions import Refused
from peerline_server.core.drafts import MAX_DRAFTS, MAX_DRAFTS_OF_USER, Draft, DraftBoard


@pytest.fixture
def board() -> DraftBoard:
    numbers = count(1)
    return DraftBoard(lambda: f"g{next(numbers)}")


def reply(draft_id: str = "n1") -> DraftData:
    return DraftData(id=draft_id, comment_id="c1")


def free(_: str) -> bool:
    return False


def test_a_draft_is_shown_with_its_author_and_its_place(board: DraftBoard) -> None:
    anchor = AnchorData(file="a.py", line=3, code_snippet="x = 1")
    made = board.share(DraftData(id="n1", anchor=anchor), "ann", is_taken=free)
    assert isinstance(made, Draft)
    (shown,) = [draft.shown(str.upper) for draft in board.all()]
    assert (shown.id, shown.generation, shown.user_id, shown.username) == ("n1", "g1", "ann", "ANN")
    assert shown.anchor is not None
    assert (shown.anchor.line, shown.anchor.code_snippet) == (3, "x = 1")


def test_the_same_draft_is_there_once(board: DraftBoard) -> None:
    assert isinstance(board.share(reply(), "ann", is_taken=free), Draft)
    assert board.share(reply(), "ann", is_taken=free) is None
    assert len(board.all()) == 1


def test_an_id_that_is_in_use_is_refused(board: DraftBoard) -> None:
    board.share(reply(), "ann", is_taken=free)
    for refused in (
        board.share(reply(), "bob", is_taken=free),
        board.share(reply("d1"), "bob", is_taken=lambda draft_id: draft_id == "d1"),
    ):
        assert isinstance(refused, Refused)
        assert refused.code is ErrorCode.INVALID_FIELD


def test_a_user_and_a_session_have_a_number_of_drafts_and_no_more(board: DraftBoard) -> None:
    for number in range(MAX_DRAFTS):
        user = f"user{number // MAX_DRAFTS_OF_USER}"
        assert isinstance(board.share(reply(f"n{number}"), user, is_taken=free), Draft)
    for user in ("user0", "another"):
        refused = board.share(reply("more"), user, is_taken=free)
        assert isinstance(refused, Refused)
        assert refused.code is ErrorCode.LIMIT_EXCEEDED
    board.take_of("user0")
    assert isinstance(board.share(reply("more"), "another", is_taken=free), Draft)


def test_its_author_and_hosts_end_a_draft_and_nobody_else(board: DraftBoard) -> None:
    board.share(reply("n1"), "ann", is_taken=free)
    board.share(reply("n2"), "ann", is_taken=free)
    refused = board.end("n1", "bob", is_host=False)
    assert isinstance(refused, Refused)
    assert refused.code is ErrorCode.PERMISSION_DENIED
    assert isinstance(board.end("n1", "ann", is_host=False), Draft)
    assert isinstance(board.end("n2", "bob", is_host=True), Draft)
    gone = board.end("n1", "ann", is_host=False)
    assert isinstance(gone, Refused)
    assert gone.code is ErrorCode.DOCUMENT_NOT_FOUND


def test_the_drafts_of_a_user_end_together(board: DraftBoard) -> None:
    board.share(reply("n1"), "ann", is_taken=free)
    board.share(reply("n2"), "bob", is_taken=free)
    assert [draft.id for draft in board.take_of("ann")] == ["n1"]
    assert board.take_of("ann") == []
    assert [draft.id for draft in board.all()] == ["n2"]
