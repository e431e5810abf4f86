"""Real source files to edit: those of the packages that the checks and tests need anyway."""

import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TUNING: Final = (
    ("pydantic", "sqlalchemy", "websockets", "_pytest", "textual", "pygments", "anyio"),
    (
        "json-schema-to-typescript",
        "lodash",
        "@vscode",
        "postcss",
        "parse5",
        "vscode-languageclient",
    ),
)
_HELD_OUT: Final = (
    ("pygls", "alembic", "hypothesis", "starlette", "rich", "playwright", "wcwidth", "fastapi"),
    ("@typespec", "azure-devops-node-api", "vitest", "entities", "preact", "underscore"),
)
_LINES: Final = range(60, 2500)
_MAX_LINE: Final = 400


@dataclass(frozen=True, slots=True)
class Sources:
    """The lines of files, without their ends."""

    python: list[list[str]]
    scripts: list[list[str]]
    """JavaScript and TypeScript, where braces stand alone in their lines."""

    @property
    def both(self) -> list[list[str]]:
        """Each language with about as many files."""
        return [*self.python, *self.scripts * max(1, len(self.python) // (2 * len(self.scripts)))]


def sources(*, held_out: bool) -> Sources:
    """The files that the weights were fitted to, or the others, of other packages."""
    packages, node_packages = _HELD_OUT if held_out else _TUNING
    root = Path(sysconfig.get_path("purelib"))
    return Sources(
        [lines for name in packages for lines in _read_all(root / name, "*.py")],
        [
            lines
            for name in node_packages
            for pattern in ("*.js", "*.ts")
            for lines in _read_all(Path("node_modules") / name, pattern)
        ],
    )


def _read_all(folder: Path, pattern: str) -> list[list[str]]:
    found: list[list[str]] = []
    for path in sorted(folder.rglob(pattern)):
        text = path.read_text(encoding="utf-8", errors="ignore")
        lines = text.split("\n")
        if len(lines) in _LINES and max(map(len, lines)) <= _MAX_LINE:
            found.append(lines)
    return found
