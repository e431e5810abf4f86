"""The tags of the Neovim plugin's help, kept in the repository so that `:help` finds it."""

import re
from pathlib import Path
from typing import Final

_TAG: Final = re.compile(r"(?:^|(?<=\s))\*([^*\s|]+)\*(?=\s|$)", re.MULTILINE)
"""As `:helptags` has it: between stars, with white space around."""


def help_tag_files(root: Path) -> dict[Path, str]:
    """The file of tags, as Neovim's `:helptags` writes it: no checkout changes when it does."""
    folder = root / "nvim-plugin" / "doc"
    lines = [
        f"{tag}\t{page.name}\t/*{_escaped(tag)}*\n"
        for page in folder.glob("*.txt")
        for tag in _TAG.findall(page.read_text(encoding="utf-8"))
    ]
    return {folder / "tags": "".join(sorted(lines, key=str.encode))}


def _escaped(tag: str) -> str:
    return tag.replace("\\", "\\\\").replace("/", "\\/")
