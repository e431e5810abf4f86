"""Tests of peerline_server.open_files, in a process with another limit."""

import subprocess
import sys
from pathlib import Path

import pytest

from peerline_server.open_files import MIN_OPEN_FILES

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")


def serve(limit: int, *arguments: str) -> tuple[int, str]:
    script = f'ulimit -n {limit}; exec "$0" -m peerline "$@"'
    done = subprocess.run(
        ["/bin/sh", "-c", script, sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("command", ["serve", "demo", "start"])
@pytest.mark.parametrize("limit", [12, MIN_OPEN_FILES - 1])
def test_too_few_files_are_refused_in_one_line(command: str, limit: int, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    code, errors = serve(limit, command, f"--data-dir={data_dir}")
    assert code == 1
    (line,) = errors.splitlines()
    assert line.startswith(f"peerline: only {limit} files may be open at once")
    assert "ulimit -n" in line


def test_at_the_limit_it_listens(tmp_path: Path) -> None:
    code, errors = serve(
        MIN_OPEN_FILES, "start", "--json", "--title=T", f"--data-dir={tmp_path / 'data'}"
    )
    assert (code, errors) == (0, "")
    stopped, _ = serve(MIN_OPEN_FILES, "stop", f"--data-dir={tmp_path / 'data'}")
    assert stopped == 0
