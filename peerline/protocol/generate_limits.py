"""The limits and the editors' defaults in TypeScript, Lua and VS Code's manifest."""

from pathlib import Path
from types import ModuleType
from typing import Any, Final

from peerline.protocol import limits
from peerline.protocol.editor import defaults

_TYPESCRIPT: Final = Path("ui/generated/limits.ts")
_LUA: Final = Path("nvim-plugin/lua/peerline/defaults.lua")
_NOTE: Final = "Generated from peerline/protocol by `make generate`."


def limit_files(root: Path) -> dict[Path, str]:
    """Each generated file below `root` with the text that it should have."""
    constants = {**numbers(limits), **numbers(defaults)}
    typescript = [f"export const {name} = {value};" for name, value in constants.items()]
    lua = [f"  {name.lower()} = {value}," for name, value in numbers(defaults).items()]
    return {
        root / _TYPESCRIPT: "\n".join([f"// {_NOTE}", *typescript, ""]),
        root / _LUA: "\n".join([f"-- {_NOTE}", "return {", *lua, "}", ""]),
    }


def set_defaults(manifest: dict[str, Any]) -> None:
    """Put the editors' defaults and their ranges into VS Code's manifest."""
    properties = manifest["contributes"]["configuration"]["properties"]
    properties["peerline.status.idleSeconds"]["default"] = defaults.IDLE_SECONDS
    properties["peerline.status.awaySeconds"]["default"] = defaults.AWAY_SECONDS
    for name in ("idleSeconds", "awaySeconds"):
        setting = properties[f"peerline.status.{name}"]
        setting["minimum"] = defaults.MIN_QUIET_SECONDS
        setting["maximum"] = defaults.MAX_QUIET_SECONDS


def numbers(module: ModuleType) -> dict[str, int | float]:
    """The numbers that a module defines, by their names."""
    constants: dict[str, object] = vars(module)
    return {name: value for name, value in constants.items() if isinstance(value, int | float)}
