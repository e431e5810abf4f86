"""`make run`'s demo: a guide that can be met, and an end without a trace."""

import asyncio
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from peerline.cli.demo_guide import FILE, Guide
from peerline.client import Client
from peerline.protocol.links import SessionLink
from peerline.protocol.roles import Role
from peerline_server.gateway.page_files import is_built
from tests.reliability.clients import until
from tests.reliability.servers import ForkedServer, Site

from .conftest import Bridges
from .neovim import Neovim

COMMENTS = "peerline_comments"
SAMPLE = Path(__file__).parents[2] / "examples/workspace" / FILE


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
        assert "Editors write in shared files" in text
        assert 'In VS Code       the command "Peerline: Join Session…"' in text
        assert "In Neovim        :Peerline join LINK" in text
        if is_built():
            assert (
                f"In a browser     the field on http://{SessionLink.parse(link).address}/" in text
            )
        assert f"\n    {tmp_path / 'data' / 'workspace'}\n" in text
        newcomer = bridges.start("ann", {"src/cart.py": SAMPLE.read_text()})
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


@pytest.mark.parametrize("change", [("", ""), ("total = 0\n", "total = 0.0\n")])
async def test_the_guide_shares_the_file_as_its_users_have_left_it(
    tmp_path: Path, change: tuple[str, str]
) -> None:
    """A second demo has the copy of the first; its guide walks through what is written now."""
    text = SAMPLE.read_text(encoding="utf-8").replace(*change)
    copy = tmp_path / FILE
    copy.parent.mkdir()
    copy.write_text(text, encoding="utf-8")
    site = await Site.create(tmp_path / "data")
    server = ForkedServer(site.data_dir)
    server.start()
    link = site.link(server.address)
    guide = asyncio.create_task(Guide(link, site.token("alice"), tmp_path).run())
    client = Client(link, site.credentials("dora", Role.EDITOR))
    try:
        client.start()
        async with asyncio.timeout(30):
            await until(lambda: _says(client, "Hello Dora!") and _is_set(client), "the guide")
            (shared,) = client.documents.list()
            document = client.documents.open(shared.id)
            await document.ready()
            assert (shared.file, document.text) == (FILE, text)
            document.edit((-len(text), "def last() -> None:\n"))
            end = len("def last() -> None:") + 1
            await until(lambda: _is_someone_at(client, line=1, column=end), "the guide's cursor")
        threads = [thread.line for thread in client.replica.threads.values()]
        assert len(threads) == (0 if change[0] else 1)
        assert not guide.done()
    finally:
        guide.cancel()
        await asyncio.gather(guide, return_exceptions=True)
        await client.close()
        server.close()


def _says(client: Client, words: str) -> bool:
    return any(words in message.content for message in client.replica.messages)


def _is_set(client: Client) -> bool:
    """Whether the guide has said and set all: the status is the last of it."""
    session = client.replica.session
    return session is not None and session.status == "active"


def _is_someone_at(client: Client, *, line: int, column: int) -> bool:
    cursors = [one.presence.cursor for one in client.replica.participants.values()]
    return any(cursor and (cursor.line, cursor.col) == (line, column) for cursor in cursors)
