"""Looks whether the address that this node has told the others leads to it."""

import asyncio
import logging
import socket
from typing import Final

from peerline_server.relay.call import Call, CallEndedError
from peerline_server.relay.handshake import answer_in

_log = logging.getLogger("peerline.server.relay")
_SECONDS: Final = 5.0
"""For the answer; nobody waits for it."""
_ADVICE: Final = (
    "give it HOST:PORT at which the other servers reach this one, or they cannot pass its people on"
)


async def look_for_itself(address: str, node_id: str, *, seconds: float = _SECONDS) -> None:
    """Log what is wrong with PEERLINE_NODE_ADDRESS, if this node has one and it is wrong."""
    if address and node_id:
        problem = await _problem(address, node_id, seconds)
        if problem is not None:
            _log.warning("PEERLINE_NODE_ADDRESS is %s, %s; %s", address, problem, _ADVICE)


async def _problem(address: str, node_id: str, seconds: float) -> str | None:
    call = Call(asyncio.get_running_loop())
    try:
        async with asyncio.timeout(seconds):
            await call.dial(address)
            call.write(f"GET /healthz HTTP/1.1\r\nHost: {address}\r\n\r\n".encode())
            while (found := answer_in(call.data)) is None:
                await call.more()
    except socket.gaierror:
        return "a name that is not known on this machine"
    except TimeoutError:
        return "where nobody answers"
    except (CallEndedError, OSError, ValueError, OverflowError):
        return "where no server of Peerline listens"
    finally:
        call.end()
    answer, _ = found
    return None if answer.node_id == node_id else "where another server answers"
