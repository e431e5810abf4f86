"""A server in this process, on a free port where its own is in use."""

import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace

from peerline_server.app import PortInUseError, Server, run, serve
from peerline_server.settings import Settings


def serve_on_a_free_port(
    settings: Settings,
    on_listening: Callable[[Server], None],
    *,
    before_stop: Callable[[], Awaitable[None]],
    is_port_given: bool = False,
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
