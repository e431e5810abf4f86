"""A Neovim without the plugin, configured as docs/editors/neovim.md says."""

import re
import sys
from pathlib import Path
from typing import Any

from .neovim import Neovim

PAGE = Path(__file__).parents[2] / "docs" / "editors" / "neovim.md"
BRIDGE = [sys.executable, "-m", "peerline", "lsp", "--stdio"]


def documented(page: Path, language: str) -> str:
    """The page's first block of code in a language."""
    found = re.search(rf"^```{language}\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


class StockNeovim(Neovim):
    """Neovim's own client and nothing else."""

    def set_up(self, username: str | None, bridge: list[str]) -> None:
        code = documented(PAGE, "lua")
        command = "{ 'peerline', 'lsp', '--stdio' }"
        assert command in code
        quoted = ", ".join(f"'{part}'" for part in bridge)
        code = code.replace(command, f"{{ {quoted} }}").replace("vim.env.USER", f"'{username}'")
        self.lua(code)

    def report(self) -> str:
        return f"messages {self.messages()!r}, hints {self.hints()}, {self.diagnostics()}"

    def wait_ready(self) -> None:
        """Until the bridge answers for the current buffer."""
        self.wait_lua(
            "local c = vim.lsp.get_clients({ name = 'peerline', bufnr = 0 })[1] "
            "return c ~= nil and c.initialized"
        )

    def hints(self) -> list[tuple[int, str]]:
        """The inlay hints of the buffer: (row, text)."""
        found = self.lua(
            """
            local hints = {}
            for _, item in ipairs(vim.lsp.inlay_hint.get({ bufnr = 0 })) do
              table.insert(hints, { item.inlay_hint.position.line, item.inlay_hint.label })
            end
            return hints
            """
        )
        return [(row, text) for row, text in found]

    def diagnostics(self) -> list[dict[str, Any]]:
        """The diagnostics of the buffer."""
        return self.lua(
            """
            local found = {}
            for _, item in ipairs(vim.diagnostic.get(0)) do
              local row, message = item.lnum, item.message
              table.insert(found, { row = row, message = message, severity = item.severity })
            end
            return found
            """
        )

    def lenses(self) -> list[str]:
        """The titles of the code lenses of the buffer."""
        return self.lua(
            """
            local titles = {}
            for _, lens in ipairs(vim.lsp.codelens.get(0)) do
              table.insert(titles, lens.command.title)
            end
            return titles
            """
        )

    def go(self, row: int, column: int = 0) -> None:
        """Put the cursor somewhere and let it rest there."""
        self.lua("vim.api.nvim_win_set_cursor(0, { ... })", row + 1, column)
        self.command("doautocmd CursorHold")

    def act(self, title: str) -> None:
        """Choose the code action whose title contains the text, as somebody would in `gra`."""
        self.lua(
            """
            local wanted = ...
            _G.offered = nil
            vim.ui.select = function(items, opts, on_choice)
              _G.offered = vim.tbl_map(function(item) return opts.format_item(item) end, items)
              for index, text in ipairs(_G.offered) do
                if text:find(wanted, 1, true) then
                  return on_choice(items[index], index)
                end
              end
              on_choice(nil)
            end
            vim.lsp.buf.code_action()
            """,
            title,
        )
        offered = self.wait_lua("return _G.offered")
        assert any(title in text for text in offered), (title, offered)

    def lines(self) -> list[str]:
        """The text of the buffer."""
        return self.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)")

    def hover(self) -> str:
        """The text that `K` shows."""
        self.lua("vim.lsp.buf.hover()")
        return self.wait_lua(
            """
            for _, win in ipairs(vim.api.nvim_list_wins()) do
              if vim.api.nvim_win_get_config(win).relative ~= '' then
                local buf = vim.api.nvim_win_get_buf(win)
                return table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), '\\n')
              end
            end
            """
        )
