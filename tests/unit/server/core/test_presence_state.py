"""The quick encoding of presence gives what the models give."""

from hypothesis import given
from hypothesis import strategies as st

from peerline.protocol.messages import encode_message
from peerline.protocol.presence import PresenceChanged
from peerline.protocol.types import DocumentCursor, Status
from peerline_server.core.presence_state import (
    CursorState,
    PresenceState,
    SelectionState,
    ViewportState,
    presence_json,
    presence_update,
)

FORBIDDEN = '\\/:\x00"'
names = st.text(
    st.one_of(
        st.sampled_from(['"', "\u2028", "\x80", "é", "🦊", "漢", "<", "&"]),
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=FORBIDDEN),
    ),
    min_size=1,
    max_size=20,
).filter(lambda name: name not in {".", ".."})
numbers = st.integers(1, 2**31 - 1)
files = st.lists(names, min_size=1, max_size=3).map("/".join)
ids = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)
positions = st.tuples(st.integers(0, 2**53 - 1), st.integers(0, 2**31 - 1), st.integers(-1, 0))
places = st.builds(DocumentCursor, document_id=ids, head=positions, anchor=st.none() | positions)
states = st.builds(
    PresenceState,
    st.sampled_from(Status),
    st.none()
    | st.builds(CursorState, files, numbers, numbers, st.none() | places, st.none() | numbers),
    st.none()
    | st.builds(
        lambda a, b, c: SelectionState(a, b, a + 1, c),
        numbers.map(lambda n: n // 2 + 1),
        numbers,
        numbers,
    ),
    st.none() | st.builds(ViewportState, files, numbers, numbers),
    st.sampled_from([None, "chat"]),
    st.lists(ids, max_size=3).map(tuple),
)
visible = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40)


@given(st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True), visible, states)
def test_the_encoding_equals_that_of_the_models(
    session_id: str, user_id: str, state: PresenceState
) -> None:
    message = PresenceChanged(session_id=session_id, user_id=user_id, presence=state.to_payload())
    assert presence_update(session_id, user_id, presence_json(state)) == encode_message(message)
