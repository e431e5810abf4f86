"""`peerline acp -- CMD`: the agent beside an editor that speaks the Agent Client Protocol."""

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from peerline import processes
from peerline.agent.acp import pump
from peerline.agent.acp.copies import Copies
from peerline.agent.acp.copying import Copying

_NOT_FOUND: Final = 127
_NOT_RUNNABLE: Final = 126


def main(arguments: Sequence[str]) -> int:
    """Run an agent's command between our standard streams; the exit code."""
    try:
        agent = processes.pipe_through(processes.users(_found(arguments), Path.cwd()))
    except FileNotFoundError:
        print(f"peerline acp: there is no program {arguments[0]!r}", file=sys.stderr)  # noqa: T201
        return _NOT_FOUND
    except OSError as error:
        reason = error.strerror or error
        print(f"peerline acp: {arguments[0]!r} cannot be run: {reason}", file=sys.stderr)  # noqa: T201
        return _NOT_RUNNABLE
    copies = Copies()
    copying = Copying(copies, _start_observer)
    copying.start()
    code = pump.run(agent, copies)
    copying.finish()
    return pump.end_like(code)


def _start_observer() -> processes.Process:
    return processes.feed(processes.own("acp", "--observe", str(Path.cwd())))


def _found(arguments: Sequence[str]) -> Sequence[str]:
    """On Windows a program's name may stand for one of npm, such as `name.cmd`."""
    if os.name != "nt":
        return arguments
    return [shutil.which(arguments[0]) or arguments[0], *arguments[1:]]
