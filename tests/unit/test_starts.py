"""Programs import at their start only what every start needs: counted by module, not timed."""

import subprocess
import sys

import pytest

EDITORS = {"pygls", "lsprotocol", "rapidfuzz", "pathspec", "textual"}
SERVERS = {"sqlalchemy", "aiosqlite", "alembic", "asyncpg", "redis", "prometheus_client"}


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("peerline_server.app", EDITORS | {"alembic", "asyncpg", "redis", "pycrdt"}),
        ("peerline_bridge.main", SERVERS | {"textual", "pycrdt", "jwt", "cryptography"}),
    ],
)
def test_a_start_imports_nothing_that_it_has_no_need_for(module: str, unwanted: set[str]) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert unwanted & set(done.stdout.split()) == set()
