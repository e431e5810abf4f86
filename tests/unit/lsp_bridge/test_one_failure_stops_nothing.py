"""An exception in each handler of an event: the next event is shown, and commands are answered."""

import asyncio
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from peerline.protocol.editor.agents import EditorAgentWork
from peerline.protocol.editor.approvals import EditorApprovals
from peerline.protocol.editor.chat import SendChatArguments
from peerline.protocol.editor.documents import EditorDocumentQuestion, EditorDocumentSaved
from peerline.protocol.editor.participants import ParticipantArguments
from peerline.protocol.editor.session import JoinArguments
from peerline.protocol.roles import Role
from peerline_bridge.anchors.tracked_threads import ThreadRows
from peerline_bridge.commands.chat import send_chat
from peerline_bridge.commands.participants import follow
from peerline_bridge.guarded_surface import GuardedSurface
from peerline_bridge.plugin.surface import RichSurface
from peerline_bridge.presentation.participants_presenter import ParticipantsPresenter
from peerline_bridge.presentation.presenter import Presenter
from peerline_bridge.presentation.thread_display import ThreadDisplay
from peerline_bridge.presentation.thread_presenter import ThreadPresenter
from peerline_bridge.presentation.views import Views
from peerline_bridge.session.bridge import Bridge
from peerline_bridge.session.settings import BridgeSettings
from peerline_bridge.sharing.editor_link import PluginLink
from peerline_bridge.surface import Surface
from peerline_bridge.texts.locations import Locations
from peerline_bridge.texts.open_texts import Documents
from peerline_bridge.texts.paths import Workspace
from peerline_bridge.texts.positions import Encoding
from peerline_bridge.unsent.unsent_messages import UnsentMessages
from tests.unit.server.conftest import SESSION, Door, RawClient
from tests.unit.server.conftest import door as door  # noqa: PLC0414 - a fixture
from tests.unit.server.conftest import open_door as open_door  # noqa: PLC0414 - a fixture

SURFACE = sorted(name for name, _ in inspect.getmembers(Surface) if name.startswith("show_"))
INNER: list[tuple[type[Any], str]] = [
    (Presenter, "show_state"),
    (Presenter, "_show_change"),
    (ParticipantsPresenter, "_show_frame"),
    (Presenter, "_show_all"),
    (ThreadPresenter, "changed"),
    (ThreadPresenter, "reset"),
    (ThreadDisplay, "_work"),
    (ThreadRows, "_locate"),
    (Views, "chat"),
    (Views, "file_event"),
    (Views, "participant"),
    (Views, "presence"),
    (Views, "system"),
    (Views, "thread"),
    (UnsentMessages, "on_state"),
]
"""The methods that turn an event into what is shown."""
TEXT = "def total():\n    return 1\n"


class Fault:
    """Fails every call of a method while it is on."""

    def __init__(self, owner: type[Any], name: str, patch: pytest.MonkeyPatch) -> None:
        self.is_on = True
        self.count = 0
        whole: Callable[..., Any] = getattr(owner, name)

        def faulty(*arguments: Any, **options: Any) -> Any:
            if self.is_on:
                self.count += 1
                raise RuntimeError("an injected fault")
            return whole(*arguments, **options)

        patch.setattr(owner, name, faulty)


async def eventually(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 - of several kinds of things
            await asyncio.sleep(0.01)


async def everything_happens(host: RawClient, me: str) -> None:
    """Each kind of event, from another participant."""
    place = {"file": "src/main.py", "line": 1}
    for message in (
        {"type": "change_role", "user_id": me, "role": "host"},
        {"type": "cursor_update", "data": {**place, "column": 1}},
        {"type": "chat_message", "content": "one"},
        {
            "type": "add_comment",
            "data": {**place, "content": "?", "code_snippet": "def total():"},
        },
        {"type": "file_event", "data": {"file": "src/main.py", "change": "modified"}},
        {"type": "update_session", "changes": {"title": "Other"}},
        {"type": "create_invite", "role": "viewer", "request_id": "invite"},
        {"type": "summon"},
    ):
        await host.send(session_id=SESSION, **message)
    data = {"file": place["file"], "content": "another text\n"}
    await host.send(type="share_document", session_id=SESSION, data=data)
    document = (await host.receive_type("document_shared"))["document"]
    about = {"session_id": SESSION, "document_id": document["id"]}
    await host.send(type="open_document", request_id="open", **about)
    await host.send(type="document_saved", hash=document["hash"], **about)


def documents_happen(surface: GuardedSurface, uri: str) -> None:
    """As when a document is shared and an agent has asked, which nobody does here."""
    one = {"uri": uri, "document_id": "d1", "file": "src/main.py"}
    counts = {"lines_added": 1, "lines_removed": 0}
    question = {
        **one,
        **counts,
        "kind": "join",
        "diff": "+x",
        "shared_by_name": "Host",
        "can_offer": True,
    }
    surface.show_document_question(EditorDocumentQuestion.model_validate(question))
    saved = {**one, "user_id": "host", "username": "Host", "is_equal": True}
    surface.show_document_saved(EditorDocumentSaved.model_validate(saved))
    surface.show_approvals(EditorApprovals(approvals=[]))
    surface.show_agent_work(EditorAgentWork(agent_id="agent"))


async def play(door: Door, tmp_path: Path, fault: Fault) -> None:
    (tmp_path / "src").mkdir()
    source = tmp_path / "src" / "main.py"
    source.write_text(TEXT)
    sent: list[tuple[str, str]] = []
    surface = RichSurface(lambda method, params: sent.append((method, params.decode())))
    locations = Locations(Documents(), Workspace([tmp_path]), Encoding.UTF16)
    settings = BridgeSettings(username="alice", comment_changes=True, all_comments=True)
    link = PluginLink(lambda *_: None, "editor", marks_edits=True)
    loop = asyncio.get_running_loop()
    bridge = Bridge(loop, surface, locations, settings, link=link)
    bridge.documents.on_open(source.as_uri(), 1, TEXT)
    host = await door.join("host")
    code = await door.invite(Role.EDITOR)
    await bridge.join(JoinArguments(link=f"peerline://{door.address}/{SESSION}?invite={code}"))
    me = (await host.receive_type("user_joined"))["user"]["id"]
    await eventually(lambda: "host" in bridge.require_session().client.replica.participants)
    await follow(bridge, ParticipantArguments(user_id="host"))
    await everything_happens(host, me)
    documents_happen(GuardedSurface(surface, bridge.guard), source.as_uri())
    bridge.guard.failed("something else", ValueError())
    await eventually(lambda: fault.count)
    fault.is_on = False
    await host.send(type="chat_message", session_id=SESSION, content="the next one")
    await eventually(lambda: any("the next one" in params for _, params in sent))
    answer = await send_chat(bridge, SendChatArguments(content="answered"))
    assert answer.get("seq") or answer.get("is_pending")
    await bridge.close()


@pytest.mark.parametrize("name", SURFACE)
async def test_what_cannot_be_shown_stops_nothing_else(
    door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    await play(door, tmp_path, Fault(RichSurface, name, monkeypatch))


@pytest.mark.parametrize(("owner", "name"), INNER)
async def test_what_fails_before_it_is_shown_stops_nothing_else(
    door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: type[Any], name: str
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    await play(door, tmp_path, Fault(owner, name, monkeypatch))
