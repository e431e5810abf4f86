"""The one way to start a process: our own ones, apart from the folder that we are in, and others.

Two kinds. *Ours* (a server, `peerline start`, git) run in no folder of a project, with nothing that
one could have put on the path of Python or of the system, and with no secret in their arguments.
*The user's* run where the user wants, with nothing of Peerline's in their environment; those that
are captured have a mark, by which all that they start is found.
"""

import errno
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired
from typing import IO, TYPE_CHECKING, Final, TypeAlias

from peerline.bound_processes import BOUND, BOUND_SESSION

if TYPE_CHECKING:
    import asyncio

__all__ = [
    "Command",
    "Process",
    "TimeoutExpired",
    "bound",
    "capture",
    "converse",
    "detach",
    "feed",
    "find_program",
    "git",
    "hand_to",
    "installed",
    "own",
    "path_outside",
    "pipe_through",
    "run",
    "shell",
    "start",
    "users",
]
Process: TypeAlias = "subprocess.Popen[bytes]"
"""A process that was started here, for the types of those who use it."""
MAIN: Final = Path(__file__).resolve().with_name("__main__.py")
_PATHS: Final = ("PEERLINE_DATA_DIR", "PEERLINE_TOKEN_FILE")
"""Variables with a path, which is one of the folder that we are in."""
_FOR_CLIENTS: Final = frozenset({"PEERLINE_TOKEN", "PEERLINE_LINK"})
"""Secrets of the participant, which no process of ours needs."""
GIT_QUERIES: Final = frozenset({"rev-parse", "check-ignore", "cat-file", "shortlog", "var"})
"""Questions that run no filter, difference or merge driver of a repository, and change nothing."""
_GIT_SETTINGS: Final = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.pager": "cat",
    "core.sshCommand": "false",
    "core.askPass": "",
    "credential.helper": "",
    "diff.external": "",
    "log.showSignature": "false",
    "safe.bareRepository": "explicit",
}
_GIT_ENVIRONMENT: Final = {
    # Takes precedence over what a repository allows: a missing object is not fetched.
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
_OF_A_COMMIT: Final = frozenset({"GIT_INDEX_FILE", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL"})
"""The variables by which git tells a hook the index and the author of the commit."""


@dataclass(frozen=True, slots=True)
class Command:
    """A process that can be started."""

    arguments: tuple[str, ...]
    """The program's absolute path first."""
    folder: Path
    environment: Mapping[str, str]


def own(*arguments: str, environ: Mapping[str, str] | None = None) -> Command:
    """`peerline ARGUMENTS` by this Python, isolated from the folder, the variables and the user.

    PYTHONPATH, which may name a folder of a project, does not count, nor does what the user's
    site-packages would run at the start; `peerline.__main__` finds this package nevertheless.
    """
    utf8 = ("-X", "utf8") if sys.flags.utf8_mode else ()
    return Command(
        (sys.executable, "-I", *utf8, str(MAIN), *arguments),
        _neutral_folder(),
        _own_environment(os.environ if environ is None else environ),
    )


def git(
    folder: Path,
    *arguments: str,
    environ: Mapping[str, str] | None = None,
    is_of_commit: bool = False,
) -> Command | None:
    """A question to git about a checkout, which may be hostile; None if there is no git.

    With `is_of_commit` it is about the commit whose hook this process was started by.

    Raises:
        ValueError: if it is not one of the questions that run nothing of the checkout.
    """
    if not arguments or arguments[0] not in GIT_QUERIES:
        raise ValueError(f"git is asked for {', '.join(sorted(GIT_QUERIES))} only")
    given = os.environ if environ is None else environ
    program = find_program("git", outside=folder, environ=given)
    if program is None:
        return None
    settings = [part for name, value in _GIT_SETTINGS.items() for part in ("-c", f"{name}={value}")]
    inherited = {
        name: value
        for name, value in _own_environment(given).items()
        if not name.upper().startswith("GIT_") or (is_of_commit and name in _OF_A_COMMIT)
    }
    return Command(
        (program, "--no-pager", *settings, "-C", str(folder.absolute()), *arguments),
        _neutral_folder(),
        {**inherited, **_GIT_ENVIRONMENT},
    )


def installed(path: str, *arguments: str) -> Command:
    """A program that `find_program` has found, apart from the folder that we are in."""
    return Command((path, *arguments), _neutral_folder(), _own_environment(os.environ))


def users(
    arguments: Sequence[str], folder: Path, environ: Mapping[str, str] | None = None
) -> Command:
    """A command that the user runs, in a folder that the user names, without our variables."""
    given = os.environ if environ is None else environ
    kept = {name: value for name, value in given.items() if not _is_peerlines(name)}
    return Command(tuple(arguments), folder, kept)


def shell(line: str) -> tuple[str, ...]:
    """The arguments that have the system's shell run a line that the user wrote."""
    if os.name == "nt":
        return (os.environ.get("COMSPEC", "cmd.exe"), "/d", "/s", "/c", line)
    return ("/bin/sh", "-c", line)


def bound(command: Command) -> Command:
    """The command as a program that ends when this process does, however it does; not on Windows.

    It must be started with `is_bound`: the system closes the pipe of its standard input with us,
    and a shell beside it that waits for that ends it. A line says that the program has ended.

    Raises:
        OSError: if the program is not there, or may not be run.
    """
    if os.name == "nt":
        return command
    program = Path(command.arguments[0])
    if program.is_absolute() and not os.access(program, os.X_OK):
        code = errno.EACCES if program.exists() else errno.ENOENT
        raise OSError(code, os.strerror(code))
    return replace(command, arguments=("/bin/sh", "-c", BOUND, "sh", *command.arguments))


def find_program(
    name: str, *, outside: Path | None = None, environ: Mapping[str, str] | None = None
) -> str | None:
    """The absolute path of a program on the PATH, unless it is in a project.

    Relative entries of the PATH and the empty one, which mean the folder that we are in, do not
    count, nor do those inside of `outside` (that folder).
    """
    project = Path.cwd() if outside is None else outside
    for entry in _entries_outside([project], os.environ if environ is None else environ):
        for candidate in _spellings(name):
            path = Path(entry, candidate)
            if path.is_file() and os.access(path, os.X_OK):
                return str(path)
    return None


def path_outside(projects: Iterable[Path], environ: Mapping[str, str]) -> str:
    """The PATH without its relative entries and those that belong to projects."""
    return os.pathsep.join(_entries_outside(projects, environ))


def _entries_outside(projects: Iterable[Path], environ: Mapping[str, str]) -> list[str]:
    roots = [project.resolve() for project in projects]
    return [
        entry
        for entry in os.get_exec_path(dict(environ))
        if os.path.isabs(entry)  # noqa: PTH117 - text
        and not any(is_within(Path(entry), root) for root in roots)
    ]


def is_within(folder: Path, project: Path) -> bool:
    """Whether a folder of programs belongs to a project.

    Somebody who works in the home folder, or above it, has their own programs below it.
    """
    found = folder.resolve()
    try:
        is_above_home = Path.home().resolve().is_relative_to(project)
    except RuntimeError:  # a container whose user has no home folder
        is_above_home = project == Path(project.anchor)
    return found == project if is_above_home else found.is_relative_to(project)


def run(command: Command, *, timeout: float, stdin: bytes = b"") -> CompletedProcess[bytes]:
    """Run a command to its end.

    Raises:
        OSError: if it cannot be started.
        TimeoutExpired: if it takes longer.
    """
    return subprocess.run(  # noqa: S603 - what may be started is decided above
        command.arguments,
        cwd=command.folder,
        env=command.environment,
        input=stdin,
        capture_output=True,
        timeout=timeout,
        check=False,
    )


def hand_to(command: Command, data: bytes) -> int:
    """Run a command to its end that reads `data` and writes where we do; its exit code.

    Raises:
        OSError: if it cannot be started.
    """
    return subprocess.run(  # noqa: S603 - the same
        command.arguments,
        cwd=command.folder,
        env=command.environment,
        input=data,
        check=False,
    ).returncode


def detach(command: Command, output: IO[bytes]) -> Process:
    """Start a command that outlives this process.

    Raises:
        OSError: if it cannot be started.
    """
    return subprocess.Popen(  # noqa: S603 - the same
        command.arguments,
        cwd=command.folder,
        env=command.environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=os.name != "nt",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


def pipe_through(command: Command) -> Process:
    """Start a command whose input and output are pipes of ours; its errors go where ours go.

    Raises:
        OSError: if it cannot be started.
    """
    return subprocess.Popen(  # noqa: S603 - the same
        command.arguments,
        bufsize=0,
        cwd=command.folder,
        env=command.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def feed(command: Command) -> Process:
    """Start a command that reads what we write, holds none of our streams and may outlive us.

    Raises:
        OSError: if it cannot be started.
    """
    return subprocess.Popen(  # noqa: S603 - the same
        command.arguments,
        bufsize=0,
        cwd=command.folder,
        env=command.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=os.name != "nt",
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


async def start(
    command: Command, *, stderr: int = subprocess.PIPE, is_bound: bool = False
) -> "asyncio.subprocess.Process":
    """Start a command whose output is awaited; one that is `bound` has to be told when it is over.

    Raises:
        OSError: if it cannot be started.
    """
    import asyncio  # noqa: PLC0415 - the program of the hooks needs no more than `hand_to`

    return await asyncio.create_subprocess_exec(
        *command.arguments,
        cwd=command.folder,
        env=command.environment,
        stdin=subprocess.PIPE if is_bound else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
    )


async def converse(command: Command) -> "asyncio.subprocess.Process":
    """Start a command with pipes both ways, in a group of its own; its errors go where ours go.

    Raises:
        OSError: if it cannot be started.
    """
    import asyncio  # noqa: PLC0415 - the program of the hooks needs no more than `hand_to`

    return await asyncio.create_subprocess_exec(
        *command.arguments,
        cwd=command.folder,
        env=command.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=os.name != "nt",
    )


async def capture(command: Command, mark: str) -> "tuple[asyncio.subprocess.Process, int, int]":
    """Start a command in a session of its own that is killed when we end; not on Windows.

    Args:
        command: The command.
        mark: A value for `MARK` that nothing else has.

    Returns:
        The process; a pipe with its output and errors, which ends with all that it has started;
        and a pipe whose end kills the whole session.

    Raises:
        OSError: if it cannot be started.
    """
    import asyncio  # noqa: PLC0415 - the program of the hooks needs no more than `hand_to`

    output, writes = os.pipe()
    reads, holds = os.pipe()
    try:
        # Pipes of asyncio would hold up the end of a process whose children have them open.
        process = await asyncio.create_subprocess_exec(
            *("/bin/sh", "-c", BOUND_SESSION, mark, *command.arguments),
            cwd=command.folder,
            env=command.environment,
            stdin=reads,
            stdout=writes,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
    except BaseException:
        os.close(output)
        os.close(holds)
        raise
    finally:
        os.close(writes)
        os.close(reads)
    return process, output, holds


def _neutral_folder() -> Path:
    """A folder that is always there and nobody's project: the root."""
    return Path(Path(sys.executable).anchor or os.sep)


def _own_environment(environ: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in environ.items() if name not in _FOR_CLIENTS}
    for name in _PATHS:
        if kept.get(name):
            kept[name] = str(Path(kept[name]).absolute())
    return kept


def _is_peerlines(variable: str) -> bool:
    return variable.upper().startswith("PEERLINE_")


def _spellings(name: str) -> list[str]:
    if os.name != "nt":
        return [name]
    endings = os.environ.get("PATHEXT", ".COM;.EXE;.BAT;.CMD").split(";")
    return [name, *(f"{name}{ending}" for ending in endings if ending)]
