"""Tests of plain.model: changes of threads in pieces are what the whole would be."""

from hypothesis import given
from hypothesis import strategies as st

from peerline.protocol.editor.comments import EditorCommentChanges, EditorThread, EditorThreadPlace
from peerline_bridge.plain.model import PlainModel

URI = "file:///w/a"


def thread(number: int, line: int) -> EditorThread:
    return EditorThread(
        id=f"c{number}",
        line=line,
        end_line=line,
        user_id="u",
        username="bob",
        color=0,
        content="why?",
        code_snippet="",
        resolved=False,
        outdated=False,
        timestamp="t",
        replies=[],
    )


STEP = st.tuples(
    st.sampled_from(["whole", "moved", "removed", "all", "closed"]),
    st.integers(0, 5),
    st.integers(0, 9),
)


@given(st.lists(STEP, max_size=30))
def test_threads_that_change_in_pieces_are_those_that_there_are(
    steps: list[tuple[str, int, int]],
) -> None:
    model = PlainModel()
    truth: dict[str, EditorThread] = {}
    for kind, number, line in steps:
        one = thread(number, line)
        match kind:
            case "all":
                truth = {one.id: one}
                model.set_threads(URI, [one])
            case "closed":
                truth = {}
                model.forget_threads(URI)
            case "whole":
                truth[one.id] = one
                model.change_threads(EditorCommentChanges(uri=URI, threads=[one]))
            case "removed":
                if truth.pop(one.id, None) is not None:
                    model.change_threads(EditorCommentChanges(uri=URI, removed=[one.id]))
                    assert model.closed[URI].id == one.id
            case _:
                if one.id in truth:
                    truth[one.id] = one
                    place = EditorThreadPlace(id=one.id, line=line, end_line=line, outdated=False)
                    model.change_threads(EditorCommentChanges(uri=URI, moved=[place]))
        assert model.threads.get(URI, []) == list(truth.values())
        assert URI not in model.closed or model.closed[URI].id not in truth
