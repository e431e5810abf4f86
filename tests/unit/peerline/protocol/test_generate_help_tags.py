"""Tests of peerline.protocol.generate_help_tags, beside Neovim itself."""

import shutil
import subprocess
from pathlib import Path

import pytest

from peerline.cli.resources import neovim_plugin
from peerline.protocol.generate_help_tags import help_tag_files
from tests.e2e.neovim import neovim_binary

PAGES = ["*a* and *b/c*\n\n*d\\e*\ttext *not a tag* x*no* *no*x *|no|* **\n", "*f*\n*G*  *é*"]


@pytest.mark.parametrize("page", [*PAGES, None], ids=["odd", "accents", "ours"])
def test_the_tags_are_those_of_neovim(tmp_path: Path, page: str | None) -> None:
    folder = tmp_path / "nvim-plugin" / "doc"
    if page is None:
        shutil.copytree(neovim_plugin() / "doc", folder)
    else:
        folder.mkdir(parents=True)
        (folder / "page.txt").write_text(page)
    ((path, text),) = help_tag_files(tmp_path).items()
    command = [neovim_binary(), "--clean", "--headless", "-c", f"helptags {folder}", "-c", "q"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert path.read_text() == text


def test_the_help_is_found_and_the_folder_stays_as_it_is() -> None:
    before = (neovim_plugin() / "doc" / "tags").read_bytes()
    done = subprocess.run(
        [
            *(neovim_binary(), "--clean", "--headless", "--cmd", f"set rtp^={neovim_plugin()}"),
            *("-c", "help peerline", "-c", "echo expand('%:t')", "-c", "helptags ALL", "-c", "qa"),
        ],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "E149" not in done.stderr
    assert "peerline.txt" in done.stderr
    assert (neovim_plugin() / "doc" / "tags").read_bytes() == before
