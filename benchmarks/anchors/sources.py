"""Real source files to edit: those of the packages that the checks and tests need anyway."""

import sysconfig
from pathlib import Path
from random import Random
from typing import Final

_PACKAGES: Final = (
    "pydantic",
    "sqlalchemy",
    "websockets",
    "pygls",
    "alembic",
    "hypothesis",
    "_pytest",
)
_NODE_PACKAGES: Final = ("json-schema-to-typescript", "prettier", "lodash", "ajv", "js-yaml")
_LINES: Final = range(60, 2500)
_MAX_LINE: Final = 400


def python_files() -> list[list[str]]:
    """The lines of Python files, without their ends."""
    root = Path(sysconfig.get_path("purelib"))
    return [lines for name in _PACKAGES for lines in _read_all(root / name, "*.py")]


def script_files() -> list[list[str]]:
    """The lines of JavaScript and TypeScript files, where braces stand alone in their lines."""
    root = Path("node_modules")
    return [
        lines
        for name in _NODE_PACKAGES
        for pattern in ("*.js", "*.ts")
        for lines in _read_all(root / name, pattern)
    ]


def choose(files: list[list[str]], plan: Random) -> list[str]:
    """One of the files."""
    return plan.choice(files)


def _read_all(folder: Path, pattern: str) -> list[list[str]]:
    found: list[list[str]] = []
    for path in sorted(folder.rglob(pattern)):
        text = path.read_text(encoding="utf-8", errors="ignore")
        lines = text.split("\n")
        if len(lines) in _LINES and max(map(len, lines)) <= _MAX_LINE:
            found.append(lines)
    return found
