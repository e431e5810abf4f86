"""Frames of a server with what they are read as: every example of PROTOCOL.md, and broken ones."""

import json
import re
from pathlib import Path
from typing import Any

from peerline.protocol.messages import (
    DecodeError,
    decode_server_message,
    encode_message,
    may_be_newer,
    names_session,
)
from peerline.protocol.session import Connected
from tests.cases.make_replica import NOW, chat, connected, event, thread

PROTOCOL = Path(__file__).parents[2] / "PROTOCOL.md"


def decoding() -> list[Any]:
    """All cases."""
    examples = re.findall(r"```json server\n(.*?)\n```", PROTOCOL.read_text("utf-8"), re.DOTALL)
    return [case(frame) for frame in [*examples, *BROKEN]]


def case(frame: str) -> dict[str, Any]:
    """One case: the message, null for a type that is not known, or the code of the error."""
    asked = {
        "may_be_newer": may_be_newer(frame),
        "names_session": names_session(frame, Connected, "session1"),
    }
    try:
        message = decode_server_message(frame)
    except DecodeError as error:
        return {"frame": frame, "error": error.code.value, **asked}
    read = None if message is None else json.loads(encode_message(message))
    return {"frame": frame, "message": read, **asked}


def _without(data: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != name}


_PEOPLE = {"status": "active", "cursor": {"file": "a", "line": 1, "col": 2}}
_PRESENCE = event("presence_update", 0, user_id="bob", presence=_PEOPLE)
BROKEN = [
    *("", "no JSON", "[]", "3", "null", '"text"', "{}", '{"type":3}', '{"type":null}', "{"),
    '{"type":"of_the_future","session_id":"session1","new":[1]}',
    '{"type":"add_comment","session_id":"session1"}',
    '{"type":"constructor"}',
    '{"type":"__proto__"}',
    *(
        json.dumps(data)
        for data in (
            _without(connected(), "seq"),
            _without(connected(), "limits"),
            {**connected(), "seq": -1},
            {**connected(), "seq": 1.5},
            {**connected(), "seq": 2**53},
            {**connected(), "seq": 2**53 - 1},
            {**connected(), "role": "owner"},
            {**connected(), "participants": {}},
            {**connected(), "new_field": {"a": 1}},
            {**connected(), "session_id": "no spaces"},
            {**connected(), "session": {"id": "session1", "title": "T"}},
            {**connected(), "session": {**connected()["session"], "context": {"a": 1}}},
            {**connected(), "session": {**connected()["session"], "context": {"__proto__": "1"}}},
            {**connected(), "auth_token": None},
            chat(1, content=5),
            chat(1, content=None),
            chat(1, id="a b"),
            chat(1, user_id="with space"),
            chat(1, user_id="x" * 128),
            chat(1, user_id="x" * 129),
            chat(1, reactions=[{"emoji": "👍"}]),
            chat(1, reactions=[{"emoji": "👍", "user_ids": ["bob"]}]),
            chat(1, parent_id="m0", edited_at=NOW),
            event("code_comment", 1, comment=thread("t1", line=0)),
            event("code_comment", 1, comment=thread("t1", line=2**31 - 1)),
            event("code_comment", 1, comment=thread("t1", line=2**31)),
            event("code_comment", 1, comment=thread("t1", context_before=["x"] * 5)),
            event("code_comment", 1, comment=thread("t1", context_before=["x"] * 6)),
            event("code_comment", 1, comment=thread("t1", code_snippet="😀" * 2000)),
            event("code_comment", 1, comment=thread("t1", code_snippet="😀" * 2001)),
            event("code_comment", 1, comment=thread("t1", start=[1, 2, 0])),
            event("code_comment", 1, comment=thread("t1", start=[1, 2])),
            event("code_comment", 1, comment=thread("t1", start=[1, 2, 1])),
            _PRESENCE,
            {**_PRESENCE, "presence": {"status": "asleep"}},
            {**_PRESENCE, "presence": {}},
            {**_PRESENCE, "presence": {**_PEOPLE, "typing_in": "mail"}},
            event("error", 0, error_code="NEW_CODE", message="x"),
            event("error", 0, error_code="BANNED", message="x", retry_after=1),
            event("error", 0, error_code="BANNED", message="x", outcome="known"),
        )
    ),
    json.dumps(chat(1)).replace('"hi"', '"\\ud800"'),
    json.dumps(chat(1)).replace('"hi"', '"\\ud83d\\ude00"'),
]
