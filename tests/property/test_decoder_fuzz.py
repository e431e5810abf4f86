"""Whatever bytes come, the decoder gives a message, or an error that repeats nothing of them."""

import copy
import json
import os
import re
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from peerline.protocol.errors import ErrorCode
from peerline.protocol.messages import (
    ClientMessage,
    DecodeError,
    decode_client_message,
    encode_message,
)

TEXT = (Path(__file__).parents[2] / "PROTOCOL.md").read_text(encoding="utf-8")
EXAMPLES = [json.loads(text) for text in re.findall(r"```json client\n(.*?)\n```", TEXT, re.DOTALL)]
CASES = int(os.environ.get("PEERLINE_FUZZ_CASES", "600")) // 2
"""For each of the two tests; `make fuzz` sets 100,000 together."""
CANARY = "canary-4711"
MAX_ERROR_CHARS = 1_000

fuzz = settings(
    max_examples=CASES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**53, 2**63, 2**64, -1, 0, 10**400])
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([CANARY, "\x00", "\ud800", "../x", "a\\b", "", " ", "x" * 9_000])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def check(frame: str | bytes) -> None:
    refusal: DecodeError | None = None
    message: ClientMessage | None = None
    try:
        message = decode_client_message(frame)
    except DecodeError as error:
        refusal = error
    if refusal is not None or message is None:
        assert refusal is not None
        assert refusal.code in ErrorCode
        assert len(refusal.text) < MAX_ERROR_CHARS
        assert CANARY not in refusal.text
        return
    assert decode_client_message(encode_message(message)) == message


@fuzz
@given(st.binary(max_size=300) | st.text(max_size=300))
@example(b'{"type":"cursor_update"')
@example(b"[" * 100_000)
@example(b'{"a":' * 100_000)
@example(b'{"type":"cursor_update","data":' + b"[" * 10_000)
@example('{"type":"leave_session","session_id":"a","session_id":"b"}')
def test_any_bytes_are_a_message_or_an_error(frame: bytes | str) -> None:
    check(frame)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container in the value with each of its keys."""
    found: list[tuple[Any, Any]] = []
    keys: list[Any] = []
    if isinstance(value, dict):
        keys = list(value)
    elif isinstance(value, list):
        keys = list(range(len(value)))
    for key in keys:
        found.append((value, key))
        found += places(value[key])
    return found


@fuzz
@given(st.data())
def test_a_changed_message_is_a_message_or_an_error(data: st.DataObject) -> None:
    message = copy.deepcopy(data.draw(st.sampled_from(EXAMPLES)))
    for _ in range(data.draw(st.integers(1, 3))):
        known = places(message)
        if not known:
            break
        container, key = known[data.draw(st.integers(0, len(known) - 1))]
        match data.draw(st.sampled_from(["replace", "remove", "add"])):
            case "replace":
                container[key] = data.draw(values)
            case "remove":
                del container[key]
            case _ if isinstance(container, dict):
                container[data.draw(st.text(max_size=70))] = data.draw(values)
            case _:
                container.append(data.draw(values))
    frame = json.dumps(message, ensure_ascii=data.draw(st.booleans()))
    raw = frame.encode("utf-8", errors="surrogatepass")
    cut = data.draw(st.integers(0, len(raw))) if data.draw(st.booleans()) else len(raw)
    check(raw[:cut])


def test_every_client_message_has_an_example_to_change() -> None:
    assert len({message["type"] for message in EXAMPLES}) > 15
