"""A comment is on the right line in each participant's version, or said to be outdated."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from peerline.protocol.comments import Anchor
from peerline_bridge.anchors.anchor import anchor_of, describe
from peerline_bridge.anchors.locate import locate
from peerline_bridge.anchors.text_index import TextIndex


@dataclass(frozen=True)
class Edit:
    """Lines that go, lines that come."""

    at: float
    gone: int
    new: list[str]


def texts(numbers: list[int]) -> list[str]:
    """Code in which every third line is there often."""
    return [
        "return None" if number % 3 == 2 else f"call_{number}(argument_{number})"
        for number in numbers
    ]


EDITS = st.lists(
    st.builds(
        Edit,
        st.floats(0, 1, exclude_max=True),
        st.integers(0, 3),
        st.lists(st.sampled_from(["x = 1", "log(x)", "", "# why"]), max_size=3),
    ),
    max_size=4,
)


def edited(lines: list[tuple[str, int | None]], edits: list[Edit]) -> list[tuple[str, int | None]]:
    """A version of it; each line knows its row in the first one, if it was there."""
    lines = lines.copy()
    for edit in edits:
        at = int(edit.at * (len(lines) + 1))
        lines[at : at + edit.gone] = [(text, None) for text in edit.new]
    return lines


@given(st.integers(12, 60), st.floats(0, 1, exclude_max=True), EDITS, EDITS)
def test_two_versions_show_a_comment_on_its_line_or_as_outdated(
    size: int, where: float, mine: list[Edit], theirs: list[Edit]
) -> None:
    base = list(enumerate(texts(list(range(size)))))
    first = edited([(text, row) for row, text in base], mine)
    second = edited([(text, row) for row, text in base], theirs)
    known = [row for row, (_, origin) in enumerate(first) if origin is not None]
    if not known:
        return
    row = known[int(where * len(known))]
    lines = [text for text, _ in first]
    comment = Anchor.model_validate({**describe(lines, row, row), "file": "a", "line": row + 1})
    wire = Anchor.model_validate_json(comment.model_dump_json(exclude_none=True))
    here = locate(anchor_of(wire), TextIndex(lines))
    assert here is not None
    assert here.first == row
    there = locate(anchor_of(wire), TextIndex([text for text, _ in second]))
    if there is not None and there.confidence == 1.0:
        assert second[there.first][0] == lines[row]
        if lines[row] != "return None":
            assert second[there.first][1] == first[row][1]


@given(st.integers(5, 60), st.floats(0, 1, exclude_max=True), st.integers(1, 4))
def test_a_comment_is_found_in_a_text_that_did_not_change(
    size: int, where: float, height: int
) -> None:
    lines = texts(list(range(size)))
    first = int(where * size)
    last = min(first + height, size) - 1
    comment = Anchor.model_validate(
        {**describe(lines, first, last), "file": "a", "line": first + 1, "end_line": last + 1}
    )
    place = locate(anchor_of(comment), TextIndex(lines))
    assert place is not None
    assert (place.first, place.last, place.confidence) == (first, last, 1.0)
