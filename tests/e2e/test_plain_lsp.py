"""The bridge in front of clients without a plugin, with the capabilities of three kinds of them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from .bridge_process import BridgeProcess
from .conftest import Bridges, ServerProcess
from .plain_client import PROFILES, PlainClient, bare

FILE = "src/main.py"
TEXT = "α🦊β = 1\nplain line 🦊 x\n    second = '🦊'\nlast\n"
FILES = {FILE: TEXT}
FOX = {"utf-8": 6, "utf-16": 3, "utf-32": 2}
"""The end of the fox in the first line, as each encoding counts."""
SECOND = {"utf-8": (4, 19), "utf-16": (4, 17), "utf-32": (4, 16)}
"""The start and end of the third line's text."""

Start = Callable[..., Awaitable[PlainClient]]


class Setting:
    """Starts clients; Bob is in the session with a plugin."""

    def __init__(self, server: ServerProcess, bridges: Bridges, folder: Path) -> None:
        self.server = server
        self.state = folder / "state"
        self.clients: list[PlainClient] = []
        self.bridges = bridges
        self.bob = bridges.start("bob", FILES)
        self.link = server.invite("editor")
        self.bob.command("join", link=self.link)
        self.bob.open(FILE)

    async def client(
        self,
        profile: str,
        *,
        capabilities: types.ClientCapabilities | None = None,
        environ: dict[str, str] | None = None,
        files: dict[str, str] | None = None,
        **options: Any,
    ) -> PlainClient:
        """A client with the file open."""
        found = PROFILES[profile][0]() if capabilities is None else capabilities
        workspace = self.bridges.workspace(f"client{len(self.clients)}", FILES | (files or {}))
        client = PlainClient(workspace, found, profile)
        self.clients.append(client)
        base = {"XDG_STATE_HOME": str(self.state), "XDG_CONFIG_HOME": str(self.state / "config")}
        await client.start(base | (environ or {}), options)
        client.open(FILE)
        return client

    async def joined(self, profile: str, **options: Any) -> PlainClient:
        """A client that has joined by its options."""
        client = await self.client(profile, link=self.link, **options)
        await self.people(2)
        return client

    async def people(self, count: int) -> None:
        """Until this number of participants is here."""
        await bob_gets(self, "peerline/state", lambda state: state["participants"] == count)


async def bob_gets(
    setting: Setting, method: str, condition: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    return await asyncio.to_thread(setting.bob.wait_notification, method, condition)


async def bob_does(setting: Setting, name: str, **arguments: Any) -> Any:
    return await asyncio.to_thread(BridgeProcess.command, setting.bob, name, **arguments)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One server for all: each test has a session of its own in it."""
    process = ServerProcess(tmp_path_factory.mktemp("server") / "data")
    process.start()
    yield process
    process.close()


@pytest.fixture
def server(running: ServerProcess) -> ServerProcess:
    running.create_session()
    return running


@pytest_asyncio.fixture
async def setting(
    server: ServerProcess, bridges: Bridges, tmp_path: Path
) -> AsyncIterator[Setting]:
    made = Setting(server, bridges, tmp_path)
    try:
        yield made
    finally:
        for client in made.clients:
            await client.stop()


@pytest.mark.parametrize("profile", PROFILES)
async def test_others_are_shown_at_the_right_character(setting: Setting, profile: str) -> None:
    client = await setting.joined(profile)
    setting.bob.cursor(FILE, 0, FOX["utf-16"])
    place = types.Position(0, FOX[PROFILES[profile][1]])

    if profile == "emacs":

        async def noted() -> bool:
            found = await client.diagnostics(FILE)
            return [(item.range.start, item.severity) for item in found] == [
                (place, types.DiagnosticSeverity.Hint)
            ]

        await client.wait(noted, "the note")
        assert types.WORKSPACE_INLAY_HINT_REFRESH not in client.asked
        return

    async def hinted() -> bool:
        found = await client.hints(FILE, 0, 3)
        return [(item.position, item.label) for item in found] == [(place, "◂ bob")]

    await client.wait(hinted, "the hint")
    await client.wait(lambda: types.WORKSPACE_INLAY_HINT_REFRESH in client.asked, "the refresh")

    async def only_hinted() -> bool:
        return await client.diagnostics(FILE) == []

    await client.wait(only_hinted, "no diagnostic beside the hint")


@pytest.mark.parametrize("profile", PROFILES)
async def test_the_own_place_is_inferred(setting: Setting, profile: str) -> None:
    client = await setting.joined(profile)
    encoding = PROFILES[profile][1]
    wire = {"line": 0, "character": FOX["utf-16"]}

    def shows(**expected: Any) -> Callable[[dict[str, Any]], bool]:
        return lambda params: any(
            all(update.get(key) == value for key, value in expected.items())
            for update in params.get("updates", [])
        )

    position = types.Position(0, FOX[encoding])
    await client.lsp.text_document_document_highlight_async(
        types.DocumentHighlightParams(client.document(FILE), position)
    )
    await bob_gets(setting, "peerline/presence", shows(cursor=wire, username="alice"))
    start = types.Position(0, 0)
    await client.actions(FILE, types.Range(start, position))
    selection = {"start": {"line": 0, "character": 0}, "end": wire}
    await bob_gets(setting, "peerline/presence", shows(selection=selection))
    rows = types.Range(types.Position(1, 0), types.Position(3, 0))
    if profile == "neovim":
        # As Neovim does, beyond the standard.
        params = {
            "textDocument": {"uri": client.uri(FILE)},
            "range": {
                "start": {"line": 1, "character": 0},
                "end": {"line": 3, "character": 0},
            },
        }
        message = {"jsonrpc": "2.0", "id": "raw", "method": "textDocument/diagnostic"}
        protocol: Any = client.lsp.protocol
        protocol._send_data({**message, "params": params})
    elif profile == "modern":
        await client.lsp.text_document_semantic_tokens_range_async(
            types.SemanticTokensRangeParams(client.document(FILE), rows)
        )
    else:
        return
    await bob_gets(setting, "peerline/presence", shows(viewport={"start": 1, "end": 2}))


@pytest.mark.parametrize("profile", PROFILES)
async def test_a_comment_is_read_answered_resolved_and_reopened(
    setting: Setting, profile: str
) -> None:
    client = await setting.joined(profile)
    await client.hints(FILE, 0, 3) if profile != "emacs" else None
    uri = setting.bob.uri(FILE)
    await bob_does(setting, "addComment", uri=uri, line=2, content="why <b>🦊</b>?")
    begin, end = SECOND[PROFILES[profile][1]]

    async def shown() -> bool:
        found = await client.diagnostics(FILE)
        return [(item.range, item.message, item.severity) for item in found] == [
            (
                types.Range(types.Position(2, begin), types.Position(2, end)),
                "bob: why <b>🦊</b>?",
                types.DiagnosticSeverity.Information,
            )
        ]

    await client.wait(shown, "the comment, once")
    hover = await client.lsp.text_document_hover_async(
        types.HoverParams(client.document(FILE), types.Position(2, 0))
    )
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.kind is types.MarkupKind.PlainText
    assert hover.contents.value.endswith("why <b>🦊</b>?")

    await client.act(FILE, 2, "write a reply to bob's comment")
    await client.wait(lambda: client.texts[client.uri(FILE)][2] == "    # peerline> ", "the draft")
    client.write(FILE, 2, "    # peerline> so: 🦊")
    lenses = await client.lsp.text_document_code_lens_async(
        types.CodeLensParams(client.document(FILE))
    )
    titles = [lens.command.title for lens in lenses or [] if lens.command is not None]
    assert any(title.startswith("¶ bob: why") for title in titles)
    assert "Peerline: send to the chat" in titles
    await client.act(FILE, 2, "send as a reply to bob")
    answered = await bob_gets(
        setting,
        "peerline/comments",
        lambda params: any(thread["replies"] for thread in params["threads"]),
    )
    (thread,) = answered["threads"]
    assert thread["replies"][0]["content"] == "so: 🦊"
    assert thread["line"] == 2
    await client.wait(lambda: "\n".join(client.texts[client.uri(FILE)]) == TEXT, "no draft")

    await client.act(FILE, 2, "resolve bob's comment")
    await bob_gets(setting, "peerline/comments", lambda params: params["threads"] == [])

    async def gone() -> bool:
        return await client.diagnostics(FILE) == []

    await client.wait(gone, "nothing to show")
    await client.act(FILE, 2, "reopen bob's comment")
    await bob_gets(setting, "peerline/comments", lambda params: len(params["threads"]) == 1)
    await client.wait(lambda: client.diagnostics(FILE), "the comment again")


@pytest.mark.parametrize("profile", PROFILES)
async def test_a_draft_becomes_a_comment_on_the_line_below(setting: Setting, profile: str) -> None:
    client = await setting.joined(profile)
    await client.act(FILE, 3, "write a comment on line 4")
    await client.wait(lambda: "# peerline>" in client.texts[client.uri(FILE)][3], "the draft")
    with pytest.raises(JsonRpcException, match="the draft is empty"):
        await client.command("peerline.sendDraft", {"uri": client.uri(FILE), "line": 3})
    client.write(FILE, 3, "# peerline> look")
    await client.act(FILE, 3, "send as a comment on line 5")
    comments = await bob_gets(setting, "peerline/comments", lambda params: bool(params["threads"]))
    (thread,) = comments["threads"]
    assert (thread["line"], thread["content"], thread["code_snippet"]) == (3, "look", "last")
    await client.wait(lambda: "\n".join(client.texts[client.uri(FILE)]) == TEXT, "no draft")


async def test_selected_lines_are_commented_together(setting: Setting) -> None:
    client = await setting.joined("modern")
    await client.act(FILE, 1, "write a comment on lines 2-3", rows=2)
    await client.wait(lambda: "peerline[2]>" in client.texts[client.uri(FILE)][1], "the draft")
    client.write(FILE, 1, "# peerline[2]> both")
    await client.act(FILE, 1, "send as a comment on lines 3-4")
    comments = await bob_gets(setting, "peerline/comments", lambda params: bool(params["threads"]))
    (thread,) = comments["threads"]
    assert (thread["line"], thread["end_line"], thread["content"]) == (1, 2, "both")
    await client.wait(lambda: "\n".join(client.texts[client.uri(FILE)]) == TEXT, "no draft")


async def test_the_chat_is_a_text_of_the_server_where_the_client_takes_it(
    setting: Setting,
) -> None:
    client = await setting.joined("modern")
    await bob_does(setting, "sendChat", content="hello\x1b[31m")
    await client.command("peerline.openChat")
    (shown,) = client.lsp.shown_documents
    assert shown.uri == f"peerline:/{setting.server.session}/chat.txt"

    async def read() -> bool:
        result = await client.lsp.workspace_text_document_content_async(
            types.TextDocumentContentParams(uri=shown.uri)
        )
        return "bob: hello<U+001B>[31m" in result.text

    await client.wait(read, "the chat")
    method = types.WORKSPACE_TEXT_DOCUMENT_CONTENT_REFRESH
    await client.wait(lambda: method in client.asked, "the refresh")


async def test_what_is_sent_while_the_server_is_away_waits_for_it(setting: Setting) -> None:
    client = await setting.joined("modern")
    await client.wait(lambda: list(setting.state.glob("**/message.txt")), "the file to write in")
    (message,) = setting.state.glob("**/message.txt")

    def reported(text: str) -> bool:
        reports = [value for values in client.lsp.progress_reports.values() for value in values]
        return any(text in (getattr(item, "message", "") or "") for item in reports)

    await asyncio.to_thread(setting.server.kill)
    try:
        await client.wait(lambda: reported("reconnecting"), "the progress")
        message.write_text("are you there?")
        chat = message.with_name("chat.txt")
        await client.wait(
            lambda: "alice: are you there? (not sent yet)" in chat.read_text(), "it waits"
        )
        await client.wait(lambda: message.read_text() == "", "it is kept elsewhere")
    finally:
        await asyncio.to_thread(setting.server.start)
    await bob_gets(
        setting,
        "peerline/chat",
        lambda params: any(item["content"] == "are you there?" for item in params["messages"]),
    )
    await client.wait(
        lambda: chat.read_text().endswith("alice: are you there?\n"), "everybody has it"
    )
    assert client.lsp.messages == []


async def test_a_selection_goes_to_the_chat(setting: Setting) -> None:
    client = await setting.joined("modern")
    where = types.Range(types.Position(0, 1), types.Position(1, 5))
    found = await client.actions(FILE, where)
    chosen = found["Peerline: send the selection to the chat"]
    await client.command(chosen.command.command, *chosen.command.arguments)
    await bob_gets(
        setting,
        "peerline/chat",
        lambda params: any(
            message["content"] == "🦊β = 1\nplain" for message in params["messages"]
        ),
    )


async def test_a_client_that_can_nothing_is_asked_nothing(setting: Setting) -> None:
    client = await setting.joined("nothing", capabilities=bare())
    setting.bob.cursor(FILE, 1, 0)
    await bob_does(setting, "addComment", uri=setting.bob.uri(FILE), line=2, content="why?")
    await bob_does(setting, "sendChat", content="hello @alice")
    await client.wait(
        lambda: len(client.lsp.diagnostics.get(client.uri(FILE), [])) == 2, "comment and cursor"
    )
    place = types.Position(2, 0)
    found = await client.actions(FILE, types.Range(place, place))
    assert all(isinstance(item, types.Command) for item in found.values())
    assert not any("follow" in title for title in found)
    with pytest.raises(JsonRpcException, match="write a line `peerline>"):
        await client.act(FILE, 2, "write a comment")
    client.write(FILE, 1, "# peerline> by hand")
    await client.act(FILE, 1, "send as a comment on line 3")
    await client.wait(
        lambda: any("Take the draft out" in item.message for item in client.lsp.messages), "a word"
    )
    assert client.asked == []
    assert client.lsp.progress_reports == {}


async def test_edits_of_others_are_pulled_where_the_client_refuses_them(setting: Setting) -> None:
    client = await setting.joined("emacs")
    client.takes_edits = False
    await client.act(FILE, 0, "share this file")
    uri = setting.bob.uri(FILE)

    def is_equal(documents: dict[str, Any]) -> bool:
        return [each["state"] for each in documents["documents"]] == ["equal"]

    await bob_gets(setting, "peerline/documents", is_equal)
    place = {"line": 1, "character": 0}
    added = {"range": {"start": place, "end": place}, "text": "of bob\n"}
    document = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [added]}
    setting.bob.notify("textDocument/didChange", document)
    await client.wait(lambda: types.WORKSPACE_APPLY_EDIT in client.asked, "a request")
    assert client.texts[client.uri(FILE)] == TEXT.split("\n")
    await client.act(FILE, 0, "pull remote edits")
    lines = TEXT.split("\n")
    assert client.texts[client.uri(FILE)] == [lines[0], "of bob", *lines[1:]]


async def test_a_mention_is_asked_about_where_that_does_not_block(setting: Setting) -> None:
    client = await setting.joined("modern", ask=True)
    client.answer = "Open the chat"
    await bob_does(setting, "sendChat", content="look @alice")
    await client.wait(lambda: client.lsp.shown_documents, "the chat")
    assert [item.message for item in client.questions] == ["bob mentions you: look @alice"]


async def test_neovim_is_never_asked_and_hears_of_a_mention_as_progress(setting: Setting) -> None:
    client = await setting.joined("neovim")
    client.name = "Neovim"
    await bob_does(setting, "sendChat", content="look @alice")

    def reported() -> bool:
        reports = [value for values in client.lsp.progress_reports.values() for value in values]
        return any(
            getattr(item, "message", "") == "bob mentions you: look @alice" for item in reports
        )

    await client.wait(reported, "the progress")
    assert client.questions == []
    assert client.lsp.messages == []


async def test_what_a_host_sets_is_progress(setting: Setting) -> None:
    client = await setting.joined("modern")
    host = setting.server.token("host", "Hanna")
    hanna = setting.bridges.start("hanna", FILES)
    await asyncio.to_thread(hanna.command, "join", link=setting.link, auth_token=host)
    hanna.open(FILE)
    hanna.cursor(FILE, 0, 0)
    await asyncio.to_thread(hanna.plain_command, "typing")

    def reported() -> bool:
        reports = [value for values in client.lsp.progress_reports.values() for value in values]
        return any(getattr(item, "message", "") == f"Hanna is typing in {FILE}" for item in reports)

    await client.wait(reported, "the progress")


async def test_a_workspaces_file_is_joined_on_a_click_only(setting: Setting) -> None:
    files = {".peerline.toml": f'link = "{setting.link}"\n'}
    client = await setting.client("modern", files=files)
    place = types.Range(types.Position(0, 0), types.Position(0, 0))
    title = f"Peerline: join {setting.server.session} at {setting.server.address}"

    async def offered() -> bool:
        return list(await client.actions(FILE, place)) == [title]

    await client.wait(offered, "the offer")
    with pytest.raises(JsonRpcException, match="join a session first"):
        await client.command("peerline.sendChat", {"content": "hello"})
    await client.act(FILE, 0, "join")
    await setting.people(2)
    await client.act(FILE, 0, "leave")
    await setting.people(1)
    await client.wait(offered, "the offer")


@pytest.mark.parametrize(
    ("options", "environ"), [({"auto_join": True}, {}), ({}, {"PEERLINE_AUTO_JOIN": "1"})]
)
async def test_a_workspaces_file_is_joined_at_once_where_the_user_allows_it(
    setting: Setting, options: dict[str, Any], environ: dict[str, str]
) -> None:
    files = {".peerline.toml": f'link = "{setting.link}"\n'}
    await setting.client("emacs", files=files, environ=environ, **options)
    await setting.people(2)


async def test_a_question_joins_a_workspaces_file(setting: Setting) -> None:
    files = {".peerline.toml": f'link = "{setting.link}"\n'}
    client = await setting.client("modern", files=files, ask=True)
    await client.wait(lambda: client.questions, "the question")
    assert setting.server.address in client.questions[0].message
    with pytest.raises(JsonRpcException, match="join a session first"):
        await client.command("peerline.sendChat", {"content": "hello"})


async def test_a_token_in_a_workspaces_file_is_refused(setting: Setting) -> None:
    files = {".peerline.toml": 'server = "h:1"\nsession = "s"\nauth_token = "x"\n'}
    client = await setting.client("modern", files=files, environ={"PEERLINE_AUTO_JOIN": "1"})
    await client.wait(lambda: client.lsp.messages, "the message")
    (message,) = client.lsp.messages
    assert message.type is types.MessageType.Error
    assert "auth_token: a secret must not be in a shared file" in message.message


async def test_an_account_joins_with_the_token_of_a_private_file(setting: Setting) -> None:
    config = setting.state / "config" / "peerline"
    config.mkdir(parents=True)
    tokens = config / "tokens.toml"
    token = setting.server.token("host", "Hanna")
    tokens.write_text(f'"{setting.server.address}" = "{token}"\n')
    tokens.chmod(0o644)
    environ = {
        "PEERLINE_SERVER": setting.server.address,
        "PEERLINE_SESSION": setting.server.session,
    }
    client = await setting.client("modern", environ=environ)
    await client.wait(lambda: client.lsp.messages, "the refusal")
    assert "others may read it (mode 644)" in client.lsp.messages[0].message
    assert token not in client.lsp.messages[0].message
    tokens.chmod(0o600)
    await client.command("peerline.joinConfigured")
    people = await bob_gets(
        setting,
        "peerline/participants",
        lambda params: any(person["username"] == "Hanna" for person in params["participants"]),
    )
    assert [person["role"] for person in people["participants"]] == ["editor", "host"]


async def test_an_invite_says_what_it_gives_and_others_are_told_which_host_to_ask(
    setting: Setting,
) -> None:
    address, session = setting.server.address, setting.server.session
    environ = {
        "PEERLINE_LINK": f"peerline://{address}/{session}",
        "PEERLINE_TOKEN": setting.server.token("host", "Hanna"),
    }
    host = await setting.client("modern", environ=environ)
    await setting.people(2)
    await host.command("peerline.invite")
    told = "others join as editors (on this computer) with "
    await host.wait(lambda: any(told in each.message for each in host.lsp.messages), told)
    guest = await setting.client("modern", link=setting.link)
    await setting.people(3)
    with pytest.raises(JsonRpcException, match="ask Hanna, the host, for a link: only a host can"):
        await guest.command("peerline.invite")


@pytest.mark.parametrize("asks", [True, False])
async def test_a_host_lets_somebody_in(setting: Setting, *, asks: bool) -> None:
    address, session = setting.server.address, setting.server.session
    environ = {
        "PEERLINE_LINK": f"peerline://{address}/{session}",
        "PEERLINE_TOKEN": setting.server.token("host", "Hanna"),
    }
    host = await setting.client("modern", environ=environ, ask=asks)
    await setting.people(2)
    host.answer = "Admit"
    await host.command("peerline.updateSession", {"changes": {"join_approval": True}})
    guest = setting.bridges.start("guest", FILES)
    joining = asyncio.create_task(asyncio.to_thread(guest.command, "join", link=setting.link))
    if asks:
        await host.wait(lambda: host.questions, "the question")
        assert host.questions[0].message == "guest wants to join as editor"
    else:
        await host.act(FILE, 0, "admit guest as editor")
        assert host.questions == []
    await joining
    await setting.people(3)
