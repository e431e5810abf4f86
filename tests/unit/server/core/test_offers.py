"""Offers of folders, and who is asked about them."""

from itertools import count

import pytest

from peerline.protocol.offers import GetTree, OfferData, OpenFile
from peerline_server.core.offers import ANSWER_SECONDS, MAX_WANTED, MAX_WANTED_BY_ONE, OfferBoard

QUESTION = GetTree(session_id="s", path="src")


def is_host(user_id: str) -> bool:
    return user_id == "alice"


@pytest.fixture
def board() -> OfferBoard[str]:
    numbers = count(1)
    return OfferBoard(lambda: f"w{next(numbers)}")


def data(name: str = "shop", files: int = 3) -> OfferData:
    return OfferData(name=name, files=files)


def test_offers_are_shown_oldest_first_with_names_of_now(board: OfferBoard[str]) -> None:
    assert board.offer("c1", "bob", data())
    assert board.offer("c2", "alice", data("api", 1))
    assert not board.offer("c1", "bob", data())
    assert board.offer("c1", "bob", data(files=4))
    shown = board.offers(str.upper)
    assert [(offer.user_id, offer.username, offer.name, offer.files) for offer in shown] == [
        ("bob", "BOB", "shop", 4),
        ("alice", "ALICE", "api", 1),
    ]
    assert board.withdraw("c1")
    assert not board.withdraw("c1")
    assert len(board.offers(str.upper)) == 1


def test_a_host_is_asked_first_and_then_the_oldest(board: OfferBoard[str]) -> None:
    assert board.provider(None, is_host) is None
    board.offer("c1", "bob", data())
    board.offer("c2", "carol", data())
    assert board.provider(None, is_host) == "c1"
    board.offer("c3", "alice", data())
    assert board.provider(None, is_host) == "c3"
    assert board.provider("carol", is_host) == "c2"
    assert board.provider("dave", is_host) is None
    assert board.connections_of("carol") == ["c2"]
    assert board.connections_of("dave") == []


def test_only_who_was_asked_answers_and_once(board: OfferBoard[str]) -> None:
    wanted = board.ask(QUESTION, "asker", "dave", "c1", 0.0)
    assert wanted is not None
    assert board.answered(wanted.id, "c2") is None
    assert board.answered("w9", "c1") is None
    assert board.answered(wanted.id, "c1") is wanted
    assert board.answered(wanted.id, "c1") is None


def test_questions_are_given_up_after_a_while(board: OfferBoard[str]) -> None:
    assert board.next_due is None
    early = board.ask(QUESTION, "asker", "dave", "c1", 0.0)
    late = board.ask(OpenFile(session_id="s", file="a.py"), "asker", "dave", "c1", 5.0)
    assert board.next_due == ANSWER_SECONDS
    assert board.take_overdue(ANSWER_SECONDS - 0.1) == []
    assert board.take_overdue(ANSWER_SECONDS) == [early]
    assert board.take_overdue(ANSWER_SECONDS + 5.0) == [late]
    assert board.next_due is None


def test_who_goes_answers_no_longer_and_asks_no_longer(board: OfferBoard[str]) -> None:
    board.offer("c1", "bob", data())
    board.ask(QUESTION, "c1", "bob", "c2", 0.0)
    asked = board.ask(QUESTION, "c3", "carol", "c1", 0.0)
    assert board.gone("c1") == [asked]
    assert board.offers(str) == []
    assert board.take_overdue(99.0) == []


def test_one_editor_is_asked_so_much_at_a_time(board: OfferBoard[str]) -> None:
    for number in range(MAX_WANTED):
        asker = f"user{number // MAX_WANTED_BY_ONE}"
        assert board.ask(QUESTION, "asker", asker, "c1", 0.0) is not None
    assert board.ask(QUESTION, "asker", "dave", "c1", 0.0) is None
    assert board.ask(QUESTION, "asker", "dave", "c2", 0.0) is not None


def test_who_asks_without_end_leaves_room_for_the_others(board: OfferBoard[str]) -> None:
    asked = [
        board.ask(QUESTION, f"window{number % 2}", "dave", "c1", 0.0)
        for number in range(MAX_WANTED_BY_ONE)
    ]
    assert board.ask(QUESTION, "window0", "dave", "c1", 0.0) is None
    assert board.ask(QUESTION, "asker", "carol", "c1", 0.0) is not None
    assert board.ask(QUESTION, "window0", "dave", "c2", 0.0) is not None
    first = asked[0]
    assert first is not None
    assert board.answered(first.id, "c1") is first
    assert board.ask(QUESTION, "window1", "dave", "c1", 0.0) is not None
