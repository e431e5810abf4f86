"""A shared AI agent, prompted and stopped from a real Neovim."""

import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final

import pytest

from .agent_host import Host, shared_agent, steps
from .conftest import ServerProcess
from .neovim import Neovim

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it needs Unix sockets")
SECONDS: Final = 100.0
"""The SDK of the agent takes its time to be imported on a busy machine."""
LINES: Final = "return vim.api.nvim_buf_get_lines(0, 0, -1, false)"
QUEUE: Final = """
for _, person in ipairs(require('peerline.participants').list) do
  if person.username == 'robo' then return person.agent.queue end
end
"""
COMPLETE: Final = "return require('peerline.commands').complete('', ...)"


@pytest.fixture
def bob(server: ServerProcess, tmp_path: Path) -> Generator[Neovim]:
    neovim = Neovim(tmp_path / "bob", username="Bob")
    try:
        # The lines of a file that is quoted tell the scripted agent what to do.
        (tmp_path / "bob" / "todo.txt").write_text(
            f"Notes\n{steps(['say', 'begun'], ['wait'])}\n{steps(['say', 'again'])}\n"
        )
        neovim.edit("todo.txt")
        neovim.join(server.invite("editor"))
        yield neovim
    finally:
        neovim.close()


@pytest.fixture
def robo(server: ServerProcess, tmp_path: Path, bob: Neovim) -> Generator[Host]:
    with shared_agent(server, tmp_path) as host:
        bob.wait(lambda: bob.lua(QUEUE), "the agent", SECONDS)
        yield host


def states(neovim: Neovim) -> list[str]:
    return [prompt["state"] for prompt in neovim.lua(QUEUE)["prompts"]]


def test_prompts_wait_in_a_queue_are_cancelled_and_a_turn_is_stopped(
    bob: Neovim, robo: Host
) -> None:
    assert bob.lua(COMPLETE, "Peerline prompt ") == ["robo"]
    bob.command("2Peerline prompt robo do this")
    bob.wait(lambda: states(bob) == ["running"], "its turn", SECONDS)
    # Without a name it is for the only agent that there is.
    bob.command("3Peerline prompt and this")
    bob.wait(lambda: states(bob) == ["running", "waiting"], "the queue")
    ((asked,),) = robo.noted("prompt")
    assert "do this\n\n`todo.txt:2`\n```\ndo: " in asked

    bob.command("Peerline agents")
    lines: list[str] = bob.lua(LINES)
    assert lines[-2].startswith("  running: Bob: do this `todo.txt:2` ``` do: ")
    assert lines[-1].startswith("  waiting: Bob: and this `todo.txt:3` ``` do: ")
    bob.command("1")
    bob.keys("x")
    bob.wait(lambda: "the cursor is not on a prompt" in bob.messages(), "the refusal")
    bob.keys("Gx")
    bob.wait(lambda: states(bob) == ["running"], "it is cancelled")
    assert len(bob.lua(LINES)) == len(lines) - 1
    # The turn that has begun is stopped by a key of its own.
    bob.keys("Gx")
    bob.wait(lambda: "it does not wait any more" in bob.messages(), "why it goes on")
    assert states(bob) == ["running"]
    bob.keys("q")

    assert bob.lua(COMPLETE, "Peerline stop ") == ["robo"]
    bob.command("Peerline stop")
    bob.wait(lambda: states(bob) == [], "it has stopped", SECONDS)
    assert robo.noted("cancel") == [["one"]]
    assert len(robo.noted("prompt")) == 1
    bob.command("Peerline stop")
    bob.wait(lambda: "no agent is at work that you may stop" in bob.messages(), "nothing to stop")
    # The others read in the chat what was done.
    said = [message["content"] for message in bob.lua("return require('peerline.chat').messages")]
    assert any(text.startswith("prompts robo: do this") for text in said)
    assert [text for text in said if "stop" in text or "cancelled" in text] == [
        "cancelled a prompt for robo",
        "stops robo",
    ]


def test_a_prompt_is_written_in_a_window_and_kept_if_it_is_refused(bob: Neovim, robo: Host) -> None:
    bob.command("Peerline prompt robo")
    bob.wait(lambda: bob.lua("return vim.bo.filetype") == "peerline-input", "the window")
    text: list[Any] = ["run it", steps(["say", "done"])]
    bob.lua("vim.api.nvim_buf_set_lines(0, 0, -1, false, ...)", ["x" * 9_000])
    bob.keys("<CR>")
    bob.wait(lambda: "at most 8000 characters" in bob.messages(), "the refusal")
    bob.lua("vim.api.nvim_buf_set_lines(0, 0, -1, false, ...)", text)
    bob.keys("<CR>")
    bob.wait(lambda: robo.noted("prompt"), "the prompt", SECONDS)
    assert "\n".join(text) in robo.noted("prompt")[0][0]
    bob.wait(lambda: bob.lua("return vim.bo.filetype") != "peerline-input", "it closes")
    bob.wait(lambda: "done" in bob.chat(), "the answer", SECONDS)


def test_without_a_shared_agent_there_is_nobody_to_prompt(bob: Neovim) -> None:
    bob.command("Peerline prompt robo run the tests")
    assert "no agent here takes prompts from you" in bob.messages()
    assert bob.lua(COMPLETE, "Peerline prompt ") == []
