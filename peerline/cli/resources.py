"""The files that come with Peerline: in the package of an installed one, else in the checkout."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_PACKAGED: Final = _PACKAGE / "resources"
_CHECKOUT: Final = _PACKAGE.parent


def neovim_plugin() -> Path:
    """The folder of the Neovim plugin, for Neovim's `runtimepath`."""
    return _found("nvim-plugin", _CHECKOUT / "nvim-plugin")


def sample_workspace() -> Path:
    """The sample workspace of the demo."""
    return _found("workspace", _CHECKOUT / "examples" / "workspace")


def _found(name: str, in_checkout: Path) -> Path:
    packaged = _PACKAGED / name
    return packaged if packaged.is_dir() else in_checkout
