"""Decisions of a client: what the end of a connection means, when to come back, what waits."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from websockets.exceptions import ConnectionClosedError
from websockets.frames import Close

from peerline.client import failures
from peerline.client.backoff import Backoff
from peerline.client.errors import TooManyRequests
from peerline.client.failures import Failure
from peerline.client.pending import PendingQueue, Refusal, Typed
from peerline.protocol.base import Error
from peerline.protocol.chat import SendChatMessage
from peerline.protocol.comments import ResolveComment
from peerline.protocol.errors import CloseCode, ErrorCode

NOW = datetime(2026, 1, 2, 3, 4, 5, 6000, tzinfo=UTC)
S = "session1"


def backoff() -> list[Any]:
    """Waits after failures, with joins between them."""
    plans: list[list[float | None]] = [
        [None] * 12,
        [0.0, 5.0, None, 100.0],
        [None, None, -1, None, None],
    ]
    return [_backoff_case(plan, seed) for plan in plans for seed in (0.0, 0.5, 0.999)]


def _backoff_case(plan: list[float | None], chance: float) -> dict[str, Any]:
    waits = Backoff(lambda: chance, base=0.5, cap=30.0)
    delays: list[float | None] = []
    for advised in plan:
        if advised == -1:
            waits.succeeded()
            delays.append(None)
        else:
            delays.append(waits.next_delay(advised))
    return {"random": chance, "plan": plan, "delays": delays}


def closes() -> list[Any]:
    """The end of an open connection."""
    codes = [*(int(code) for code in CloseCode), 1005, 1011, 3000, 4000, 4399, 4450, 4499, 4500]
    told = [None, ErrorCode.TOKEN_REVOKED, ErrorCode.BANNED]
    reasons = ["", "removed by a host", "auth_token: it has expired", "\x1b[2J"]
    cases = [(code, reasons[0], 7.0, None) for code in codes]
    cases += [(code, reason, None, None) for code in (1001, 4401, 4410) for reason in reasons]
    cases += [(code, "x", 400.0, error) for code in (4401, 4410, 4512) for error in told]
    return [
        {
            "code": code,
            "reason": reason,
            "advised": advised,
            "told": error,
            "failure": _failure(
                failures.of_close(
                    ConnectionClosedError(Close(code, reason), None),
                    failures.bounded(advised),
                    error,
                )
            ),
        }
        for code, reason, advised, error in cases
    ]


def refusals() -> list[Any]:
    """Errors in answer to a join."""
    cases = [(code, None) for code in ErrorCode]
    cases += [(ErrorCode.SERVER_BUSY, 2.5), (ErrorCode.LIMIT_EXCEEDED, 60.0)]
    cases += [(ErrorCode.RATE_LIMITED, 100_000.0)]
    return [
        {
            "error": {
                "type": "error",
                "error_code": code.value,
                "message": "username: is not valid",
                "timestamp": "2026-01-02T03:04:05.006Z",
                **({} if advised is None else {"retry_after": advised}),
            },
            "failure": _failure(
                failures.of_refusal(
                    Error(
                        error_code=code,
                        message="username: is not valid",
                        timestamp=NOW,
                        retry_after=advised,
                    )
                )
            ),
            "may_rejoin": code.may_rejoin,
        }
        for code, advised in cases
    ]


def other_servers() -> list[Any]:
    """Refusals of a client that was joined, where the server's id is not known."""
    return [
        {
            "code": code and code.value,
            "expired": expired,
            "is_other": failures.is_another_server(
                code, None, None, has_expired=expired, was_told=True
            ),
        }
        for code in [None, *ErrorCode]
        for expired in (False, True)
    ]


def _failure(failure: Failure) -> dict[str, Any]:
    found = {key: value for key, value in asdict(failure).items() if value is not None}
    found["isFinal"] = found.pop("is_final")
    return found


def pending() -> list[Any]:
    """Acts on a queue of unsent messages, and what is in it then."""
    return [_pending_case(name, plan) for name, plan in PLANS.items()]


PLANS: dict[str, list[list[Any]]] = {
    "in order, each once": [
        *(["add", "r1", "one"], ["add", "r2", "two"], ["mark_sent", "r1", "alice"]),
        *(["settle", "r1"], ["add", "r3", "three"], ["settle", "gone"]),
    ],
    "refused, and sent again at the end": [
        *(["add", "r1", "one"], ["add", "r2", "two"], ["refuse", "r1", "NO", "it is refused"]),
        *(["resend", "r1", "r9", "one, changed"], ["discard", "r2"]),
    ],
    "changed in its place while it waits": [
        *(["add", "r1", "one"], ["add", "r2", "two"], ["resend", "r1", "r1", "one, changed"]),
        ["resend", "r2", "r7", "two, changed"],
    ],
    "another user does not send again what may have arrived": [
        *(["add", "r1", "one"], ["mark_sent", "r1", "alice"], ["add", "r2", "two"]),
        ["come_as", "bob"],
    ],
    "the same user does": [
        ["add", "r1", "one"],
        ["mark_sent", "r1", "alice"],
        ["come_as", "alice"],
    ],
    "nothing will ever be sent": [
        *(["add", "r1", "one"], ["mark_sent", "r1", "alice"], ["add", "r2", "two"]),
        ["refuse_all", "SESSION_ENDED", "the session has ended"],
    ],
    "full, by number": [["add", f"r{number}", "x"] for number in range(4)],
    "full, by bytes": [["add", "r1", "é" * 100], ["add", "r2", "y" * 10], ["add", "r3", "z" * 200]],
    "a changed text that has no room": [
        *(["add", "r1", "x" * 100], ["add", "r2", "y"], ["resend", "r1", "r9", "z" * 500]),
    ],
    "a thread that is resolved": [["resolve", "r1", "t1"], ["mark_sent", "r1", "alice"]],
}


def _pending_case(name: str, plan: list[list[Any]]) -> dict[str, Any]:
    queue = PendingQueue(limit=3, limit_bytes=500)
    results: list[str | None] = []
    for minute, (act, *arguments) in enumerate(plan):
        now = NOW + timedelta(minutes=minute)
        try:
            _ACTS[act](queue, now, *arguments)
            results.append(None)
        except TooManyRequests as error:
            results.append(str(error))
    head = queue.head()
    return {
        "name": name,
        "plan": plan,
        "results": results,
        "head": None if head is None else head.request_id,
        "dump": [{**entry, "since": _moment(entry["since"])} for entry in queue.dump()],
    }


def _moment(text: str) -> str:
    moment = datetime.fromisoformat(text)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _chat(request_id: str, content: str) -> Typed:
    return SendChatMessage(session_id=S, request_id=request_id, content=content)


def _resolve(request_id: str, comment_id: str) -> Typed:
    return ResolveComment(session_id=S, request_id=request_id, comment_id=comment_id)


_ACTS: dict[str, Callable[..., object]] = {
    "add": lambda queue, now, name, text: queue.add(_chat(name, text), now),
    "resolve": lambda queue, now, name, thread: queue.add(_resolve(name, thread), now),
    "resend": lambda queue, now, name, new, text: queue.resend(name, _chat(new, text), now),
    "mark_sent": lambda queue, _now, name, user: queue.mark_sent(name, user),
    "settle": lambda queue, _now, name: queue.settle(name),
    "refuse": lambda queue, _now, name, code, text: queue.refuse(name, Refusal(code, text)),
    "refuse_all": lambda queue, _now, code, text: queue.refuse_all(Refusal(code, text)),
    "come_as": lambda queue, _now, user: queue.come_as(user),
    "discard": lambda queue, _now, name: queue.discard(name),
}
