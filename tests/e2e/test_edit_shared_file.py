"""The example program edits a shared file together with somebody who has it open."""

import asyncio
import subprocess
import sys
from pathlib import Path

from peerline.client import Client, LinkState
from peerline.protocol.roles import Role
from tests.reliability.clients import until
from tests.reliability.servers import ForkedServer, Site

PROGRAM = Path(__file__).parents[2] / "examples" / "edit_shared_file.py"
CART = "def total(items):\n    return sum(items)\n"


async def test_an_agent_shares_a_file_edits_it_and_says_why_it_cannot(tmp_path: Path) -> None:
    site = await Site.create(tmp_path / "data")
    server = ForkedServer(site.data_dir)
    await asyncio.to_thread(server.start)
    (tmp_path / "cart.py").write_text(CART)
    link = f"peerline://{server.address}/session1?invite={site.invites[Role.EDITOR]}"
    client = Client(site.link(server.address), site.credentials("alice", Role.HOST))

    async def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return await asyncio.to_thread(
            subprocess.run,
            [sys.executable, str(PROGRAM), link, "cart.py", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    try:
        done = await run("sum(items)", "sum(item.price for item in items)")
        assert (done.stdout, done.stderr, done.returncode) == ("Edited cart.py.\n", "", 0)
        client.start()
        await until(lambda: client.state is LinkState.JOINED, "alice has joined")
        (shared,) = client.documents.list()
        document = client.documents.open(shared.id)
        await document.ready()
        expected = CART.replace("sum(items)", "sum(item.price for item in items)")
        assert document.text == expected
        document.edit(("# The cart.\n",))
        assert (await run("total", "price")).returncode == 0
        changed = f"# The cart.\n{expected.replace('total', 'price')}"
        await until(lambda: document.text == changed, "the edit has arrived")
        for old in ("item", "nowhere"):
            failed = await run(old, "x")
            assert failed.returncode == 1
            assert failed.stderr.startswith("The file was not edited: the text to replace is ")
        assert document.text == changed
        assert await document.check() is True
        assert (tmp_path / "cart.py").read_text() == CART, "files are their owner's to write"
    finally:
        await client.close()
        await asyncio.to_thread(server.close)
