"""The command `peerline nvim-path`."""

import argparse

from peerline.cli.arguments import SubCommands
from peerline.cli.resources import neovim_plugin


def add_nvim_path(commands: SubCommands) -> None:
    """Add `peerline nvim-path`."""
    path = commands.add_parser(
        "nvim-path",
        help="print the folder of the Neovim plugin",
        description="Prints the folder of the Neovim plugin, for 'runtimepath' or a plugin "
        "manager: vim.opt.rtp:prepend(vim.trim(vim.fn.system('peerline nvim-path')))",
    )
    path.set_defaults(run=_print)


def _print(_: argparse.Namespace) -> int:
    print(neovim_plugin())
    return 0
