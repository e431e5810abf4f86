"""Programs import and build at their start only what every start needs: counted, not timed."""

import subprocess
import sys

import pytest

EDITORS = {"pygls", "lsprotocol", "rapidfuzz", "pathspec", "textual"}
SERVERS = {"sqlalchemy", "aiosqlite", "alembic", "asyncpg", "redis", "prometheus_client"}
POSTGRES = {"asyncpg", "sqlalchemy.dialects.postgresql"}
TOKENS = {"jwt", "cryptography"}
BUILT = (
    "from peerline.protocol.messages import CLIENT_MESSAGE_TYPES, SERVER_MESSAGE_TYPES;"
    "kinds = {*CLIENT_MESSAGE_TYPES, *SERVER_MESSAGE_TYPES};"
    "print(*(kind.__name__ for kind in kinds if kind.__pydantic_complete__))"
)


def run(code: str) -> set[str]:
    """The words that a program prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("peerline_server.app", EDITORS | POSTGRES | TOKENS | {"alembic", "redis", "pycrdt"}),
        ("peerline_bridge.main", SERVERS | TOKENS | {"textual", "pycrdt"}),
    ],
)
def test_a_start_imports_nothing_that_it_has_no_need_for(module: str, unwanted: set[str]) -> None:
    assert unwanted & run(f"import sys, {module}; print(*sys.modules)") == set()


@pytest.mark.parametrize("module", ["peerline_server.app", "peerline_bridge.main"])
def test_a_start_builds_no_message(module: str) -> None:
    assert run(f"import {module}; {BUILT}") == set()


def test_a_server_that_listens_has_what_the_first_client_needs() -> None:
    prepare = (
        "import asyncio, sys; from peerline_server.first_use import prepare_first_use;"
        "asyncio.run(prepare_first_use()); print('jwt' in sys.modules);"
    )
    assert {"True", "CursorUpdate", "Connected"} <= run(prepare + BUILT)
