"""The limits of what is on the wire; `make generate` writes them for TypeScript.

What an operator can set is in `peerline_server.settings`.
"""

from typing import Final

MAX_CONTENT_CHARS: Final = 8_000
MAX_USERNAME_CHARS: Final = 64
MAX_FILE_CHARS: Final = 512
MAX_SNIPPET_CHARS: Final = 2_000
MAX_CONTEXT_LINES: Final = 5
MAX_CONTEXT_LINE_CHARS: Final = 500
MAX_SKETCH_LINES: Final = 32
"""Lines before an anchor, and as many after it, that its sketch covers."""
MAX_LOOKALIKES: Final = 32
LOOKALIKE_LINES: Final = 3
"""Lines before and after a lookalike, each."""
MAX_MENTIONS: Final = 50
MAX_EMOJI_CHARS: Final = 32
MAX_REACTIONS: Final = 20
"""Different emoji on one message, comment or reply."""
MAX_CONTEXT_ENTRIES: Final = 32
MAX_TITLE_CHARS: Final = 200
MAX_CONTEXT_KEY_CHARS: Final = 64
MAX_CONTEXT_VALUE_CHARS: Final = 1_000
MAX_FILE_EVENTS: Final = 50
"""The latest file events that a snapshot shows."""
DEFAULT_PAGE: Final = 50
MAX_PAGE: Final = 200
"""Items in one page of an answer."""
MAX_SEARCH_CHARS: Final = 200
MAX_ACTIVITY_TYPES: Final = 20
MIN_INVITE_SECONDS: Final = 60
MAX_INVITE_SECONDS: Final = 365 * 24 * 3600
MAX_INVITE_USES: Final = 1_000_000
MAX_LINE: Final = 2_147_483_647
MAX_TOKEN_CHARS: Final = 8_192
MAX_AVATAR_CHARS: Final = 2_048
"""The address of a picture; a longer one is left out."""
MIN_GUEST_KEY_CHARS: Final = 20
MAX_GUEST_KEY_CHARS: Final = 128
MAX_INTEGER: Final = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly (RFC 8259, section 6)."""
MAX_DOCUMENT_BYTES: Final = 2**20
"""The text of a shared document, as UTF-8."""
MAX_DOCUMENT_LINES: Final = 50_000
MAX_UPDATE_BYTES: Final = 256 * 1024
"""One update of a shared document; what is larger is sent in parts."""
MAX_STATE_VECTOR_CHARS: Final = 400_000
"""A state vector in Base64: some 25,000 clients."""
MAX_PRODUCT_CHARS: Final = 64
MAX_MODEL_CHARS: Final = 128
MAX_AGENT_UPDATE_BYTES: Final = 16 * 1024
"""The state of an agent, as JSON."""
MAX_DOING_CHARS: Final = 200
MAX_CALL_TITLE_CHARS: Final = 200
MAX_TOOL_NAME_CHARS: Final = 64
MAX_PLAN_ENTRIES: Final = 50
MAX_PLAN_ENTRY_CHARS: Final = 200
MAX_TURN_CHARS: Final = 8_000
"""A prompt of an agent, its answer, a note."""
MAX_WORK_EVENTS: Final = 200
"""Of the turn of an agent the last ones are shown; one page of the activity has them."""
MAX_REASON_CHARS: Final = 64
MAX_HEALTH_REASONS: Final = 10
MAX_HEALTH_REASON_CHARS: Final = 100
MAX_CALL_TEXT_CHARS: Final = 2_000
"""The input of a tool call, and its output."""
MAX_QUOTED_CHARS: Final = 4_000
"""Of code that a message or a prompt quotes: the place says where the rest is."""
SHOWN_PROMPT_CHARS: Final = 200
"""Of a prompt in a list or a line; lists of participants are sent often."""
MAX_CALL_FILES: Final = 20
MAX_DIFF_BYTES: Final = 32 * 1024
"""The diffs of one tool call together, as UTF-8."""
MAX_APPROVAL_DETAIL_BYTES: Final = 32 * 1024
"""The input of a tool that people are asked about, as UTF-8."""
SHOWN_DETAIL_CHARS: Final = 2_000
"""Of it what everybody is sent; the rest is asked for."""
MAX_APPROVALS: Final = 20
"""Open questions of one agent."""
MAX_OWNER_APPROVAL_BYTES: Final = 256 * 1024
"""Open questions of one owner's agents, as JSON, without the parts that are asked for."""
MAX_SESSION_APPROVAL_BYTES: Final = 2 * 1024 * 1024
"""Those of a session: everybody who joins is sent them."""
MIN_APPROVAL_SECONDS: Final = 5
MAX_APPROVAL_SECONDS: Final = 3_600
MAX_COMMENT_CHARS: Final = 1_000
"""The remark beside an answer to an agent."""
MAX_PROMPTS: Final = 20
"""Prompts of one agent that are not over."""
MAX_SESSION_PROMPT_BYTES: Final = 1024 * 1024
"""Those of a session, as JSON: everybody who joins is sent them."""
MAX_ANSWER_CHARS: Final = 2_000
"""Of an answer that is being written, the end."""
MAX_TREE_PAGE: Final = 500
"""The entries of a folder in one page."""
