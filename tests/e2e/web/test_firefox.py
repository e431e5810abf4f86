"""The page in Debian's Firefox: joining, chat, code, the policy and the socket."""

import json
import subprocess
from pathlib import Path

from peerline.protocol.chat import SendChatMessage
from peerline.protocol.documents import ShareDocument, ShareDocumentData
from peerline.protocol.links import SessionLink
from tests.e2e.conftest import ServerProcess
from tests.e2e.vscode.participant import as_host

SCRIPT = Path(__file__).with_name("firefox.mjs")


def test_firefox_joins_chats_and_shows_code(server: ServerProcess) -> None:
    session_id = server.session
    as_host(
        server,
        lambda _: [
            SendChatMessage(session_id=session_id, content="hello Fritz"),
            ShareDocument(
                session_id=session_id, data=ShareDocumentData(file="a.py", content="a = 1\n")
            ),
        ],
    )
    link = SessionLink.parse(server.invite("editor")).page_url
    command = ["node", str(SCRIPT), link, "Fritz", "hello from Firefox", "hello Fritz"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=110)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found == {
        "address": link.partition("#")[0],
        "cookies": "",
        "reports": [],
        "harmed": 0,
        "isRefused": True,
        "scroller": "flex",
        "problems": [],
    }
