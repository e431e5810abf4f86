"""A scripted model on 127.0.0.1 that speaks Anthropic's Messages, for real agents.

Each answer of the script is a text, or a call of a tool. Requests that are not a turn of the
conversation, such as those for a title, get a short text.
"""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Say:
    """An answer that ends the turn, once it may be given."""

    text: str
    asked: threading.Event = field(default_factory=threading.Event)
    """Set when the answer is wanted."""
    may_answer: threading.Event | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """A call of a tool."""

    name: str
    input: dict[str, Any] = field(default_factory=dict[str, Any])


class ModelStub:
    """Serves a script from a free port until it is closed."""

    def __init__(self, script: Sequence[Say | Use]) -> None:
        self.requests: list[dict[str, Any]] = []
        """The bodies of the turns, in order."""
        self._script = list(script)
        self._lock = threading.Lock()
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if not self.path.startswith("/v1/messages") or "count_tokens" in self.path:
                    self._send("application/json", json.dumps({"input_tokens": 10}).encode())
                    return
                number, step = stub._next(body)
                if isinstance(step, Say):
                    step.asked.set()
                    if step.may_answer is not None:
                        step.may_answer.wait(_SECONDS)
                if body.get("stream"):
                    self._send("text/event-stream", _stream(number, step, body["model"]))
                else:
                    self._send("application/json", json.dumps(_whole(number, step, body)).encode())

            def do_GET(self) -> None:
                self._send("application/json", b"{}")

            do_HEAD = do_GET  # noqa: N815 - called by this name

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name
                pass

            def _send(self, kind: str, data: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _next(self, body: dict[str, Any]) -> tuple[int, Say | Use]:
        with self._lock:
            if not body.get("tools"):
                return 0, Say("ok")
            self.requests.append(body)
            step = self._script.pop(0) if self._script else Say("Nothing more.")
            return len(self.requests), step


def _block(number: int, step: Say | Use) -> dict[str, Any]:
    if isinstance(step, Say):
        return {"type": "text", "text": step.text}
    return {
        "type": "tool_use",
        "id": f"toolu_{number:04}",
        "name": step.name,
        "input": step.input,
    }


def _whole(number: int, step: Say | Use, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"msg_{number}",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": [_block(number, step)],
        "stop_reason": "end_turn" if isinstance(step, Say) else "tool_use",
        "stop_sequence": None,
        "usage": {"input_tokens": 100, "output_tokens": 20},
    }


def _stream(number: int, step: Say | Use, model: str) -> bytes:
    whole = _whole(number, step, {"model": model})
    start = {**whole, "content": [], "stop_reason": None}
    if isinstance(step, Say):
        block: dict[str, Any] = {"type": "text", "text": ""}
        delta = {"type": "text_delta", "text": step.text}
    else:
        block = {**_block(number, step), "input": {}}
        delta = {"type": "input_json_delta", "partial_json": json.dumps(step.input)}
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": block},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": whole["stop_reason"], "stop_sequence": None},
            "usage": {"output_tokens": 20},
        },
        {"type": "message_stop"},
    ]
    lines = [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events]
    return "".join(lines).encode()
