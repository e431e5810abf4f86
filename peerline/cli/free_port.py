"""A server in this process, on a free port where its own is in use."""

import logging
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace

from peerline.logs import set_up_logging
from peerline.runfile import remove_runfile
from peerline_server.app import PortInUseError, Server, StartError, run, serve
from peerline_server.settings import Settings, unknown_variables


def run_here(
    settings: Settings,
    begin: Callable[[Server], None],
    *,
    before_stop: Callable[[], Awaitable[None]],
    is_port_given: bool = False,
    explain: Callable[[StartError], str] = str,
) -> int:
    """Run a server for a command of a person, until Ctrl-C; the process' exit code.

    `explain` words the reason why the server cannot start.
    """
    set_up_logging("WARNING")
    for sentence in unknown_variables():
        logging.getLogger("peerline.server").warning("%s", sentence)
    try:
        _serve_on_a_free_port(settings, begin, before_stop, is_port_given=is_port_given)
    except StartError as error:
        print(f"peerline: {explain(error)}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        pass
    finally:
        remove_runfile(settings.data_dir)
    return 0


def _serve_on_a_free_port(
    settings: Settings,
    on_listening: Callable[[Server], None],
    before_stop: Callable[[], Awaitable[None]],
    *,
    is_port_given: bool,
) -> None:
    """Run until Ctrl-C; a port that nobody asked for is changed for a free one, and that is said.

    Raises:
        StartError: if the server cannot start.
    """
    try:
        run(serve(settings, on_listening, before_stop=before_stop))
    except PortInUseError:
        if is_port_given or os.environ.get("PEERLINE_PORT"):
            raise
        print(
            f"peerline: the port {settings.port} is in use; a free one is taken instead",
            file=sys.stderr,
        )
        run(serve(replace(settings, port=0), on_listening, before_stop=before_stop))
