"""A tool call as a question to people: what it is, whole, and what of it cannot be allowed. Pure.

The digest is that of the tool and all of its input. What people are not shown whole they can only
deny: what is too long, is in a private file, or is hidden as a secret though it could do something,
as `TOKEN=abc123&reboot` does. Secrets alone are hidden: a path that is shortened would be another
command.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any, Final, Protocol, TypeAlias, cast

from peerline.agent.asking.named_files import named_files, spellings
from peerline.agent.products.hooks import call_title
from peerline.agent.products.json_reading import entries, text
from peerline.agent.texts import shorten, storable
from peerline.protocol.approvals import ApprovalQuestion, Choice
from peerline.protocol.limits import (
    MAX_APPROVAL_DETAIL_BYTES,
    MAX_CALL_FILES,
    MAX_CALL_TITLE_CHARS,
    MAX_TOOL_NAME_CHARS,
)

Json: TypeAlias = dict[str, Any]

WAIT_SECONDS: Final = 580
"""How long people may take; a hook is ended after 600 seconds."""
TOO_LONG: Final = "The input is too long to be shown whole, so that nobody can allow it."
PRIVATE: Final = "The file is private and is not shown, so that nobody can allow it."
HIDES_MORE: Final = "\n\n(What is hidden in it may be more than a secret: nobody can allow it.)"
_INERT: Final = re.compile(r"[A-Za-z0-9_.~+/=:@%^-]*", re.ASCII)
"""Characters that no shell gives a meaning of its own."""
_EXPANDS: Final = re.compile(r"[$`]|\beval\b")
"""Signs that a shell may run what a variable holds, which may be what is hidden."""
_MOST_CHARS: Final = 2 * MAX_APPROVAL_DETAIL_BYTES
_PATHS: Final = ("file_path", "notebook_path")
_EDIT: Final = ("old_string", "new_string", "replace_all")


class Cleaner(Protocol):
    """Takes secrets out of what leaves the machine."""

    def text(self, text: str) -> str:
        """The text without secrets; paths of the workspace are relative to it."""
        ...

    def redacted(self, text: str) -> str:
        """The text without secrets, and with its paths as they are."""
        ...

    def path(self, path: str) -> str | None:
        """The path in the workspace; None for one outside of it."""
        ...

    def is_private(self, text: str) -> bool:
        """Whether a path names a file whose content must not be shown."""
        ...

    def secrets_in(self, text: str) -> list[str]:
        """The parts of a text that are hidden."""
        ...


def digest(value: object) -> str:
    """The digest of a tool call; equal ones have equal digests."""
    whole = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return f"sha256:{hashlib.sha256(whole.encode()).hexdigest()}"


def call_digest(tool: str, given: Json) -> str:
    """The digest of a tool and its input."""
    return digest({"tool": tool, "input": given})


def call_question(
    tool: str, title: str, given: Json, cleaner: Cleaner, seconds: int
) -> ApprovalQuestion:
    """The question whether a tool may be used with this input."""
    paths = [path for name in _PATHS if (path := text(given, name))]
    private = private_files(given, cleaner)
    if private:
        title = names_of(private, cleaner)
    elif title in paths:
        title = cleaner.path(title) or title
    return make_question(
        title=title,
        tool=tool,
        detail=PRIVATE if private else call_detail(given),
        files=[file for path in [*paths, *private] if (file := cleaner.path(path)) is not None],
        digest=call_digest(tool, given),
        cleaner=cleaner,
        seconds=seconds,
        can_allow=bool(tool.strip()) and not private,
    )


def private_files(value: object, cleaner: Cleaner) -> list[str]:
    """The files that a call names whose content must not be shown."""
    return [name for name in named_files(value) if any(map(cleaner.is_private, spellings(name)))]


def names_of(files: Sequence[str], cleaner: Cleaner) -> str:
    """The files in a line."""
    return ", ".join(dict.fromkeys(cleaner.path(name) or name for name in files))


def given_question(given: Json, cleaner: Cleaner, seconds: int) -> ApprovalQuestion:
    """The question of a request: about a tool and its input, or with a title and a detail."""
    if "tool" in given:
        tool, call = text(given, "tool") or "", _input(given.get("input"))
        return call_question(tool, call_title(tool, call), call, cleaner, seconds)
    title, detail = text(given, "title") or "", text(given, "detail") or ""
    return make_question(
        title=title,
        tool="ask_approval",
        # A title that is cut, or in several lines, is whole here.
        detail="\n\n".join(part for part in (title, detail) if part),
        files=(),
        digest=digest({"title": title, "detail": detail}),
        cleaner=cleaner,
        seconds=seconds,
    )


def make_question(  # noqa: PLR0913 - the parts of a question
    *,
    title: str,
    tool: str,
    detail: str,
    files: Sequence[str],
    digest: str,
    cleaner: Cleaner,
    seconds: int,
    can_allow: bool = True,
) -> ApprovalQuestion:
    """A question of which what is not shown whole can only be denied."""
    # What cannot be shown is not looked through: that takes a second for some 100 KiB.
    is_readable = len(detail) <= _MOST_CHARS
    raw = storable(detail) if is_readable else ""
    shown = cleaner.redacted(raw)
    hidden = cleaner.secrets_in(raw)
    hides_more = not all(map(_INERT.fullmatch, hidden)) or bool(hidden and _EXPANDS.search(shown))
    if hides_more:
        shown += HIDES_MORE
    is_short = is_readable and len(shown.encode()) <= MAX_APPROVAL_DETAIL_BYTES
    is_whole = bool(shown.strip()) and is_short and not hides_more and raw == detail
    line = " ".join(cleaner.redacted(storable(title[:_MOST_CHARS])).split())
    name = " ".join(cleaner.redacted(storable(tool[:_MOST_CHARS])).split())
    return ApprovalQuestion(
        title=shorten(line, MAX_CALL_TITLE_CHARS) or "Use a tool",
        tool=name[:MAX_TOOL_NAME_CHARS] or "other",
        detail=shown if is_short else TOO_LONG,
        files=list(dict.fromkeys(files))[:MAX_CALL_FILES],
        options=[Choice.ALLOW_ONCE, Choice.DENY] if is_whole and can_allow else [Choice.DENY],
        expires_in=seconds,
        digest=digest,
    )


def call_detail(given: Json) -> str:
    """The whole input: a command alone, an edit as its lines, anything else as JSON."""
    command, path, names = text(given, "command"), text(given, "file_path"), set(given)
    if command is not None and names <= {"command", "description"}:
        return command
    lines: list[str] | None = None
    if names == {"file_path", "content"} and isinstance(given["content"], str):
        lines = added(given["content"])
    elif names == {"file_path", "edits"} and entries(given, "edits") == given["edits"]:
        edits = [_edit(edit) for edit in entries(given, "edits")]
        lines = None if None in edits else [line for edit in edits if edit for line in edit]
    else:
        lines = _edit({name: value for name, value in given.items() if name != "file_path"})
    if path is None or len(path.splitlines()) != 1 or not lines:
        return json.dumps(given, indent=1, ensure_ascii=False)
    return "\n".join([f"{path}:", *lines])


def added(content: object) -> list[str]:
    """The lines of a text that would be written."""
    return [f"+ {line}" for line in content.split("\n")] if isinstance(content, str) else []


def removed(content: object) -> list[str]:
    """The lines of a text that would go."""
    return [f"- {line}" for line in content.split("\n")] if isinstance(content, str) else []


def _input(given: object) -> Json:
    """The input of a tool; what is no object is shown, too."""
    if isinstance(given, dict):
        return cast("Json", given)
    return {} if given is None else {"input": given}


def _edit(edit: Json) -> list[str] | None:
    """The lines of an edit; None if there is more in it than these show."""
    old, new, is_everywhere = (edit.get(name) for name in _EDIT)
    if not isinstance(old, str) or not isinstance(new, str) or not set(edit) <= set(_EDIT):
        return None
    if not (is_everywhere is None or isinstance(is_everywhere, bool)):
        return None
    return [*(["(everywhere in the file)"] if is_everywhere else []), *removed(old), *added(new)]
