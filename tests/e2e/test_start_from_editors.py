"""`peerline.startSession` and what editors make of it, with real servers."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from peerline.protocol.links import SessionLink
from peerline.runfile import running_address

from .bridge_process import BridgeProcess, RpcError
from .conftest import Bridges, ServerProcess
from .neovim import Neovim

FILES = {"src/main.py": "one\ntwo\n"}


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The data folder of this computer's server, which ends with the test."""
    folder = tmp_path / "own"
    monkeypatch.setenv("PEERLINE_DATA_DIR", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    yield folder
    runfile = folder / "server.json"
    if runfile.exists():
        os.kill(json.loads(runfile.read_text())["pid"], signal.SIGTERM)
        deadline = time.monotonic() + 30
        while running_address(folder) is not None:
            assert time.monotonic() < deadline, "the server does not end"
            time.sleep(0.05)


def test_an_account_starts_a_session_on_a_server_elsewhere(
    server: ServerProcess, bridges: Bridges
) -> None:
    alice = bridges.start("alice", FILES)
    token = server.token("alice", "Alice")
    started = alice.command(
        "startSession", server=server.address, title="Pairing", auth_token=token
    )
    state = alice.wait_state(state="joined")
    assert (state["role"], state["title"]) == ("host", "Pairing")
    assert started["session_id"] != server.session
    assert started["link"] == f"peerline://{server.address}/{started['session_id']}"
    bob = bridges.start("bob", FILES)
    bob.command("join", link=started["invite"])
    assert bob.wait_state(state="joined")["role"] == "editor"
    alice.command("leave")
    alice.command("join", link=started["link"], auth_token=token)
    assert alice.wait_state(state="joined", participants=2)["role"] == "host"


def test_the_server_of_the_options_is_where_sessions_start(
    server: ServerProcess, bridges: Bridges, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEERLINE_TOKEN", server.token("alice", "Alice"))
    alice = bridges.start("alice", FILES, server=server.address)
    alice.command("startSession", username="alice")
    assert alice.wait_state(state="joined")["title"] == "alice's session"


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        ({}, "AUTH_REQUIRED", "only an account can start a session on 127.0.0.1:"),
        ({"auth_token": "nonsense"}, "TOKEN_INVALID", "token"),
        ({"server": "a b"}, "INVALID_LINK", "server: 'a b' is not HOST:PORT"),
        ({"server": "h:1/x"}, "INVALID_LINK", "server: 'h:1/x' is not HOST:PORT"),
        ({"title": ""}, "INVALID_FIELD", "title"),
    ],
)
def test_what_cannot_be_started_says_why_and_leaves_nothing_behind(
    server: ServerProcess,
    bridges: Bridges,
    arguments: dict[str, str],
    code: str,
    text: str,
) -> None:
    alice = bridges.start("alice", FILES)
    with pytest.raises(RpcError, match=text) as refused:
        alice.command("startSession", **{"server": server.address, **arguments})
    assert refused.value.data == {"error_code": code}
    with pytest.raises(RpcError, match="join a session first"):
        alice.command("sendChat", content="hello?")


def test_a_server_that_is_away_is_not_waited_for(server: ServerProcess, bridges: Bridges) -> None:
    token = server.token("alice", "Alice")
    server.stop()
    alice = bridges.start("alice", FILES)
    with pytest.raises(RpcError, match="cannot reach"):
        alice.command("startSession", server=server.address, auth_token=token)
    assert alice.wait_state(state="offline")


def test_on_this_computer_the_host_comes_back_as_the_host(data_dir: Path, bridges: Bridges) -> None:
    alice = bridges.start("alice", FILES)
    started = alice.command("startSession", title="Here")
    state = alice.wait_state(state="joined")
    assert (state["role"], state["title"], state["username"]) == ("host", "Here", "alice")
    assert started["is_local"] is True
    assert SessionLink.parse(started["link"]).address == running_address(data_dir)
    alice.close()
    again = bridges.start("alice", FILES)
    again.command("join", link=started["invite"])
    assert again.wait_state(state="joined")["role"] == "host"
    bob = bridges.start("bob", FILES, server="127.0.0.1:1")
    with pytest.raises(RpcError, match="only an account"):
        bob.command("startSession")


def test_without_a_plugin_the_link_comes_in_a_message(data_dir: Path, bridges: Bridges) -> None:
    alice = bridges.start("alice", FILES, plugin=False)
    alice.plain_command("start")
    told = alice.wait_notification(
        "window/showMessage", lambda params: "invite" in params["message"]
    )
    link = told["message"].rpartition(" ")[2]
    assert "on this computer" in told["message"]
    assert SessionLink.parse(link).address == running_address(data_dir)
    alice.plain_command("invite")
    told = alice.wait_notification(
        "window/showMessage",
        lambda params: "invite" in params["message"] and link not in params["message"],
    )
    assert "on this computer" in told["message"]
    bob = bridges.start("bob", FILES)
    bob.command("join", link=told["message"].rpartition(" ")[2])
    assert bob.wait_state(state="joined")["role"] == "editor"


def test_neovim_starts_a_session_and_yanks_its_link(data_dir: Path, tmp_path: Path) -> None:
    alice = Neovim(tmp_path / "alice", username="alice")
    (tmp_path / "alice" / "a.py").write_text("one\n")
    bob = Neovim(tmp_path / "bob", username="bob")
    try:
        alice.command("Peerline start Pairing with bob")
        alice.wait(lambda: alice.state().get("state") == "joined")
        assert (alice.state()["role"], alice.state()["title"]) == ("host", "Pairing with bob")
        alice.wait(lambda: "only works on this computer" in alice.messages())
        link = alice.lua("return vim.fn.getreg('\"')")
        assert "a link for editors is " in alice.messages()
        assert SessionLink.parse(link).address == running_address(data_dir)
        bob.join(link)
        assert bob.state()["role"] == "editor"
        bob.lua("vim.fn.confirm = function(question) vim.g.asked = question return 1 end")
        alice.command("Peerline pair")
        alice.wait(lambda: "see :help peerline-start; shared alice: " in alice.messages())
        bob.wait(lambda: "alice shares the folder alice (1 file)" in bob.messages())
        bob.command("Peerline pair Another")
        question = "You are in the session Pairing with bob. Leave it and start another?"
        assert bob.api.vars["asked"] == question
        bob.wait(lambda: "Peerline: joined Another as host" in bob.messages())
        bob.wait(lambda: "the folder is not shared: " in bob.messages())
        assert (
            SessionLink.parse(bob.lua("return vim.fn.getreg('\"')")).session_id
            == (bob.state()["session_id"])
        )
    finally:
        alice.close()
        bob.close()


def test_neovim_signs_in_with_the_token_of_its_setup(server: ServerProcess, tmp_path: Path) -> None:
    alice = Neovim(tmp_path / "alice", username="alice")
    try:
        alice.lua(
            """
            local server, token = ...
            local options = vim.deepcopy(require('peerline.config').options)
            options.server = server
            options.token = function(asked)
              return asked == server and token or nil
            end
            require('peerline').setup(options)
            """,
            server.address,
            server.token("alice", "Alice"),
        )
        alice.command("Peerline start")
        alice.wait(lambda: alice.state().get("state") == "joined")
        assert alice.state()["role"] == "host"
    finally:
        alice.close()


def test_neovim_asks_for_the_server_of_an_account_and_remembers_it(
    server: ServerProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = tmp_path / "tokens.toml"
    tokens.write_text(f'"{server.address}" = "{server.token("alice", "Alice")}"\n')
    tokens.chmod(0o600)
    monkeypatch.setenv("PEERLINE_TOKEN_FILE", str(tokens))
    alice = Neovim(tmp_path / "alice", username="alice")
    try:
        alice.lua(
            """
            _G.asked, _G.server = {}, ...
            vim.ui.select = function(items, options, done)
              table.insert(_G.asked, options.format_item(items[5]))
              done(items[5])
            end
            vim.ui.input = function(options, done)
              table.insert(_G.asked, options.prompt)
              done(' ' .. _G.server .. ' ')
            end
            vim.api.nvim_list_uis = function() return { {} } end
            vim.fn.confirm = function() return 1 end
            """,
            server.address,
        )
        for title in ("One", "Two"):
            alice.command(f"Peerline start {title}")
            alice.wait(lambda title=title: alice.state().get("title") == title)
            assert alice.state()["role"] == "host"
        assert alice.lua("return _G.asked") == [
            "Users of a server where I have an account",
            "Server, HOST:PORT or https://HOST: ",
        ]
        assert server.address in alice.lua("return vim.fn.getreg('\"')")
    finally:
        alice.close()


def test_neovim_joins_by_a_link_that_was_pasted_with_its_text(
    server: ServerProcess, tmp_path: Path
) -> None:
    """The token of its setup goes to the link's server."""
    alice = Neovim(tmp_path / "alice", username="alice")
    try:
        alice.lua(
            """
            local server, token = ...
            local options = vim.deepcopy(require('peerline.config').options)
            options.token = function(asked)
              return asked == server and token or nil
            end
            require('peerline').setup(options)
            """,
            server.address,
            server.token("host", "Host"),
        )
        link = f"http://{server.address}/s/{server.session}"
        alice.command(f"Peerline join Join me: <{link}>")
        alice.wait(lambda: alice.state().get("state") == "joined")
        assert alice.state()["role"] == "host"
    finally:
        alice.close()


def _recent(bridge: BridgeProcess) -> list[dict[str, Any]]:
    found: Any = bridge.command("recentSessions")
    return found


def _pid(data_dir: Path) -> int:
    return int(json.loads((data_dir / "server.json").read_text())["pid"])


@pytest.mark.usefixtures("data_dir")
def test_recent_sessions_are_listed_and_forgotten(server: ServerProcess, bridges: Bridges) -> None:
    alice = bridges.start("alice", FILES)
    assert _recent(alice) == []
    own = alice.command("startSession", title="Mine")
    server.create_session()
    alice.command("join", link=server.invite("editor"))
    alice.wait_state(state="joined", session_id=server.session)
    theirs, mine = _recent(alice)
    assert set(theirs) == {"session_id", "title", "server", "link", "last_joined", "is_own"}
    assert (theirs["title"], theirs["server"], theirs["is_own"]) == ("Test", server.address, False)
    assert theirs["link"] == f"peerline://{server.address}/{server.session}"
    assert (mine["title"], mine["session_id"], mine["is_own"]) == ("Mine", own["session_id"], True)
    assert datetime.fromisoformat(theirs["last_joined"]) >= datetime.fromisoformat(
        mine["last_joined"]
    )
    alice.command("forgetSession", session_id=mine["session_id"])
    assert [one["session_id"] for one in _recent(alice)] == [server.session]
    with pytest.raises(RpcError, match="not among the recent ones") as refused:
        alice.command("forgetSession", session_id=mine["session_id"])
    assert refused.value.data == {"error_code": "NOT_RECENT"}


def test_a_guest_comes_back_as_the_same_guest_by_a_recent_session(
    server: ServerProcess, bridges: Bridges
) -> None:
    server.create_session()
    first = bridges.start("bob", FILES)
    first.command("join", link=server.invite("editor"), username="Bob B")
    before = first.wait_state(state="joined")
    first.close()
    again = bridges.start("bob", FILES)
    (recent,) = _recent(again)
    assert "invite" not in recent["link"]
    again.command("join", link=recent["link"])
    state = again.wait_state(state="joined")
    assert (state["user_id"], state["username"]) == (before["user_id"], "Bob B")


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
def test_a_recent_session_starts_its_own_server_again(
    data_dir: Path, bridges: Bridges, end: signal.Signals
) -> None:
    alice = bridges.start("alice", FILES)
    started = alice.command("startSession", title="Mine")
    alice.command("sendChat", content="still here")
    alice.close()
    os.kill(_pid(data_dir), end)
    _until(lambda: running_address(data_dir) is None)
    again = bridges.start("alice", FILES)
    (recent,) = _recent(again)
    again.command("join", link=recent["link"])
    state = again.wait_state(state="joined")
    assert (state["session_id"], state["role"]) == (started["session_id"], "host")
    chat = again.wait_notification(
        "peerline/chat", lambda params: any("still" in m["content"] for m in params["messages"])
    )
    assert chat["messages"]


def test_an_own_server_that_is_killed_is_started_again_during_the_session(
    data_dir: Path, bridges: Bridges
) -> None:
    alice = bridges.start("alice", FILES)
    alice.command("startSession", title="Mine")
    alice.wait_state(state="joined")
    before = _pid(data_dir)
    os.kill(before, signal.SIGKILL)
    alice.wait_state(state="reconnecting")
    _until(lambda: _pid(data_dir) != before and running_address(data_dir) is not None)
    alice.wait_state(state="joined")
    assert alice.command("sendChat", content="and again")["seq"] > 0


def test_the_own_server_is_found_where_another_one_has_its_address(
    data_dir: Path, tmp_path: Path, bridges: Bridges
) -> None:
    alice = bridges.start("alice", FILES)
    started = alice.command("startSession", title="Mine")
    alice.close()
    address = str(running_address(data_dir))
    os.kill(_pid(data_dir), signal.SIGTERM)
    _until(lambda: running_address(data_dir) is None)
    other = ServerProcess(tmp_path / "other")
    other.address = address
    other.start()
    try:
        again = bridges.start("alice", FILES)
        (recent,) = _recent(again)
        again.command("join", link=recent["link"])
        state = again.wait_state(state="joined")
        assert (state["session_id"], state["role"]) == (started["session_id"], "host")
        assert running_address(data_dir) != address
        assert _recent(again)[0]["link"] == (
            f"peerline://{running_address(data_dir)}/{started['session_id']}"
        )
    finally:
        other.close()


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_others_are_let_in_while_the_session_goes_on(data_dir: Path, bridges: Bridges) -> None:
    """Also the invites that are made in the session have the address for others then."""
    alice = bridges.start("alice", FILES)
    started = alice.command("startSession", title="Pairing")
    alice.wait_state(state="joined")
    assert started["is_local"] is True
    assert alice.command("createInvite")["is_local"] is True

    wider = alice.command("startSession", title="Another", reach="network")
    alice.wait_state(state="joined", title="Another")
    assert wider["is_local"] is False
    assert (running_address(data_dir) or "").startswith("0.0.0.0:")
    made = alice.command("createInvite")
    assert made["is_local"] is False
    assert SessionLink.parse(made["link"]).address == SessionLink.parse(wider["invite"]).address


def test_neovim_asks_once_who_can_join(data_dir: Path, tmp_path: Path) -> None:
    alice = Neovim(tmp_path / "alice", username="alice")
    try:
        alice.lua(
            """
            _G.asked = {}
            vim.ui.select = function(items, options, done)
              table.insert(_G.asked, options.prompt)
              done(items[2])
            end
            vim.api.nvim_list_uis = function() return { {} } end
            vim.fn.confirm = function() return 1 end
            """
        )
        for title in ("One", "Two"):
            alice.command(f"Peerline start {title}")
            alice.wait(lambda title=title: alice.state().get("title") == title)
        assert alice.lua("return _G.asked") == ["Who should be able to join?"]
        assert "only works on this computer" not in alice.messages()
        link = SessionLink.parse(alice.lua("return vim.fn.getreg('\"')"))
        assert not link.server.is_loopback
        assert (running_address(data_dir) or "").startswith("0.0.0.0:")
    finally:
        alice.close()
