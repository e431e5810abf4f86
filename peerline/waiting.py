"""Waiting for other processes: until something holds, and whether an address takes connections."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeVar

_POLL_SECONDS: Final = 0.02
Found = TypeVar("Found")


def wait_for(look: Callable[[], Found], seconds: float) -> Found:
    """Look again and again until there is something; what was found last.

    It looks at least once. A result that counts as false means that there was nothing in time.
    """
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    return found


async def takes_connections(address: str, seconds: float) -> bool:
    """Whether something listens at HOST:PORT.

    Raises:
        OSError: if that cannot be told, also TimeoutError.
    """
    import asyncio  # noqa: PLC0415 - the help of the commands does not wait for it

    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(seconds):
            _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
    except ConnectionRefusedError:
        return False
    except (ValueError, OverflowError) as error:
        raise OSError(str(error)) from error
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True
