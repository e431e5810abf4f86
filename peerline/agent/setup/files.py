"""A product's configuration file: read, compared, kept as a backup, written."""

import difflib
import hashlib
import json
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

from peerline import user_folders
from peerline.agent.setup.merging import ConfigurationError
from peerline.owner_only import make_private_folder, open_private, read_file, replace_private

Json: TypeAlias = dict[str, Any]

BACKUPS: Final = "agent-setup"
"""The folder of the backups: in a project they would be committed by mistake."""
_PLACES: Final = {
    ("claude-code", "project"): ".claude/settings.local.json",
    ("claude-code", "user"): ".claude/settings.json",
    ("codex", "project"): ".codex/hooks.json",
    ("codex", "user"): ".codex/hooks.json",
    ("gemini", "project"): ".gemini/settings.json",
    ("gemini", "user"): ".gemini/settings.json",
    ("opencode", "project"): "opencode.json",
    ("opencode", "user"): ".config/opencode/opencode.json",
}


def settings_file(product: str, scope: str, folder: Path) -> Path:
    """The file with the hooks of a product, or its MCP servers.

    Raises:
        NoHomeError: if it is among the user's own settings, and there is no home to look in.
    """
    if scope == "project":
        return folder / _PLACES[product, scope]
    instead = "CODEX_HOME" if product == "codex" else ""
    if instead and os.environ.get(instead):
        return Path(os.environ[instead]) / "hooks.json"
    if product == "opencode" and (config := os.environ.get("XDG_CONFIG_HOME")):
        return Path(config) / "opencode" / "opencode.json"
    return user_folders.home(os.environ, instead=instead) / _PLACES[product, scope]


def read_settings(path: Path) -> tuple[str, Json]:
    """The text and the settings in it; of a file that is not there nothing.

    Raises:
        ConfigurationError: if it cannot be understood, and so must not be changed.
    """
    try:
        text = read_file(path)[0].decode("utf-8")
    except FileNotFoundError:
        return "", {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from None
    if not text.strip():
        return text, {}
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        raise ConfigurationError(
            f"{path} is not plain JSON (it may have comments); it was not changed"
        ) from None
    if not isinstance(found, dict):
        raise ConfigurationError(f"{path} is not a JSON object; it was not changed")
    return text, cast("Json", found)


def as_text(settings: Json) -> str:
    """The settings as they are written."""
    return json.dumps(settings, indent=2, ensure_ascii=False) + "\n" if settings else "{}\n"


def difference(path: Path, before: str, after: str) -> str:
    """The change, to show."""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        str(path),
        str(path),
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)


def backup_of(path: Path) -> Path:
    """The backup of a file, among the state of the user's programs.

    Raises:
        NoHomeError: if there is no home to keep it in.
    """
    whose = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
    return user_folders.state_dir(os.environ) / BACKUPS / f"{path.stem}-{whose}{path.suffix}"


def write_settings(path: Path, before: str, after: str) -> Path | None:
    """Write the settings at once; the backup of what was there, if something was.

    Raises:
        ConfigurationError: if they have changed since they were read.
        OSError: if it cannot be written; then what was there is still there.
    """
    target = path.resolve()  # a link to a file of dotfiles stays one
    if read_settings(target)[0] != before:
        raise ConfigurationError(f"{path} was changed meanwhile by another program; try again")
    make_private_folder(target.parent)
    mode = None
    backup = None
    if target.exists():
        mode = stat.S_IMODE(target.stat().st_mode)
        backup = backup_of(target)
        if not backup.exists():  # the first one is the user's own
            make_private_folder(backup.parent)
            descriptor = open_private(backup, os.O_WRONLY | os.O_EXCL)
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                file.write(before)
    replace_private(target, after)
    if mode is not None:
        with suppress(OSError):
            target.chmod(mode)
    return backup
