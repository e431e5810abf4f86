"""An agent on the SDK of the Agent Client Protocol: it plans, reads, asks, edits and answers.

The first argument is a file that it edits; it does so only if it may.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

import acp
from acp import schema
from acp.helpers import (
    plan_entry,
    start_edit_tool_call,
    start_read_tool_call,
    text_block,
    tool_diff_content,
    update_agent_message,
    update_plan,
    update_tool_call,
)

FILE = Path(sys.argv[1])


class Agent:
    """One session at a time."""

    def on_connect(self, conn: acp.Client) -> None:
        self._client = conn

    async def initialize(self, protocol_version: int, **_: Any) -> schema.InitializeResponse:
        info = schema.Implementation(name="sample-agent", version="1.0")
        return schema.InitializeResponse(protocol_version=protocol_version, agent_info=info)

    async def new_session(self, cwd: str, **_: Any) -> schema.NewSessionResponse:
        del cwd
        return schema.NewSessionResponse(session_id="one")

    async def prompt(self, prompt: list[Any], session_id: str, **_: Any) -> schema.PromptResponse:
        del prompt
        tell = self._client.session_update
        await tell(session_id, update_plan([plan_entry("Edit it", status="in_progress")]))
        await tell(session_id, start_read_tool_call("r1", "Read it", str(FILE)))
        await tell(session_id, update_tool_call("r1", status="completed"))
        old, new = "one\n", "one\nmore\n"
        diff = tool_diff_content(str(FILE), new, old)
        await tell(session_id, start_edit_tool_call("e1", "Edit it", str(FILE), diff))
        options = [
            schema.PermissionOption(option_id="y", name="Yes", kind="allow_once"),
            schema.PermissionOption(option_id="n", name="No", kind="reject_once"),
        ]
        call = schema.ToolCallUpdate(tool_call_id="e1", title="Edit it")
        answer = await self._client.request_permission(
            session_id=session_id, tool_call=call, options=options
        )
        may = getattr(answer.outcome, "option_id", "") == "y"
        if may:
            await asyncio.to_thread(FILE.write_text, new)
        status = "completed" if may else "failed"
        await tell(session_id, update_tool_call("e1", status=status, content=[diff]))
        await tell(session_id, update_agent_message(text_block("Done.")))
        return schema.PromptResponse(stop_reason="end_turn")


asyncio.run(acp.run_agent(Agent()))  # pyright: ignore[reportArgumentType] - what it needs
