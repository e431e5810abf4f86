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


CONFIRM = """
local answer = ...
vim.g.asked = {}
vim.fn.confirm = function(question)
  vim.g.asked = vim.list_extend(vim.g.asked, { question })
  return answer
end
"""


def test_another_session_is_joined_after_one_question(
    server: ServerProcess, tmp_path: Path
) -> None:
    editor = Neovim(tmp_path / "a", username="ann")
    try:
        first = server.session
        link = server.invite("editor")
        editor.lua(CONFIRM, 2)
        editor.command(f"Peerline join {link}")
        editor.wait(lambda: editor.state().get("state") == "joined")
        # The same session again is no other one.
        editor.command(f"Peerline join {link}")
        assert editor.api.vars["asked"] == []
        server.create_session()
        other = server.invite("editor")
        editor.command(f"Peerline join {other}")
        question = "You are in the session Test. Leave it and join another?"
        assert editor.api.vars["asked"] == [question]
        assert editor.state()["session_id"] == first
        editor.lua(CONFIRM, 1)
        editor.command(f"Peerline join {other}")
        editor.wait(lambda: editor.state().get("session_id") == server.session)
        assert editor.api.vars["asked"] == [question]
    finally:
        editor.close()
