"""The documents' lists are complete."""

import re
import sys
from contextlib import redirect_stdout, suppress
from dataclasses import fields
from io import StringIO
from pathlib import Path

import pytest

from peerline import user_folders
from peerline.cli.main import main
from peerline.protocol.editor.commands import (
    COMMANDS,
    CURSOR_NOTIFICATION,
    NOTIFICATIONS_TO_EDITOR,
    PLAIN_COMMANDS,
)
from peerline_server.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    str(page.relative_to(ROOT))
    for page in [*(ROOT / "docs").glob("*.md"), *(ROOT / "docs/editors").glob("*.md")]
)
_ROW = re.compile(r"^\| `PEERLINE_(\w+)` \| ([^|]+) \| `([^`]*)` \| (.+) \|$", re.MULTILINE)


def test_every_setting_is_described_with_its_default() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = {name.lower(): (default, text) for name, _, default, text in _ROW.findall(page)}
    settings = Settings()
    assert list(rows) == [field.name for field in fields(Settings)]
    for field in fields(Settings):
        default, text = rows[field.name]
        value = getattr(settings, field.name)
        shown = ", ".join(value) or "(empty)" if isinstance(value, tuple) else str(value)
        if field.name == "data_dir":  # the commands have a default of their own
            shown = _default_data_dir()
        assert default == shown, field.name
        assert text.strip(), field.name


def _default_data_dir() -> str:
    """As on Linux, whatever the tests run on."""
    given = {"HOME": "/h", "XDG_DATA_HOME": ""}
    if sys.platform != "linux":
        return "~/.local/share/peerline"
    return str(user_folders.data_dir(given)).replace("/h/", "~/")


@pytest.mark.parametrize("page", ["README.md", *PAGES])
def test_installation_works_where_the_system_manages_python(page: str) -> None:
    """A bare `pip install` ends in externally-managed-environment there; pipx does not."""
    text = (ROOT / page).read_text(encoding="utf-8")
    assert re.findall(r"(?<!-m )(?<!/)pip3? install '?\.?(?:peerline|\[)", text) == []


@pytest.mark.parametrize("page", ["README.md", *PAGES])
def test_every_command_in_the_documentation_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    shells = "".join(re.findall(r"(?s)```sh\n(.*?)```", text))
    named = re.findall(r"(?m)^peerline ([a-z-]+)", shells)
    named += re.findall(r"`peerline ([a-z-]+)", text)
    known = set(re.findall(r"(?m)^    ([a-z-]+)", _help()))
    assert set(named) <= known
    sources = (ROOT / "nvim-plugin/lua").rglob("*commands.lua")
    source = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    usages = set(re.findall(r"^    usage = '(?:\[range\])?(\w+)", source, re.MULTILINE))
    assert set(re.findall(r":Peerline!? ([a-z]+)", text)) <= usages


def _help() -> str:
    with redirect_stdout(StringIO()) as printed, suppress(SystemExit):
        main(["--help"])
    return printed.getvalue()


def test_every_promise_names_tests_that_exist() -> None:
    page = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if re.match(r"\| R\d+ ", line)]
    numbers = [int(row[1].strip().removeprefix("R")) for row in rows]
    assert numbers == sorted(set(numbers)), "each id once, in order"
    defined = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8"))
    }
    for row in rows:
        named = re.findall(r"`(test_\w+)`", row[3])
        assert named, row[1]
        assert set(named) <= defined, row[1]


def test_every_link_between_pages_leads_somewhere() -> None:
    pages = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "vscode-extension/README.md",
    ]
    for page in pages:
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            if ":" not in target:
                assert (page.parent / target).exists(), f"{page.relative_to(ROOT)}: {target}"


def test_every_decision_is_in_the_index_with_its_title() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    for record in sorted(folder.glob("0*.md")):
        number, title = record.read_text(encoding="utf-8").splitlines()[0][2:].split(". ", 1)
        assert f"| {number} | [{title}]({record.name}) |" in index, record.name


def test_authors_of_plugins_find_every_notification() -> None:
    page = (ROOT / "docs" / "plugin-authors.md").read_text(encoding="utf-8")
    for name in [*NOTIFICATIONS_TO_EDITOR, CURSOR_NOTIFICATION]:
        assert f"`{name}`" in page, name


def test_authors_of_plugins_find_every_command_with_its_arguments() -> None:
    page = (ROOT / "docs" / "plugin-authors.md").read_text(encoding="utf-8")
    before, plain = page.split("Without `plugin: true`")
    for text, commands in ((before, COMMANDS), (plain, PLAIN_COMMANDS)):
        rows = [line.split("|")[1:3] for line in text.splitlines() if line.startswith("| `peerl")]
        described = {
            name: set(re.findall(r"`(\w+)`", cell))
            for names, cell in rows
            for name in re.findall(r"`(peerline\.\w+)`", names)
        }
        assert described.keys() == commands.keys()
        for name, model in commands.items():
            fields = set() if model is None else set(model.model_fields)
            assert fields <= described[name], name


def test_commands_in_the_pages_of_editors_exist() -> None:
    for page in [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "PROTOCOL.md"]:
        if "_build" not in page.parts:
            named = re.findall(r"['`\"](peerline\.[a-z]+[A-Z]\w*)", page.read_text("utf-8"))
            assert set(named) <= {*COMMANDS, *PLAIN_COMMANDS}, page.name
