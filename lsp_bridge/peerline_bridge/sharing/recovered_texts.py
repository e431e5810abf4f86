"""Own versions of files that a shared text takes the place of, kept for the user to look at."""

import errno
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final

from peerline.owner_only import create_private, make_private_folder, replace_private

FOLDER: Final = "recovered"
MAX_SAME: Final = 1_000
"""Versions of one name in one second."""


def keep_text(
    state_dir: Callable[[], Path], file: str, text: str, now: Callable[[], datetime]
) -> Path:
    """Write a text down, readable by the user only; its path.

    Args:
        state_dir: Finds the folder of the user's state.
        file: The path of the file in the session.
        text: The text.
        now: The time, which is part of the name.

    Raises:
        OSError: If it cannot be written.
    """
    folder = state_dir() / FOLDER
    make_private_folder(folder)
    name = PurePosixPath(file)
    stem = re.sub(r"[^\w.-]", "_", name.stem)[:80]
    suffix = re.sub(r"[^\w.]", "_", name.suffix)[:20]
    moment = now().strftime("%Y%m%d-%H%M%S")
    for number in range(1, MAX_SAME):
        extra = "" if number == 1 else f"-{number}"
        path = folder / f"{stem}-{moment}{extra}{suffix}"
        if create_private(path):
            replace_private(path, text)
            return path
    raise OSError(errno.EEXIST, "there are too many versions of it", str(folder))
