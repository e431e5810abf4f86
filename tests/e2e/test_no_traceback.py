"""No input of a stranger leaves a traceback in the server's log, or is taken for our fault."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import jwt
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from peerline.protocol.errors import CloseCode
from peerline.protocol.messages import CLIENT_MESSAGE_TYPES
from peerline_server.settings import Settings

from .conftest import ServerProcess

DEEP: Final = "[" * 20_000 + "]" * 20_000
HUGE: Final = "9" * 5_000
ODD_NUMBERS: Final = (
    *("-1", "0", "1.0", "1.5", "1e308", "1e400", "-0", "true", "null", '"1"', "[]", "{}", HUGE),
    *(str(2**53), str(2**63), str(-(2**63)), str(2**64), "NaN", "Infinity"),
)
ODD_TEXTS: Final = (
    *('""', '"\\u0000"', '"\\ud800"', '"\\udfff\\ud800"', '"\\u202e"', '"\\u001b[2J"', "7", "null"),
    *("[]", "{}", '["a"]', '"' + "x" * 60_000 + '"', '"%s%n{0}"', '"\\""', '"*"', '"a AND (\\""'),
)
TIMES: Final = (
    *('"0001-01-01T00:00:00+23:59"', '"9999-12-31T23:59:59-23:59"', '"2026-01-01T00:00:00"'),
    *('"x"', "1e20", "-1e20", "253402300800", "-62135596801", '"1969-12-31T23:59:59Z"'),
)


@pytest.fixture
def debug_server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server that logs all it can."""
    process = ServerProcess(
        tmp_path / "data",
        {
            "PEERLINE_LOG_LEVEL": "debug",
            "PEERLINE_FAILED_JOINS_PER_MINUTE_PER_ADDRESS": "1000000",
            "PEERLINE_HANDSHAKES_PER_MINUTE_PER_ADDRESS": "1000000",
            "PEERLINE_QUERIES_PER_MINUTE": "1000000",
            "PEERLINE_BAD_MESSAGES_PER_MINUTE": "1000000",
            "PEERLINE_SMALL_FRAMES_PER_MINUTE": "1000000",
            "PEERLINE_MESSAGES_PER_MINUTE": "1000000",
            "PEERLINE_MESSAGES_PER_MINUTE_PER_ADDRESS": "1000000",
        },
    )
    process.start()
    try:
        process.create_session()
        yield process
    finally:
        process.close()


def assert_quiet(server: ServerProcess) -> None:
    """Nothing in the log was taken for a fault."""
    log = server.log()
    assert "Traceback" not in log
    assert 'File "' not in log, log[-3_000:]
    assert " ERROR " not in log, log[-3_000:]


def messages(session: str) -> Iterator[str]:
    """Frames of a participant, none of which makes sense in all its fields."""
    yield from (
        "",
        "{",
        "[]",
        "null",
        "7",
        DEEP,
        HUGE,
        '{"type":' + DEEP + "}",
        '"\\ud800"',
        "\x00",
    )
    yield '{"type":"chat_message","type":"get_history","session_id":"x"}'
    yield '{"a":' * 20_000 + "1" + "}" * 20_000

    def frame(kind: str, **fields: str) -> str:
        rest = "".join(f',"{name}":{value}' for name, value in fields.items())
        return f'{{"type":"{kind}","session_id":"{session}","request_id":"r"{rest}}}'

    for number in ODD_NUMBERS:
        yield frame("get_history", before=number, limit="1")
        yield frame("get_history", limit=number)
        yield frame("search", query='"a"', before=number)
        yield frame("get_comments", limit=number)
        data = f'{{"file":"a.py","line":{number},"column":{number}}}'
        yield frame("cursor_update", data=data)
        yield frame("update_session", changes=f'{{"token_count":{number}}}')
        yield frame("update_session", changes=f'{{"health_score":{number}}}')
    for text in ODD_TEXTS:
        yield frame("chat_message", content=text)
        yield frame("chat_message", content='"x"', parent_id=text)
        yield frame("chat_message", content='"x"', mentions=f"[{text}]")
        yield frame("search", query=text)
        yield frame("get_comments", file=text)
        yield frame("get_activity", before=text)
        yield frame("get_activity", user_id=text)
        yield frame("get_activity", types=f"[{text}]")
        yield frame("react", message_id='"none"', emoji=text)
        yield frame("add_comment", data=f'{{"file":{text},"line":1,"content":"x"}}')
        yield frame("update_session", changes=f'{{"context":{{"key":{text}}}}}')
        yield frame("renew_token", auth_token=text)
        yield frame("remove_participant", user_id=text)
        yield frame("answer_join", user_id=text, allow="true")
        yield frame("revoke_invite", invite_id=text)
        yield frame("create_invite", role=text)
    for moment in TIMES:
        yield frame("get_activity", since=moment)
        yield frame("get_activity", until=moment)
    for cursor in ("9999999999999999.e.9999999999999999", "0.c.0", "0000000000000000.e.1"):
        yield frame("get_activity", before=f'"{cursor}"')
    for number in ODD_NUMBERS:
        yield frame("create_invite", expires_in=number)


ID: Final = '"none"'
HASH: Final = f'"sha256:{"0" * 64}"'
FILE: Final = '"src/a.py"'
SENSIBLE: Final[dict[str, dict[str, str]]] = {
    "presence_update": {"status": '"typing"', "typing_in": '"chat"'},
    "reply_comment": {"comment_id": ID, "content": '"x"'},
    "resolve_comment": {"comment_id": ID, "resolved": "true"},
    "reattach_comment": {"comment_id": ID, "data": '{"file":"a.py","line":1}'},
    "change_name": {"name": '"Host"'},
    "change_role": {"user_id": ID, "role": '"viewer"'},
    "edit_message": {"message_id": ID, "content": '"x"'},
    "delete_message": {"message_id": ID},
    "file_event": {"data": '{"file":"a.py","change":"renamed","old_file":"b.py"}'},
    "agent_update": {"data": '{"state":"idle","doing":"x"}'},
    "agent_event": {"data": '{"kind":"prompt","text":"x","turn_id":"t"}'},
    "ask_approval": {"data": f'{{"title":"x","tool":"Bash","detail":"x","digest":{HASH}}}'},
    "withdraw_approval": {"approval_id": ID},
    "answer_approval": {"approval_id": ID, "answer": '"deny"', "digest": HASH, "comment": '"x"'},
    "prompt_agent": {"agent_id": ID, "text": '"x"'},
    "cancel_prompt": {"prompt_id": ID},
    "stop_agent": {"agent_id": ID},
    "prompt_update": {"prompt_id": ID, "state": '"running"', "reason": '"x"'},
    "share_document": {"data": '{"file":"src/a.py","content":"x\\n"}'},
    "unshare_document": {"document_id": ID},
    "rename_document": {"document_id": ID, "file": FILE},
    "document_saved": {"document_id": ID, "hash": HASH},
    "lift_ban": {"user_id": ID},
    "create_agent": {"name": '"claude"', "product": '"x"', "model": '"x"', "role": '"viewer"'},
    "get_approval": {"approval_id": ID},
    "open_document": {"document_id": ID, "generation": ID, "state": '"AA=="'},
    "close_document": {"document_id": ID},
    "document_check": {"document_id": ID, "state": '"AA=="', "hash": HASH},
    "get_blame": {"document_id": ID},
    "offer_files": {"data": '{"name":"src","files":1}'},
    "get_tree": {"path": '"src"', "after": '"a"', "user_id": '"host"'},
    "open_file": {"file": FILE, "user_id": '"host"'},
    "tree_given": {"id": ID, "entries": '[{"name":"a.py","kind":"file","size":1}]', "next": '"b"'},
    "file_given": {"id": ID, "document_id": ID},
    "file_refused": {"id": ID, "reason": '"not_found"'},
    "share_draft": {"data": '{"id":"d","content":"x","comment_id":"none"}'},
    "end_draft": {"draft_id": ID},
}
"""Fields of messages that are at least nearly right, as JSON."""
ELSEWHERE: Final = frozenset(
    {
        *(
            "join_session",
            "leave_session",
            "end_session",
            "cursor_update",
            "chat_message",
            "summon",
        ),
        *("add_comment", "update_session", "remove_participant", "react", "renew_token"),
        *("get_history", "get_comments", "search", "get_activity", "get_moderation"),
        *("create_invite", "revoke_invite", "answer_join", "withdraw_files"),
    }
)
"""Messages that are in `messages`, have no fields, or end the test."""


def nearly_right(session: str) -> Iterator[str]:
    """Frames with one odd field each, of every message that has fields."""
    number = 0

    def frame(kind: str, fields: dict[str, str]) -> str:
        nonlocal number
        number += 1  # one that was asked for before would not be done again
        rest = "".join(f',"{name}":{value}' for name, value in fields.items())
        return f'{{"type":"{kind}","session_id":"{session}","request_id":"n{number}"{rest}}}'

    for kind, fields in SENSIBLE.items():
        yield frame(kind, fields)
        for name, value in fields.items():
            for odd in (*ODD_TEXTS, *ODD_NUMBERS):
                yield frame(kind, fields | {name: odd})
                for key in json.loads(value) if value.startswith("{") else ():
                    inside = {each: json.dumps(text) for each, text in json.loads(value).items()}
                    pairs = ",".join(
                        f'"{each}":{text}' for each, text in (inside | {key: odd}).items()
                    )
                    yield frame(kind, fields | {name: f"{{{pairs}}}"})


def test_every_message_is_tried() -> None:
    kinds = {model.model_fields["type"].default for model in CLIENT_MESSAGE_TYPES}
    assert kinds == set(SENSIBLE) | ELSEWHERE


async def test_odd_messages_are_answered_and_leave_no_traceback(
    debug_server: ServerProcess,
) -> None:
    token, session = debug_server.token("host", "Host"), debug_server.session
    url = f"ws://{debug_server.address}/ws/session/{session}"
    headers = {"Authorization": f"Bearer {token}"}
    async with connect(url, additional_headers=headers, max_size=None) as socket:
        codes: set[str] = set()
        for number, frame in enumerate((*messages(session), *nearly_right(session))):
            await socket.send(frame)
            last = f"last-{number}"
            asked = {"type": "get_history", "session_id": session, "limit": 1, "request_id": last}
            await socket.send(json.dumps(asked))
            while True:
                answer = json.loads(await asyncio.wait_for(socket.recv(), 30))
                if answer["type"] == "error":
                    codes.add(answer["error_code"])
                    assert answer["error_code"] != "INTERNAL_ERROR", frame[:300]
                if answer.get("request_id") == last:
                    break
    assert {"INVALID_JSON", "INVALID_FIELD", "UNKNOWN_TYPE"} <= codes
    assert_quiet(debug_server)


def part(value: str) -> str:
    return base64.urlsafe_b64encode(value.encode("utf-8", "surrogatepass")).rstrip(b"=").decode()


def signed(secret: bytes, claims: str, header: str = '{"alg":"HS256","typ":"JWT"}') -> str:
    """A token of any JSON."""
    what = f"{part(header)}.{part(claims)}"
    digest = hmac.new(secret, what.encode(), hashlib.sha256).digest()
    return f"{what}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def tokens(secret: bytes) -> Iterator[str]:
    """Tokens of a provider that has lost its mind, and of somebody without a key."""
    now = int(time.time())
    good: dict[str, str] = {
        "sub": '"odd"',
        "name": '"Odd"',
        "iss": '"peerline"',
        "aud": '"peerline"',
        "iat": str(now),
        "exp": str(now + 3600),
        "jti": '"j"',
    }

    def claims(**changed: str) -> str:
        return "{" + ",".join(f'"{key}":{value}' for key, value in (good | changed).items()) + "}"

    yield from ("", ".", "..", "a.b.c", "\u202e", "x" * 9_000, "é.é.é", part("{}") + "..")
    for name in (*good, "nbf", "auth_time", "picture", "guest", "preferred_username"):
        for value in (*ODD_NUMBERS, *ODD_TEXTS[:13], "[[[]]]", '{"a":{"b":[]}}'):
            yield signed(secret, claims(**{name: value}))
            yield signed(secret, claims(guest="true", **({} if name == "guest" else {name: value})))
    for value in ('"https://\\ud800"', '"https://\\u0000"', f'"https://{"x" * 5_000}"'):
        yield signed(secret, claims(picture=value))
    for text in (DEEP[:3_000], HUGE, "[]", "null", "{", '"x"', "\x00"):
        yield signed(secret, text)
        yield signed(secret, claims(), text)
    for value in (*ODD_NUMBERS, *ODD_TEXTS[:10]):
        yield signed(secret, claims(), f'{{"alg":"HS256","kid":{value}}}')
        yield signed(secret, claims(), f'{{"alg":{value}}}')
        yield signed(secret, claims(), f'{{"alg":"HS256","crit":{value},"b64":{value}}}')
    yield jwt.encode({"sub": "x"}, "k" * 40, headers={"kid": "../../etc/passwd"})  # pyright: ignore[reportUnknownMemberType]


async def test_odd_tokens_and_joins_leave_no_traceback(debug_server: ServerProcess) -> None:
    secret = (debug_server.data_dir / "secret").read_bytes().strip()
    session = debug_server.session
    invite = debug_server.invite("editor").partition("invite=")[2]
    joins = [
        json.dumps(
            {
                "type": "join_session",
                "session_id": session,
                "auth_token": token,
                "invite": invite,
            }
        )
        for token in tokens(secret)
    ]
    good = debug_server.token("host", "Host")
    for number in ODD_NUMBERS:
        resume = f'{{"epoch":"x","seq":{number}}}'
        joins.append(
            f'{{"type":"join_session","session_id":"{session}","auth_token":"{good}",'
            f'"resume":{resume}}}'
        )
    for text in ODD_TEXTS:
        joins += [
            f'{{"type":"join_session","session_id":"{session}","{name}":{text}}}'
            for name in ("invite", "username", "resume", "create", "client", "auth_token")
        ]
        guest = f'"invite":"{invite}","username":{text}'
        joins.append(f'{{"type":"join_session","session_id":"{session}",{guest}}}')
    gate = asyncio.Semaphore(8)

    async def join(frame: str) -> dict[str, Any]:
        async with gate, connect(f"ws://{debug_server.address}/ws", max_size=None) as socket:
            await socket.send(frame)
            try:
                return json.loads(await asyncio.wait_for(socket.recv(), 30))
            except ConnectionClosed:
                # Before the join a message has a small limit.
                assert len(frame.encode()) > Settings().max_early_frame_bytes
                assert socket.close_code == CloseCode.MESSAGE_TOO_BIG
                return {"type": "error"}

    answers = await asyncio.gather(*map(join, joins))
    failed = [
        frame[:300]
        for frame, answer in zip(joins, answers, strict=True)
        if answer.get("error_code") == "INTERNAL_ERROR"
    ]
    assert failed == []
    assert {answer["type"] for answer in answers} == {"connected", "error"}
    assert_quiet(debug_server)


TARGETS: Final = (
    *("/ws?token=%ED%A0%80", "/ws?token=%00", "/ws?invite=%ff&username=%00", "/ws?&&&==;=%"),
    *("/ws/session/%2e%2e?token=x", "/ws?" + "a=b&" * 1_500, "/ws?token=" + "x" * 7_000, "*", ""),
    *("/healthz?%", "/metrics?[", "/ws#[", "/%", "/ws/session/", "//", "/\\x00"),
)


async def test_odd_targets_and_headers_leave_no_traceback(debug_server: ServerProcess) -> None:
    host, _, port = debug_server.address.rpartition(":")
    session = debug_server.session
    heads = [f"GET {target} HTTP/1.1\r\n" for target in TARGETS]
    odd = [
        *("Authorization: Bearer \r\n", "Authorization: Bearer \xff\xfe\r\n", "Authorization:\r\n"),
        *("Sec-WebSocket-Protocol: bearer.\r\n", "Sec-WebSocket-Protocol: ,,bearer.\xff,\r\n"),
        *("Origin: \xff\r\n", "X-Forwarded-For: [, %, ::ffff:999\r\n", "Cookie: \xff=\r\n"),
    ]
    heads += [f"GET /ws/session/{session} HTTP/1.1\r\n{line}" for line in odd]
    for head in heads:
        reader, writer = await asyncio.open_connection(host, int(port))
        rest = (
            "Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        writer.write((head + rest).encode("latin-1"))
        writer.write_eof()
        await asyncio.wait_for(reader.read(), 30)
        writer.close()
    assert_quiet(debug_server)
