"""Folders whose files would like to run: each leaves a mark if it does."""

import stat
from pathlib import Path

OURS = [
    # of Peerline and of what it needs
    *("server", "lsp_bridge", "benchmarks", "tests"),
    *("pydantic", "websockets", "pygls", "lsprotocol", "jwt", "sqlalchemy", "aiosqlite", "alembic"),
    *("uvloop", "filelock", "rapidfuzz", "textual", "rich", "keyring", "prometheus_client"),
]
MODULES = [
    *OURS,
    # of Python
    *("asyncio", "argparse", "json", "logging", "pathlib", "re", "socket", "ssl", "subprocess"),
    *("typing", "dataclasses", "enum", "sqlite3", "http", "email", "tempfile", "shutil", "secrets"),
    *("datetime", "random", "string", "inspect", "platform", "uuid", "env", "alembic_env"),
    *("sitecustomize", "usercustomize", "antigravity"),
]
PROGRAMS = ["peerline", "python", "python3", "git", "nvim", "node", "pip", "ssh", "sh"]


def write_hostile(folder: Path, marker: Path, *, imitates: bool) -> None:
    """Fill a folder; `imitates` adds a package `peerline` of its own."""
    leave = f"open({str(marker)!r}, 'a').write(__name__ + ' ' + __file__ + chr(10))\n"
    for number, name in enumerate(MODULES):
        path = folder / (f"{name}.py" if number % 2 else f"{name}/__init__.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(leave)
    (folder / "server" / "app.py").write_text(leave)
    if imitates:
        (folder / "peerline").mkdir()
        for name in ("__init__", "__main__", "cli"):
            (folder / "peerline" / f"{name}.py").write_text(leave)
    programs = folder / "bin"
    programs.mkdir()
    for name in PROGRAMS:
        for place in (programs, folder):
            program = place / name
            if program.exists():
                continue  # the package
            program.write_text(f"#!/bin/sh\necho {name} >> '{marker}'\n")
            program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (folder / "startup.py").write_text(leave)
    (folder / ".env").write_text("PYTHONPATH=.\n")
    (folder / ".pth").write_text(f"import os; {leave}")
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = .\nprepend_sys_path = .\n")
    (folder / "pyvenv.cfg").write_text("home = .\n")
