"""The commands that an agent has its client run: what is run, asked for, and answered. Pure.

A command runs once people have allowed it: as the command of a tool call that the agent asked a
permission for in the same turn, or else by a question of its own.
"""

import os
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from peerline.agent.acp.values import Object, an_object, objects, text, whole
from peerline.agent.asking.question import Cleaner, call_question
from peerline.agent.hosting.peer import INVALID, RpcError
from peerline.agent.texts import storable
from peerline.processes import shell
from peerline.protocol.approvals import ApprovalQuestion
from peerline.protocol.limits import MAX_CALL_TEXT_CHARS

MAX_OUTPUT_BYTES: Final = 1024 * 1024
"""Of the output of a command the last bytes are kept; an agent may ask for fewer."""
MAX_COMMAND_CHARS: Final = 32_768
MAX_ARGUMENTS: Final = 1_000
MAX_CLEANED_BYTES: Final = 64 * 1024
"""Of the end of the output, of which people are shown the last lines without secrets."""
MAX_ALLOWED: Final = 50
"""Commands that were allowed, and have not been run; the oldest are forgotten."""
TOOL: Final = "execute"
"""The tool of a question about a command: its kind, as ACP names it."""
_END_CHARS: Final = 100
"""Room for the line that tells how a command has ended."""


@dataclass(frozen=True, slots=True)
class TerminalCommand:
    """A command as an agent wants it to be run."""

    line: str
    """The command as people read it."""
    arguments: tuple[str, ...]
    folder: Path
    added: dict[str, str] = field(default_factory=dict[str, str])
    """Variables beside those of the agent."""
    limit: int = MAX_OUTPUT_BYTES
    """The bytes of its output that the agent is told."""


def command_of(params: Object, folder: Path) -> TerminalCommand:
    """The command of `terminal/create`; one without arguments is a line for the shell.

    Raises:
        RpcError: if it cannot be run as it is.
    """
    program, given, names = params.get("command"), params.get("args"), params.get("env")
    items = cast("list[object]", given) if isinstance(given, list) else []
    parts = [part for part in items if isinstance(part, str)]
    if not isinstance(program, str) or not program.strip():
        raise RpcError(INVALID, "command: must be a text")
    if program.startswith("-") or (parts and "=" in program):
        raise RpcError(INVALID, "command: must be a program, and no option or variable")
    if len(parts) != len(items) or len(parts) > MAX_ARGUMENTS:
        raise RpcError(INVALID, f"args: must be at most {MAX_ARGUMENTS} texts")
    line = shlex.join([program, *parts]) if parts else program
    if len(line) > MAX_COMMAND_CHARS or "\0" in line:
        raise RpcError(INVALID, f"command: must have at most {MAX_COMMAND_CHARS} characters")
    variables = objects(names)
    added = {
        name: value
        for one in variables
        if (name := text(one.get("name"))) and isinstance(value := one.get("value"), str)
    }
    if len(added) != (len(cast("list[object]", names)) if isinstance(names, list) else 0):
        raise RpcError(INVALID, "env: each must have a name of its own and a value")
    limit = whole(params.get("outputByteLimit"))
    return TerminalCommand(
        line,
        (program, *parts) if parts else shell(program),
        _place(text(params.get("cwd")), folder),
        added,
        MAX_OUTPUT_BYTES if limit is None else min(limit, MAX_OUTPUT_BYTES),
    )


def _place(given: str | None, folder: Path) -> Path:
    root = Path(os.path.realpath(folder))
    try:
        path = root if given is None else Path(os.path.realpath(root / given))
    except (OSError, ValueError):
        path = Path()
    if not path.is_absolute() or not path.is_relative_to(root):
        raise RpcError(INVALID, "cwd: must be in the folder of the agent")
    return path


def check_folder(command: TerminalCommand) -> None:
    """Look whether its folder is still the one that people were shown.

    Raises:
        RpcError: if it leads elsewhere by now.
    """
    if os.path.realpath(command.folder) != str(command.folder):
        raise RpcError(INVALID, "cwd: is another folder by now")


def question_of_command(
    command: TerminalCommand, folder: Path, cleaner: Cleaner, seconds: int
) -> ApprovalQuestion:
    """The question whether a command may be run, with all that is not as usual."""
    given: Object = {"command": command.line}
    if not _is_in(command, folder):
        given["cwd"] = str(command.folder)
    if command.added:
        given["env"] = command.added
    return call_question(TOOL, command.line, given, cleaner, seconds)


class Allowed:
    """The commands that people have allowed in a turn; each is run once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lines: list[str] = []

    def add(self, call: Object) -> None:
        """People have allowed a tool call; it counts if its command is all that they were shown."""
        given = an_object(call.get("rawInput"))
        line = given.get("command")
        is_alone = set(given) <= {"command", "description"} and call.get("kind") == TOOL
        if isinstance(line, str) and is_alone:
            self._lines = [*self._lines, line][-MAX_ALLOWED:]

    def take(self, command: TerminalCommand) -> bool:
        """Whether a command is exactly what they have allowed."""
        if command.line not in self._lines or command.added or not _is_in(command, self._folder):
            return False
        self._lines.remove(command.line)
        return True

    def clear(self) -> None:
        """The turn is over."""
        self._lines.clear()


def hides_output(command: TerminalCommand, folder: Path, cleaner: Cleaner) -> bool:
    """Whether what a command writes may come from a private file: only its end is shown then."""
    texts = [command.line, *command.added.values()]
    if not _is_in(command, folder):
        inner = os.path.relpath(command.folder, os.path.realpath(folder))
        texts += [f"{inner}/{word}" for word in ("x", *" ".join(texts).split())]
    return any(map(cleaner.is_private, texts))


def _is_in(command: TerminalCommand, folder: Path) -> bool:
    return command.folder == Path(os.path.realpath(folder))


class Output:
    """The end of the output of a command."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._is_cut = False
        self.written = 0
        """All bytes so far."""

    def add(self, data: bytes) -> None:
        """The next bytes."""
        self._bytes += data
        self.written += len(data)
        if len(self._bytes) > MAX_OUTPUT_BYTES:
            del self._bytes[: len(self._bytes) - MAX_OUTPUT_BYTES]
            self._is_cut = True

    def last(self, limit: int) -> tuple[str, bool]:
        """The last bytes as text, from the beginning of a character; whether some are missing."""
        start = max(0, len(self._bytes) - limit)
        end = min(len(self._bytes), start + 3) if start or self._is_cut else start
        while start < end and self._bytes[start] & 0xC0 == 0x80:  # noqa: PLR2004 - UTF-8
            start += 1
        return self._bytes[start:].decode("utf-8", "replace"), self._is_cut or start > 0

    def shown(self, end: str, cleaner: Cleaner) -> str:
        """The last lines for people, and how the command has ended."""
        found, is_cut = self.last(MAX_CLEANED_BYTES)
        if is_cut:
            # The rest of a line whose beginning is missing is not known as that of a private file.
            found = found.partition("\n")[2] or found
        clean = cleaner.text(storable(found.replace("\r\n", "\n"))).rstrip()
        most = MAX_CALL_TEXT_CHARS - _END_CHARS
        if len(clean) > most:
            clean, is_cut = clean[-most:], True
            first, is_line, rest = clean.partition("\n")
            clean = rest if is_line and len(first) < most else clean
        return "\n".join(part for part in ("…" if is_cut else "", clean, f"[{end}]") if part)


def end_of(code: int | None, signal_name: str | None) -> str:
    """The end of a command in words."""
    if signal_name is not None:
        return f"ended by {signal_name}"
    return "still running" if code is None else f"exit code {code}"
