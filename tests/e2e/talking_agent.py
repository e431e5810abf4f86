"""An agent of the Agent Client Protocol in plain lines, which also writes what makes no sense.

The argument is a word that is in all that it writes. It ends its turn with an answer.
"""

import json
import sys
from typing import Any

WORD = sys.argv[1]


def write(**message: Any) -> None:
    """A message."""
    write_line(json.dumps({"jsonrpc": "2.0", **message}))


def write_line(line: str) -> None:
    """Something that may be none."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def update(kind: str, /, **fields: Any) -> None:
    """A notification of the turn."""
    params = {"sessionId": WORD, "update": {"sessionUpdate": kind, **fields}}
    write(method="session/update", params=params)


def work() -> None:
    """A turn."""
    content = {"type": "text", "text": f"{WORD} printed"}
    update("plan", entries=[{"content": f"{WORD} planned", "status": "pending"}])
    update(
        "tool_call",
        toolCallId=WORD,
        title=f"{WORD} called",
        kind="execute",
        rawInput={"command": f"echo {WORD}"},
    )
    ended = [{"type": "content", "content": content}]
    update("tool_call_update", toolCallId=WORD, status="completed", content=ended)
    write_nonsense()
    update("agent_message_chunk", content={"type": "text", "text": f"{WORD} answered"})


def write_nonsense() -> None:
    """No JSON, no message, no method and no parameters."""
    for line in (WORD, f'{{"method": "{WORD}', json.dumps([WORD]), json.dumps({WORD: WORD})):
        write_line(line)
    update(WORD, content=[WORD], entries=WORD)
    update("plan", entries=WORD)
    update("tool_call", toolCallId=WORD, content=[{"type": WORD}], locations=[WORD], kind=WORD)
    write(id=WORD, result=WORD)
    methods = ("fs/read_text_file", "fs/write_text_file", "session/request_permission")
    terminals = ("terminal/create", "terminal/output", "terminal/release")
    for number, method in enumerate((WORD, *methods, *terminals)):
        params = {"path": f"/{WORD}\0", "content": f"{WORD}\ud800", "toolCall": {"title": [WORD]}}
        write(id=number, method=method, params={**params, "terminalId": WORD, "command": [WORD]})


for line in sys.stdin:
    message = json.loads(line)
    result: dict[str, Any]
    match message.get("method"):
        case "initialize":
            result = {"protocolVersion": 1}
        case "session/new":
            result = {"sessionId": WORD}
        case "session/prompt":
            work()
            result = {"stopReason": "end_turn"}
        case _:
            continue
    write(id=message["id"], result=result)
