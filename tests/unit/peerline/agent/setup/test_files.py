"""`peerline agent setup`: what is shown, asked, kept and written."""

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from peerline.agent.setup.files import backup_of, read_settings, settings_file, write_settings
from peerline.agent.setup.merging import ConfigurationError
from peerline.cli.main import main


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("CODEX_HOME", raising=False)
    return folder


def setup(*arguments: str) -> int:
    return main(["agent", "setup", *arguments])


def test_it_shows_writes_keeps_and_removes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / ".claude/settings.local.json"
    path.parent.mkdir()
    before = '{"model":   "opus"}'
    path.write_text(before)
    path.chmod(0o644)
    assert setup("claude-code", "--dry-run") == 0
    shown = capsys.readouterr().out
    assert '+  "hooks": {' in shown
    assert path.read_text() == before
    assert setup("claude-code", "--yes") == 0
    assert capsys.readouterr().out.startswith(shown)
    settings = json.loads(path.read_text())
    assert settings["model"] == "opus"
    assert "PostToolUse" in settings["hooks"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    backup = backup_of(path)
    assert not backup.is_relative_to(folder), "a project is seen by others"
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert backup.read_text() == before
    assert setup("claude-code", "--yes") == 0
    assert "nothing to change" in capsys.readouterr().out
    assert setup("claude-code", "--remove", "--yes") == 0
    assert json.loads(path.read_text()) == {"model": "opus"}
    assert backup.read_text() == before


def test_without_a_terminal_it_changes_nothing_unasked(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path(os.devnull).open() as nobody:
        monkeypatch.setattr("sys.stdin", nobody)
        assert setup("gemini") == 2
    assert "--yes" in capsys.readouterr().err
    assert not (folder / ".gemini").exists()


@pytest.mark.parametrize("text", ['{"a": 1, // why\n}', "[1]", "\xff{"])
def test_a_file_that_is_not_understood_is_not_changed(
    folder: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / ".gemini/settings.json"
    path.parent.mkdir()
    path.write_bytes(text.encode("latin-1"))
    assert setup("gemini", "--yes") == 2
    assert str(path) in capsys.readouterr().err
    assert path.read_bytes() == text.encode("latin-1")
    with pytest.raises(ConfigurationError):
        read_settings(path)


def test_what_another_program_wrote_meanwhile_stays(folder: Path) -> None:
    path = folder / "settings.json"
    path.write_text("{}")
    before, _ = read_settings(path)
    path.write_text('{"model": "opus"}')
    with pytest.raises(ConfigurationError, match="changed meanwhile"):
        write_settings(path, before, '{"hooks": {}}')
    assert path.read_text() == '{"model": "opus"}'
    path.unlink()
    with pytest.raises(ConfigurationError, match="changed meanwhile"):
        write_settings(path, before, '{"hooks": {}}')
    assert not path.exists()


def test_a_link_to_the_settings_stays_a_link(folder: Path) -> None:
    real = folder / "dotfiles.json"
    real.write_text("{}")
    path = folder / ".codex/hooks.json"
    path.parent.mkdir()
    path.symlink_to(real)
    assert setup("codex", "--yes") == 0
    assert path.is_symlink()
    assert "Stop" in json.loads(real.read_text())["hooks"]


def test_the_places_of_the_products(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = folder / "home"
    monkeypatch.setenv("HOME", str(home))
    found = settings_file("claude-code", "user", folder)
    assert found == home / ".claude/settings.json"
    monkeypatch.setenv("CODEX_HOME", "/opt/codex")
    assert settings_file("codex", "user", folder) == Path("/opt/codex/hooks.json")
    assert settings_file("codex", "project", folder) == folder / ".codex/hooks.json"


def test_no_token_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEERLINE_AGENT_TOKEN", "very-secret")
    assert setup("claude-code", "--yes") == 0
    assert "very-secret" not in (folder / ".claude/settings.local.json").read_text()


def test_opencode_gets_the_tools_of_a_session(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "opencode.json"
    path.write_text('{"model": "a/b"}')
    assert setup("opencode", "--dry-run") == 0
    assert json.loads(path.read_text()) == {"model": "a/b"}
    monkeypatch.setenv("PATH", "")
    assert setup("opencode", "--yes") == 0
    assert "peerline agent host LINK -- opencode acp" in capsys.readouterr().out
    server = json.loads(path.read_text())["mcp"]["peerline"]
    assert (server["type"], server["command"][0]) == ("local", sys.executable)
    program = folder.parent / "bin" / "peerline"
    program.parent.mkdir()
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    assert setup("opencode", "--yes") == 0
    server = json.loads(path.read_text())["mcp"]["peerline"]
    assert server["command"] == ["peerline", "mcp", "--stdio"]
    assert setup("opencode", "--remove", "--yes") == 0
    assert json.loads(path.read_text()) == {"model": "a/b"}


def test_opencodes_own_settings_are_where_it_looks_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    home = tmp_path / "home/.config/opencode/opencode.json"
    assert settings_file("opencode", "user", tmp_path) == home
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    config = tmp_path / "config/opencode/opencode.json"
    assert settings_file("opencode", "user", tmp_path) == config
