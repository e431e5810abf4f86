"""`:help peerline` names what the plugin has, and its references lead somewhere."""

import re
from pathlib import Path

PLUGIN = Path(__file__).parents[2] / "nvim-plugin"
HELP = (PLUGIN / "doc" / "peerline.txt").read_text()
TAGS = re.findall(r"(?<!\S)\*(\S+)\*(?!\S)", HELP)


def test_every_tag_is_there_once_and_every_reference_has_its_tag() -> None:
    assert len(TAGS) == len(set(TAGS))
    references = set(re.findall(r"\|(peerline[^|\s]*)\|", HELP))
    assert references <= set(TAGS)
    lua = "\n".join(path.read_text() for path in PLUGIN.rglob("*.lua"))
    assert set(re.findall(r":help (peerline[\w-]*)", lua)) <= set(TAGS)


def test_every_command_is_described() -> None:
    source = "\n".join(path.read_text() for path in (PLUGIN / "lua").rglob("commands.lua"))
    usages = re.findall(r"^    usage = '(?:\[range\])?(\w+)", source, re.MULTILINE)
    described = set(re.findall(r"^:(?:\[range\])?Peerline (\w+)", HELP, re.MULTILINE))
    assert len(usages) > 30
    assert set(usages) - described == set()


def test_every_mapping_is_described() -> None:
    source = (PLUGIN / "plugin" / "peerline_maps.lua").read_text()
    mappings = re.findall(r"^map\([^']*(?:'[nxo]'[, {}]*)+, '([\w-]+)'", source, re.MULTILINE)
    assert len(mappings) == len(re.findall(r"^map\(", source, re.MULTILINE))
    tags = {f"<Plug>(peerline-{name})" for name in mappings}
    assert tags == {tag for tag in TAGS if tag.startswith("<Plug>")}
