// Generated from peerline/protocol by `make generate`. Do not edit.
import type { ErrorCode } from "./protocol.ts";

/** Errors after which the same request may succeed. */
export const RETRIABLE: readonly ErrorCode[] = ["OWNER_AWAY", "RATE_LIMITED", "SERVER_BUSY", "INTERNAL_ERROR"];

/** Errors after which the user cannot join the session again. */
export const ENDS: readonly ErrorCode[] = ["SESSION_NOT_FOUND", "NOT_A_PARTICIPANT", "BANNED", "SESSION_ENDED"];

/** How a refused join closes the socket. */
export const CLOSE_CODE_FOR_ERROR: Readonly<Partial<Record<ErrorCode, number>>> = {"AUTH_REQUIRED": 4401, "TOKEN_INVALID": 4401, "TOKEN_EXPIRED": 4401, "TOKEN_REVOKED": 4401, "INVITE_INVALID": 4403, "INVITE_EXPIRED": 4403, "INVITE_EXHAUSTED": 4403, "INVITE_FULL": 4403, "JOIN_DENIED": 4403, "JOIN_UNANSWERED": 4408, "NOT_A_PARTICIPANT": 4403, "CREATION_DENIED": 4403, "AGENT_LIMIT": 4403, "OWNER_AWAY": 1013, "BANNED": 4410, "SESSION_NOT_FOUND": 4404, "SESSION_ENDED": 4411, "RATE_LIMITED": 1013, "SERVER_BUSY": 1013, "INTERNAL_ERROR": 1013};

/** The codes that a socket is closed with. */
export const CLOSE = {"NORMAL": 1000, "GOING_AWAY": 1001, "MESSAGE_TOO_BIG": 1009, "SERVICE_RESTART": 1012, "TRY_AGAIN_LATER": 1013, "PROTOCOL_ERROR": 4400, "UNAUTHORIZED": 4401, "FORBIDDEN": 4403, "NOT_FOUND": 4404, "AUTH_TIMEOUT": 4408, "REMOVED": 4410, "SESSION_ENDED": 4411, "FLOODED": 4429, "SLOW_CONSUMER": 4508, "SHUTDOWN": 4512} as const;

/** A client does not come back after a close code from the first to the last. */
export const FINAL_CLOSE_CODES = [4400, 4499] as const;

export const MAX_CONTENT_CHARS = 8000;
export const MAX_USERNAME_CHARS = 64;
export const MAX_FILE_CHARS = 512;
export const MAX_SNIPPET_CHARS = 2000;
export const MAX_CONTEXT_LINES = 5;
export const MAX_CONTEXT_LINE_CHARS = 500;
export const MAX_SKETCH_LINES = 32;
export const MAX_LOOKALIKES = 32;
export const LOOKALIKE_LINES = 3;
export const MAX_MENTIONS = 50;
export const MAX_EMOJI_CHARS = 32;
export const MAX_REACTIONS = 20;
export const MAX_CONTEXT_ENTRIES = 32;
export const MAX_TITLE_CHARS = 200;
export const MAX_CONTEXT_KEY_CHARS = 64;
export const MAX_CONTEXT_VALUE_CHARS = 1000;
export const MAX_FILE_EVENTS = 50;
export const DEFAULT_PAGE = 50;
export const MAX_PAGE = 200;
export const MAX_SEARCH_CHARS = 200;
export const MAX_ACTIVITY_TYPES = 20;
export const MIN_INVITE_SECONDS = 60;
export const MAX_INVITE_SECONDS = 31536000;
export const MAX_INVITE_USES = 1000000;
export const MAX_LINE = 2147483647;
export const MAX_TOKEN_CHARS = 8192;
export const MAX_AVATAR_CHARS = 2048;
export const MIN_GUEST_KEY_CHARS = 20;
export const MAX_GUEST_KEY_CHARS = 128;
export const MAX_INTEGER = 9007199254740991;
export const MAX_DOCUMENT_BYTES = 1048576;
export const MAX_DOCUMENT_LINES = 50000;
export const MAX_UPDATE_BYTES = 262144;
export const MAX_STATE_VECTOR_CHARS = 400000;
export const MAX_PRODUCT_CHARS = 64;
export const MAX_MODEL_CHARS = 128;
export const MAX_AGENT_UPDATE_BYTES = 16384;
export const MAX_DOING_CHARS = 200;
export const MAX_CALL_TITLE_CHARS = 200;
export const MAX_TOOL_NAME_CHARS = 64;
export const MAX_PLAN_ENTRIES = 50;
export const MAX_PLAN_ENTRY_CHARS = 200;
export const MAX_TURN_CHARS = 8000;
export const MAX_WORK_EVENTS = 200;
export const MAX_REASON_CHARS = 64;
export const MAX_HEALTH_REASONS = 10;
export const MAX_HEALTH_REASON_CHARS = 100;
export const MAX_CALL_TEXT_CHARS = 2000;
export const MAX_QUOTED_CHARS = 4000;
export const SHOWN_PROMPT_CHARS = 200;
export const MAX_CALL_FILES = 20;
export const MAX_DIFF_BYTES = 32768;
export const MAX_APPROVAL_DETAIL_BYTES = 32768;
export const SHOWN_DETAIL_CHARS = 2000;
export const MAX_APPROVALS = 20;
export const MAX_OWNER_APPROVAL_BYTES = 262144;
export const MAX_SESSION_APPROVAL_BYTES = 2097152;
export const MIN_APPROVAL_SECONDS = 5;
export const MAX_APPROVAL_SECONDS = 3600;
export const MAX_COMMENT_CHARS = 1000;
export const MAX_PROMPTS = 20;
export const MAX_SESSION_PROMPT_BYTES = 1048576;
export const MAX_ANSWER_CHARS = 2000;
export const MAX_TREE_PAGE = 500;
export const CONNECT_SECONDS = 10;
export const JOIN_SECONDS = 10;
export const REQUEST_SECONDS = 30;
export const LEAVE_SECONDS = 2;
export const BACKOFF_BASE_SECONDS = 0.5;
export const BACKOFF_CAP_SECONDS = 30;
export const GRACE_SECONDS = 1;
export const UNKNOWN_RETRY_SECONDS = 1;
export const MAX_PENDING = 1000;
export const MAX_UNSETTLED = 1000;
export const MAX_SHARE_IN_MESSAGE = 16384;
export const MAX_WAITING = 500;
export const MAX_WAITING_BYTES = 1048576;
export const ANSWER_SECONDS = 3;
export const UNSENT_RETRY_SECONDS = 1;
export const BATCH_SECONDS = 0.015;
export const MAX_IN_FLIGHT = 64;
export const MAX_BATCHED = 256;
export const MAX_UNCONFIRMED_BYTES = 8388608;
export const MAX_EXACT = 20000;
export const MAX_LINES = 5000;
export const MAX_REPAIRS = 3;
export const REPAIR_SECONDS = 60;
export const DOCUMENT_RETRY_SECONDS = 1;
export const EVENT_SECONDS = 10;
export const DEFAULT_PORT = 8377;
export const DEFAULT_WEB_PORT = 80;
export const DEFAULT_TLS_PORT = 443;
export const COLOR_COUNT = 12;
