"""Two real Neovims and a server behind a relay, for many plans one after the other."""

import os
import re
import shutil
import subprocess
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Final

from tests.e2e.conftest import ServerProcess
from tests.e2e.neovim import Neovim
from tests.e2e.relay import Relay
from tests.e2e.writing_pair import settled

from .editor_plan import EDITORS

SETTINGS: Final = """
-- Read the disk's text where it has changed, without a pause.
vim.api.nvim_create_autocmd('FileChangedShell', { callback = function()
  vim.v.fcs_choice = 'reload'
end })
vim.ui.select = function(items, _, done)
  for _, item in ipairs(items) do
    if item[1] == _G.pick then
      return done(item)
    end
  end
  done(items[1])
end
_G.told = {}
vim.notify = function(message)
  table.insert(_G.told, message)
end
"""
GIT: Final = {
    "GIT_AUTHOR_NAME": "x",
    "GIT_AUTHOR_EMAIL": "x@example.org",
    "GIT_COMMITTER_NAME": "x",
    "GIT_COMMITTER_EMAIL": "x@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


class EditorPair:
    """The editors by their names, each in a git repository of its own."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.relay = Relay()
        stack.callback(self.relay.close)
        self.server = ServerProcess(folder / "data")
        self.server.start()
        stack.callback(self.server.close)
        self.server.create_session()
        host, _, port = self.server.address.rpartition("//")[2].rpartition(":")
        self.relay.target = (host, int(port))
        self._folder = folder
        self._stack = stack
        self._numbers = count()
        self.file = ""
        self.editors = {name: self._join(name) for name in EDITORS}

    def _join(self, name: str) -> Neovim:
        project = self._folder / name / "project"
        project.mkdir(parents=True)
        git(project, "init", "-q", "-b", "main")
        environ = {"XDG_STATE_HOME": str(self.state(name))}
        editor = Neovim(project, username=name, environ=environ)
        self._stack.callback(editor.close)
        editor.lua(SETTINGS)
        editor.command("set autoread shortmess+=A")
        editor.join(self.server.invite("editor", self.relay.address))
        return editor

    def state(self, name: str) -> Path:
        """The folder of a person's state."""
        return self._folder / name / "state"

    def kept(self) -> set[str]:
        """The words of the versions that were kept because a shared text took their place."""
        found: set[str] = set()
        for name in EDITORS:
            for path in (self.state(name) / "peerline" / "recovered").glob("*"):
                found |= set(words(path.read_text(encoding="utf-8")))
        return found

    def share(self, text: str, other: str) -> None:
        """Have both open a new file, which is another one on the branch `other`."""
        for name in EDITORS:
            shutil.rmtree(self.state(name) / "peerline" / "recovered", ignore_errors=True)
        before, self.file = self.file, f"file{next(self._numbers)}.py"
        for editor in self.editors.values():
            path = editor.folder / self.file
            for branch, content in (("other", other), ("main", text)):
                git(editor.folder, "checkout", "-q", "-B", branch)
                path.write_text(content)
                git(editor.folder, "add", self.file)
                git(editor.folder, "commit", "-q", "-m", branch)
            editor.command("silent! only! | messages clear")
            editor.command(f"edit! {self.file}")
            if before:
                editor.command(f"silent! bwipeout! {before}")
            editor.lua("_G.told = {}; _G.pick = 'shared'; vim.v.errmsg = ''")
            editor.wait_lua("return require('peerline.lsp').is_attached(0)")
        self.editors["alice"].command("Peerline share")
        for editor in self.editors.values():
            settled(editor)

    def checkout(self, editor: Neovim) -> None:
        """Have git write the other branch's file, and the editor read it."""
        folder = editor.folder
        here = git(folder, "branch", "--show-current")
        git(folder, "checkout", "-q", "-f", "other" if here == "main" else "main")
        editor.command("silent! checktime")


def words(text: str) -> list[str]:
    """The words of a plan in a text; two who open a line at one place may have both on one line."""
    return re.findall(r"word\d+\.", text)


def git(folder: Path, *arguments: str) -> str:
    """Run git."""
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(command, env=os.environ | GIT, check=True, capture_output=True, text=True)
    return done.stdout.strip()
