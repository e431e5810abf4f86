"""Tells whether a process still runs, by its id."""

import os
import sys

_SYNCHRONIZE = 0x0010_0000
_WAIT_TIMEOUT = 0x102


def is_alive(pid: int) -> bool:
    """Whether the process still runs."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - Windows only

        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(_SYNCHRONIZE, False, pid)  # noqa: FBT003 - a C function
        if not handle:
            return False
        try:
            return kernel.WaitForSingleObject(handle, 0) == _WAIT_TIMEOUT
        finally:
            kernel.CloseHandle(handle)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
