"""The limits of what an agent reports and of its local socket."""

from typing import Final

MAX_AGENT_UPDATE_BYTES: Final = 16 * 1024
"""The state of an agent, as JSON."""
MAX_DOING_CHARS: Final = 200
MAX_CALL_TITLE_CHARS: Final = 200
MAX_TOOL_NAME_CHARS: Final = 64
MAX_MODEL_CHARS: Final = 128
MAX_PLAN_ENTRIES: Final = 50
MAX_PLAN_ENTRY_CHARS: Final = 200
MAX_TURN_CHARS: Final = 8_000
"""A prompt, an answer, a note."""
MAX_CALL_TEXT_CHARS: Final = 2_000
"""The input of a tool call, and its output."""
MAX_CALL_FILES: Final = 20
MAX_DIFF_BYTES: Final = 32 * 1024
"""The diffs of one tool call together, as UTF-8."""
MAX_REASON_CHARS: Final = 64
MERGE_SECONDS: Final = 2.0
"""Calls that read or search within this time become one event."""
MAX_RUNNING_CALLS: Final = 64
"""Tool calls whose end has not come; of more the oldest is forgotten."""
MAX_TEXT_CHARS: Final = 64 * 1024
"""The part of a text that is looked at, before it is cut to its own limit."""
