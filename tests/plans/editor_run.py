"""Carries out a plan in two real Neovims and tells what is wrong."""

import time
from collections import Counter
from typing import Any, Final

from peerline_bridge.sharing.document_list import SHOW_SECONDS
from tests.e2e.neovim import Neovim
from tests.e2e.writing_pair import document, settled, text

from .editor_pair import EditorPair, words
from .editor_plan import is_careful, random_keys
from .plan import SERVER, Plan, Step

TEXT: Final = "".join(f"line {number} b(c)\n" for number in range(20))
OTHER: Final = "".join(f"line {number} b(c)\n" for number in range(0, 20, 3)) + "other\n" * 9
QUIET_SECONDS: Final = 60.0
_SHOWN_MS: Final = round(2_000 * SHOW_SECONDS)
_BACK: Final = "<C-\\><C-n>"


def run_editor_plan(plan: Plan, pair: EditorPair) -> list[str]:
    """Faults found after the plan, in a new file; none if all is well."""
    run = _Run(plan, pair)
    for step in plan.steps:
        run.take(step)
    return run.judge()


class _Run:
    """A plan under way."""

    def __init__(self, plan: Plan, pair: EditorPair) -> None:
        self._is_careful = is_careful(plan)
        self._pair = pair
        self._words: list[str] = []
        pair.share(TEXT, OTHER)

    def take(self, step: Step) -> None:
        """Begin a step."""
        pair, number = self._pair, step.number
        if step.actor == SERVER:
            if step.action == "kill":
                pair.server.kill()
            else:
                pair.server.stop()
            pair.server.start()
            return
        editor = pair.editors[step.actor]
        match step.action:
            case "pause":
                editor.lua("vim.wait(...)", number % 40)
            case "settle":
                self._until_quiet()
            case "drop":
                pair.relay.cut()
            case "kill":
                editor.kill_bridge()
            case _:
                self._work(editor, step)

    def _work(self, editor: Neovim, step: Step) -> None:
        """Begin work by keys, or by commands after the keys before it."""
        keys = self._keys(step)
        if keys is not None:
            editor.keys(keys)
            return
        self._normal(editor)
        if self._is_careful and step.action != "paste":
            # What the disk lacks is deleted where no bridge knows that the text is the disk's. What
            # is shown may be of a bridge that has just been killed.
            _until(editor, _ROUND_TRIP)
            # And what has just been typed without a connection is shown as pending a moment later.
            editor.lua("vim.wait(...)", _SHOWN_MS)
            _until(editor, _NO_QUESTION)
            settled(editor)
        match step.action:
            case "paste":
                lines = [self._word() for _ in range(1 + step.number % 30)]
                editor.lua("vim.api.nvim_put(..., 'l', true, false)", lines)
            case "format":
                editor.lua(_FORMAT)
            case "reload":
                editor.command("silent edit!")
            case "append":
                editor.command("silent write!")
                with (editor.folder / self._pair.file).open("a") as file:
                    file.write(f"{self._word()}\n")
                editor.command("silent! checktime")
            case "checkout":
                editor.command("silent write!")
                answer = "shared" if self._is_careful or step.number % 2 else "mine"
                editor.lua("_G.pick = ...", answer)
                self._pair.checkout(editor)
            case action:
                raise ValueError(action)

    def _keys(self, step: Step) -> str | None:
        number = step.number
        match step.action:
            case "keys":
                return random_keys(number)
            case "undo":
                return "u"
            case "redo":
                return "<C-r>"
            case "write":
                return f"{1 + number % 40}Go{self._word()} é🦊{_BACK}"
            case "above":
                return f"ggO{self._word()}{_BACK}"
            case "indent":
                return "gg>G" if number % 2 else "gg=G"
            case "substitute":
                return f":%s/{'abcdn'[number % 5]}/{'äxß🦊'[number % 4]}/ge<CR>"
            case "save":
                return ":silent write!<CR>"
            case "shorten":
                return ":9,$d<CR>:%s/^\\(.\\{,40\\}\\).*/\\1/<CR>"
            case _:
                return None

    def judge(self) -> list[str]:
        """Wait until all is quiet, then compare the texts, and with what was written."""
        problems = self._until_quiet()
        texts = {name: text(editor) for name, editor in self._pair.editors.items()}
        for name, editor in self._pair.editors.items():
            told: list[str] = editor.lua("return _G.told")
            problems += [f"{name} was told: {each}" for each in told if "mended" in each]
            problems += [f"{name} was told: {each}" for each in told if "no longer" in each]
            error = editor.lua("return vim.fn.matchstr(vim.v.errmsg, 'E5108.*')")
            problems += [f"{name}: {error}"] if error else []
        if self._is_careful and not problems:
            counts = Counter(words(texts["alice"]))
            kept = self._pair.kept()
            lost = [one for one in self._words if not counts[one] and one not in kept]
            problems += [f"{one} is lost" for one in lost]
            problems += [f"{one} is there {n} times" for one, n in counts.items() if n > 1]
            problems += [f"the text is {texts['alice']!r}"] if problems else []
        return problems

    def _word(self) -> str:
        self._words.append(f"word{len(self._words)}.")
        return self._words[-1]

    def _normal(self, editor: Neovim) -> None:
        """Wait until all keys are worked off."""
        editor.keys(_BACK)
        _until(editor, "return vim.api.nvim_get_mode().mode == 'n' and vim.fn.getchar(1) == 0")

    def _until_quiet(self) -> list[str]:
        """Wait until both have one text and nothing is on its way; else the reasons."""
        deadline = time.monotonic() + QUIET_SECONDS
        for editor in self._pair.editors.values():
            editor.keys(_BACK)
        quiet = 0
        while True:
            problems = self._unquiet()
            quiet = 0 if problems else quiet + 1
            if quiet > 2:
                return []
            if time.monotonic() > deadline:
                return ["it does not become quiet", *problems]
            for editor in self._pair.editors.values():
                editor.lua("vim.wait(10)")

    def _unquiet(self) -> list[str]:
        problems: list[str] = []
        for name, editor in self._pair.editors.items():
            # What was typed before is taken by the bridge when it has answered.
            editor.lua(_ROUND_TRIP)
            mode: dict[str, Any] = editor.lua("return vim.api.nvim_get_mode()")
            if mode["mode"] != "n" or mode["blocking"]:
                problems.append(f"{name} is in {mode}")
            if editor.state()["state"] != "joined":
                problems.append(f"{name} is {editor.state()}")
            found = document(editor)
            if not found or found["state"] != "equal" or found["pending"]:
                problems.append(f"{name} has the document {found}")
        texts = {name: text(editor) for name, editor in self._pair.editors.items()}
        if len(set(texts.values())) != 1:
            problems += [f"{name} has {each!r}" for name, each in texts.items()]
        return problems


def _until(editor: Neovim, code: str) -> None:
    """Wait as long as for quiet: on a busy machine a bridge that was killed is slow to be back."""
    editor.wait(lambda: editor.lua(code), code, QUIET_SECONDS)


_ROUND_TRIP: Final = """
local client = require('peerline.lsp').client()
if client and client.initialized then
  local pending = { command = 'peerline.listPending' }
  local answer = client:request_sync('workspace/executeCommand', pending, 1000)
  return answer ~= nil and answer.result ~= nil
end
"""
_NO_QUESTION: Final = """
-- One that waits until nobody types is asked now.
return not require('peerline.documents.question').again(vim.uri_from_bufnr(0))
"""
_FORMAT: Final = """
local lines = vim.api.nvim_buf_get_lines(0, 0, -1, true)
for number, line in ipairs(lines) do
  lines[number] = line:gsub('%s+$', ''):gsub(' +', ' ')
end
vim.api.nvim_buf_set_lines(0, 0, -1, true, lines)
"""
