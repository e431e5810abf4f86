"""`:Peerline recent` in a real Neovim."""

from pathlib import Path

from .conftest import ServerProcess
from .neovim import Neovim

SELECT = """
local wanted = ...
vim.g.shown = nil
vim.ui.select = function(items, options, on_choice)
  vim.g.shown = vim.tbl_map(options.format_item, items)
  on_choice(items[wanted])
end
"""


def test_a_recent_session_is_picked_joined_again_and_forgotten(
    server: ServerProcess, tmp_path: Path
) -> None:
    first = Neovim(tmp_path / "a", username="Ann Lee")
    try:
        first.command(f"Peerline join {server.invite('editor')}")
        first.wait(lambda: first.state().get("state") == "joined")
        before = first.state()["user_id"]
    finally:
        first.close()
    again = Neovim(tmp_path / "b", username="somebody")
    try:
        again.lua(SELECT, 1)
        again.command("Peerline recent")
        again.wait(lambda: again.state().get("state") == "joined")
        assert again.state()["user_id"] == before
        assert again.state()["username"] == "Ann Lee"
        (line,) = again.api.vars["shown"]
        assert line.startswith(f"Test  ({server.address}, 20")
        again.command("Peerline recent forget")
        again.wait(lambda: "is not listed any more" in again.api.command_output("messages"))
        again.command("Peerline recent")
        again.wait(lambda: "there are no recent sessions" in again.api.command_output("messages"))
    finally:
        again.close()
