"""An edit that a client without a plugin makes late, or tells with typing, is no typing."""

from peerline.documents.delta import apply
from peerline.protocol.editor.base import Position, Range
from peerline.protocol.editor.documents import EditAnswer
from peerline_bridge.coediting.joined_text import JoinedText, Request, Write
from peerline_bridge.coediting.offsets import EditorText
from peerline_bridge.coediting.retries import MAX_LEFT, MAX_WAIT_SECONDS
from peerline_bridge.texts.open_texts import TextChange
from peerline_bridge.texts.positions import Encoding


def at(line: int, character: int, text: str) -> TextChange:
    place = Position(line=line, character=character)
    return TextChange(text, Range(start=place, end=place))


def joined() -> JoinedText:
    text = EditorText("one\ntwo\n", Encoding.UTF32)
    return JoinedText(text, 1, marks_edits=False, by_hunks=True)


def test_an_edit_that_is_told_with_the_typing_after_it_is_told_apart() -> None:
    text = joined()
    (request,) = text.remote((4, "\n"), 0.0)
    assert isinstance(request, Request)
    assert text.changed([at(1, 0, "\n"), at(0, 3, "!")], 2, 0.1) == []
    assert text.made_at == 2
    steps = text.answered(request.request_id, EditAnswer(applied=True, version=2), 0.2)
    assert steps == [Write((3, "!"))]
    assert text.text == text.known_text == "one!\n\ntwo\n"
    assert text.is_equal


def test_an_edit_that_is_made_after_it_was_given_up_is_not_typing() -> None:
    text = joined()
    (request,) = text.remote((4, "\n"), 0.0)
    assert isinstance(request, Request)
    # It waits for a while before it asks again: the echo comes now.
    assert text.answered(request.request_id, EditAnswer(applied=False, version=1), 0.0) == []
    assert not text.is_waiting
    assert text.changed([at(1, 0, "\n")], 2, 0.01) == []
    assert text.known_text == apply("one\ntwo\n", (4, "\n"))
    assert text.is_equal


def test_an_editor_that_refuses_again_and_again_is_asked_when_the_user_wants_it() -> None:
    text = joined()
    steps, now = text.remote((4, "\n"), 0.0), 0.0
    for _ in range(MAX_LEFT):
        (request,) = steps
        assert isinstance(request, Request)
        assert not text.is_refusing
        answer = EditAnswer(applied=False, version=1)
        assert text.answered(request.request_id, answer, now) == []
        now += MAX_WAIT_SECONDS
        steps = text.proceed(now)
    assert steps == []
    assert text.is_refusing
    (request,) = text.ask_again(now)
    assert isinstance(request, Request)
    assert text.changed([at(1, 0, "\n")], 2, now) == []
    text.answered(request.request_id, EditAnswer(applied=True, version=2), now)
    assert text.is_equal
    assert not text.is_refusing


def test_typing_within_a_hunk_makes_several_requests_of_it() -> None:
    text = joined()
    (request,) = text.remote((-3,), 0.0)
    assert isinstance(request, Request)
    write, request = text.changed([at(0, 1, "x")], 2, 0.0) + text.answered(
        request.request_id, EditAnswer(applied=False, version=2), 0.0
    )
    assert write == Write(("x",))
    assert isinstance(request, Request)
    assert len(request.edits) == 1


def test_the_newline_at_the_end_that_others_delete_stays_without_a_request() -> None:
    text = joined()
    (step,) = text.remote((7, -1), 0.0)
    assert isinstance(step, Write)
    assert (step.change, step.is_mended) == ((7, "\n"), True)
    assert text.is_equal
    assert text.text == "one\ntwo\n"


def test_what_others_write_above_is_asked_for_where_they_delete_the_newline_at_the_end() -> None:
    text = joined()
    step, request = text.remote(("x", 7, -1), 0.0)
    assert isinstance(step, Write)
    assert isinstance(request, Request)
    assert [edit.newText for edit in request.edits] == ["x"]
    assert step.change == (8, "\n")
