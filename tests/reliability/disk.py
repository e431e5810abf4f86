"""A disk that fails when it is told to, under one process: a library that is preloaded into it."""

import shutil
import subprocess
from pathlib import Path

_SOURCE = Path(__file__).parent / "faults.c"


class Disk:
    """Faults to be turned on and off while a server runs on them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._library = folder / "faults.so"
        folder.mkdir()
        compiler = shutil.which("cc")
        assert compiler is not None, "no C compiler: `make setup-dev` installs it, if it may"
        subprocess.run(
            [compiler, "-shared", "-fPIC", "-O1", "-o", self._library, _SOURCE, "-ldl"],
            check=True,
            capture_output=True,
            timeout=60,
        )

    @property
    def environment(self) -> dict[str, str]:
        """The variables that put the library under a process."""
        return {"LD_PRELOAD": str(self._library), "PEERLINE_FAULTS": str(self._folder)}

    def fail(self, fault: str) -> None:
        """From now on: `fsync`, `full` or `slow`, as in faults.c."""
        (self._folder / fault).touch()

    def heal(self) -> None:
        """All is well again."""
        for fault in ("fsync", "full", "slow"):
            (self._folder / fault).unlink(missing_ok=True)
