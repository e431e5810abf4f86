"""The limit of open files, below which neither the event loop nor the store can work."""

from typing import Final

MIN_OPEN_FILES: Final = 64
"""The loop and the store take some twenty; each client takes one more."""


def open_files_problem() -> str | None:
    """The reason why this process cannot be a server, with what to do; None if it can."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return None
    limit, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY or limit >= MIN_OPEN_FILES:
        return None
    known = "" if most == resource.RLIM_INFINITY else f" (at most {most} here)"
    return (
        f"only {limit} files may be open at once, and a server needs {MIN_OPEN_FILES}: "
        f"raise the limit with ulimit -n{known}"
    )
