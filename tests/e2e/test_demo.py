"""`make run`'s demo: a guide that can be met, and an end without a trace."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Bridges
from .neovim import Neovim

COMMENTS = "peerline_comments"


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a signal")
def test_a_newcomer_meets_the_guide(tmp_path: Path, bridges: Bridges) -> None:
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "peerline", "demo", "--port", "0"),
            *("--data-dir", str(tmp_path / "data")),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        text = ""
        while "Ctrl-C" not in text:
            line = process.stdout.readline()
            assert line, process.communicate()
            text += line
        (link,) = re.findall(r"Join as an editor +(\S+)", text)
        assert "Join as a viewer" in text
        assert "nvim" in text
        sample = (Path(__file__).parents[2] / "examples/workspace/src/cart.py").read_text()
        newcomer = bridges.start("ann", {"src/cart.py": sample})
        newcomer.command("join", link=link)
        newcomer.open("src/cart.py")
        newcomer.wait_notification(
            "peerline/presence",
            lambda params: any(
                update["username"] == "guide" and "cursor" in update
                for update in params.get("updates", [])
            ),
        )
        newcomer.wait_notification(
            "peerline/comments",
            lambda params: any("float" in thread["content"] for thread in params["threads"]),
        )
        newcomer.wait_notification(
            "peerline/chat",
            lambda params: any(
                "Hello ann!" in message["content"] for message in params["messages"]
            ),
        )
        # The data directory is inside of a repository, as that of `make run` is.
        (tmp_path / ".git").mkdir()
        editor = Neovim(tmp_path / "data" / "workspace", username="ben")
        try:
            editor.edit("src/cart.py")
            editor.join(link)
            editor.wait(lambda: " guide " in editor.virtual_text(), "the guide's name")
            editor.wait(
                lambda: any("guide: total()" in text for text in editor.virtual_text(COMMENTS)),
                "the guide's comment",
            )
        finally:
            editor.close()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=15)
        assert process.returncode == 0, errors
        assert errors == ""
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
