"""Two people in two real Neovims, each with a bridge, in one session on one server."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from peerline_server.gateway.page_files import is_built

from .bridge_process import RpcError
from .conftest import Bridges, ServerProcess
from .neovim import Neovim

CODE = "def first():\n    return '🦊 fox'\n\n\ndef second():\n    return 2\n" + "# line\n" * 80
NAME = "Zoë 🦊 漢字\u202e\u0007"


class Room:
    """Starts Neovims, each in a folder of its own with the same files."""

    def __init__(self, server: ServerProcess, folder: Path, stack: ExitStack) -> None:
        self.server = server
        self._folder = folder
        self._stack = stack

    def folder(self, name: str) -> Path:
        """A folder of its own with the same files."""
        folder = self._folder / name / "project"
        (folder / "src").mkdir(parents=True)
        (folder / "src" / "main.py").write_text(CODE)
        (folder / "src" / "other.py").write_text("other = 1\n")
        return folder

    def closes(self, editor: Neovim) -> None:
        """End it with the test."""
        self._stack.callback(editor.close)

    def editor(self, name: str, role: str = "editor", username: str | None = None) -> Neovim:
        editor = Neovim(self.folder(name), username=username or name)
        self.closes(editor)
        editor.edit("src/main.py")
        editor.join(self.server.invite(role))
        editor.wait_lua("return require('peerline.lsp').is_attached(0)")
        return editor


@pytest.fixture
def room(server: ServerProcess, tmp_path: Path) -> Iterator[Room]:
    with ExitStack() as stack:
        yield Room(server, tmp_path, stack)


@pytest.fixture
def pair(room: Room) -> tuple[Neovim, Neovim]:
    alice, bob = room.editor("alice"), room.editor("bob")
    alice.wait_person("bob")
    bob.wait_person("alice")
    return alice, bob


def shows(editor: Neovim, row: int, column: int) -> Callable[[], bool]:
    return lambda: (row, column) in editor.cursor_marks()


def test_cursor_selection_and_viewport_appear_at_the_right_place_and_move(
    pair: tuple[Neovim, Neovim],
) -> None:
    alice, bob = pair
    # Behind the fox: 4 bytes in UTF-8, 2 units in UTF-16, 1 in UTF-32.
    column = len("    return '🦊 ".encode())
    alice.lua("vim.api.nvim_win_set_cursor(0, { 2, ... })", column)
    alice.lua("vim.cmd.doautocmd('CursorMoved')")
    bob.wait(shows(bob, 1, column), "the cursor")
    assert " alice " in bob.virtual_text()
    edges = bob.wait(lambda: [text for text in bob.virtual_text() if text.startswith("┌ alice")])
    assert edges
    assert any(text.startswith("└ alice") for text in bob.virtual_text())

    alice.keys("5G0vj$")
    selection = bob.wait(
        lambda: [
            mark
            for mark in bob.presence()
            if str(mark.get("hl_group", "")).startswith("PeerlineSelection")
        ],
        "the selection",
    )
    last = bob.wait(
        lambda: [
            mark
            for mark in bob.presence()
            if str(mark.get("hl_group", "")).startswith("PeerlineSelection")
            and mark["end_row"] == 5
        ],
        "the whole selection",
    )
    assert selection
    assert (last[0]["row"], last[0]["col"]) == (4, 0)

    alice.keys("<Esc>G0")
    bob.wait(shows(bob, CODE.count("\n") - 1, 0), "the cursor at the end")

    def viewport_rows() -> list[int]:
        return [mark["row"] for mark in bob.presence() if mark.get("sign_text") in {"┌ ", "└ "}]

    bob.wait(lambda: viewport_rows() and min(viewport_rows()) > 10, "the viewport moves")


def test_a_cursor_in_another_file_appears_when_it_is_opened(pair: tuple[Neovim, Neovim]) -> None:
    alice, bob = pair
    alice.edit("src/other.py")
    bob.wait(lambda: bob.cursor_marks() == [], "the mark leaves the first file")
    bob.edit("src/other.py")
    bob.wait(shows(bob, 0, 0), "the mark in the other file")


def test_chat_goes_both_ways_and_counts_what_is_unread(pair: tuple[Neovim, Neovim]) -> None:
    alice, bob = pair
    alice.command("Peerline chat hello @bob")
    bob.wait(lambda: bob.chat() == ["hello @bob"])
    assert "✉ 1" in bob.lua("return require('peerline').statusline()")
    bob.wait(lambda: "alice mentions you" in bob.messages())
    bob.command("Peerline chat")
    assert "✉" not in bob.lua("return require('peerline').statusline()")
    bob.keys("hi alice<CR>")
    alice.wait(lambda: alice.chat() == ["hello @bob", "hi alice"])
    shown = bob.wait_lua(
        """
        local log = vim.fn.bufnr('peerline://chat')
        local lines = vim.api.nvim_buf_get_lines(log, 0, -1, false)
        return vim.tbl_contains(lines, '  hi alice') and lines
        """
    )
    assert "  hello @bob" in shown
    highlighted = bob.lua(
        """
        local id = vim.api.nvim_get_namespaces().peerline_chat
        local log = vim.fn.bufnr('peerline://chat')
        local groups = {}
        for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(log, id, 0, -1, { details = true })) do
          table.insert(groups, mark[4].hl_group)
        end
        return groups
        """
    )
    assert "PeerlineMention" in highlighted


def test_a_comment_is_answered_and_resolved_for_both(pair: tuple[Neovim, Neovim]) -> None:
    alice, bob = pair
    # Bob's version has two more lines above: the comment must be on his line of the same text.
    bob.lua("vim.api.nvim_buf_set_lines(0, 0, 0, false, { '# a', '# b' })")
    alice.command("5Peerline comment why two?")
    bob.wait(lambda: [mark["row"] for mark in bob.marks("peerline_comments")] == [6])
    assert "alice: why two?" in bob.virtual_text("peerline_comments")[0]
    bob.lua("vim.api.nvim_win_set_cursor(0, { 7, 0 })")
    bob.command("Peerline thread")
    lines = bob.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)")
    assert "why two?" in lines
    bob.keys("r")
    bob.wait_lua("return vim.bo.filetype == 'peerline-input'")
    bob.keys("because<CR>")
    alice.wait(lambda: "(1)" in "".join(alice.virtual_text("peerline_comments")))
    alice.lua("vim.api.nvim_win_set_cursor(0, { 5, 0 })")
    alice.command("Peerline resolve")
    for editor in pair:
        editor.wait(
            lambda editor=editor: editor.lua(
                """
                local buf = vim.fn.bufnr('src/main.py')
                local id = vim.api.nvim_get_namespaces().peerline_comments
                return #vim.api.nvim_buf_get_extmarks(buf, id, 0, -1, {}) == 0
                """
            )
        )


def test_who_leaves_takes_the_marks_along(pair: tuple[Neovim, Neovim]) -> None:
    alice, bob = pair
    alice.keys("3G")
    bob.wait(shows(bob, 2, 0))
    alice.command("Peerline leave")
    bob.wait(lambda: bob.presence() == [], "the marks vanish")
    assert alice.state()["state"] == "offline"
    bob.wait(lambda: bob.state()["participants"] == 1)


def test_who_quits_takes_the_marks_along(pair: tuple[Neovim, Neovim]) -> None:
    alice, bob = pair
    alice.keys("3G")
    bob.wait(shows(bob, 2, 0))
    alice.close()
    bob.wait(lambda: bob.presence() == [], "the marks vanish")


def test_a_killed_server_is_resumed_and_nothing_is_lost_or_doubled(
    pair: tuple[Neovim, Neovim], server: ServerProcess
) -> None:
    alice, bob = pair
    alice.command("Peerline chat before")
    bob.wait(lambda: bob.chat() == ["before"])
    server.kill()
    for editor in pair:
        editor.wait(lambda editor=editor: editor.state()["state"] == "reconnecting")
        assert "reconnecting" in editor.lua("return require('peerline').statusline()")
        assert "reconnecting" not in editor.messages(), "the statusline says it, nothing else"
    # Said while the server is away: it arrives once when it is back.
    alice.command("Peerline chat meanwhile")
    alice.wait(lambda: "⧗ 1" in alice.lua("return require('peerline').statusline()"))
    alice.command("Peerline chat")
    alice.command("stopinsert")
    waiting = LOG_LINES + "return vim.iter(lines):any(function(l) return l:find('%(waiting') end)"
    assert alice.wait_lua(waiting)
    alice.command("wincmd p | wincmd h")
    server.start()
    for editor in pair:
        editor.wait(lambda editor=editor: editor.state()["state"] == "joined")
    bob.command("Peerline chat after")
    for editor in pair:
        editor.wait(lambda editor=editor: sorted(editor.chat()) == ["after", "before", "meanwhile"])
    alice.keys("4G")
    bob.wait(shows(bob, 3, 0), "presence is back")


def test_a_viewers_chat_is_refused_with_the_reason_and_the_draft_stays(room: Room) -> None:
    viewer = room.editor("viewer", role="viewer")
    viewer.command("Peerline chat")
    viewer.keys("open up<CR>")
    viewer.wait(lambda: "viewer cannot write in the chat" in viewer.messages())
    assert viewer.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)") == ["open up"]
    assert viewer.chat() == []


def test_a_new_name_is_everybodys_and_roles_are_told(
    pair: tuple[Neovim, Neovim], bridges: Bridges, server: ServerProcess
) -> None:
    alice, bob = pair
    alice.command("Peerline name Ann Lee")
    bob.wait_person("Ann Lee")
    assert alice.state()["username"] == "Ann Lee"
    session = server.invite("viewer").partition("?")[0]
    owner = bridges.start("owner", {"src/main.py": CODE})
    owner.command("join", link=session, auth_token=server.token("host", "Owner"))
    bob.wait(lambda: "Owner joined" in bob.messages())
    owner.command("changeRole", user_id=alice.state()["user_id"], role="viewer")
    alice.wait(lambda: alice.messages().count("You are a viewer now") == 1)
    owner.command("removeParticipant", user_id=alice.state()["user_id"])
    bob.wait(lambda: "Ann Lee was removed" in bob.messages())


def test_a_strange_name_is_shown_as_text(room: Room) -> None:
    zoe, bob = room.editor("zoe", username=NAME), room.editor("bob")
    zoe.keys("2G")
    bob.wait(lambda: any("Zoë 🦊 漢字" in text for text in bob.virtual_text()))
    for text in bob.virtual_text():
        assert "\u202e" not in text
        assert "\u0007" not in text
    bob.command("Peerline participants")
    lines = bob.wait_lua(
        """
        local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
        return vim.endswith(lines[2] or '', 'src/main.py:2') and lines
        """
    )
    assert lines[0].startswith("● Zoë 🦊 漢字  editor")


def test_following_ends_when_one_moves_oneself(pair: tuple[Neovim, Neovim]) -> None:
    alice, bob = pair
    alice.keys("2G")
    bob.command("Peerline follow alice")
    bob.wait(lambda: bob.lua("return vim.fn.line('.')") == 2)
    assert "→ alice" in bob.lua("return require('peerline').statusline()")
    alice.keys("60G")
    bob.wait(lambda: bob.lua("return vim.fn.line('.')") == 60)
    alice.edit("src/other.py")
    bob.wait(lambda: bob.lua("return vim.fn.expand('%:t')") == "other.py")
    alice.edit("src/main.py")
    bob.wait(lambda: bob.lua("return vim.fn.expand('%:t') .. vim.fn.line('.')") == "main.py60")
    bob.keys("gg")
    bob.wait(lambda: "following" not in bob.state(), "following ends")
    alice.keys("70G")
    alice.wait(lambda: alice.lua("return vim.fn.line('.')") == 70)
    bob.wait(shows(bob, 69, 0))
    assert bob.lua("return vim.fn.line('.')") == 1


def test_going_to_a_participant(pair: tuple[Neovim, Neovim]) -> None:
    alice, bob = pair
    alice.keys("6G$")
    bob.wait(lambda: any(row == 5 for row, _ in bob.cursor_marks()))
    bob.edit("src/other.py")
    bob.command("Peerline goto alice")
    bob.wait(lambda: bob.lua("return vim.fn.expand('%:t') .. vim.fn.line('.')") == "main.py6")


def test_joining_without_an_open_file_and_completion(room: Room) -> None:
    alice = room.editor("alice")
    completions = alice.lua("return vim.fn.getcompletion('Peerline re', 'cmdline')")
    assert completions == [
        *(
            "reattach",
            "recent",
            "redo",
            "remove",
            "reopen",
            "reply",
            "resolve",
            "resolved",
            "restart",
            "revoke",
        )
    ]
    bob = room.editor("bob")
    alice.wait_person("bob")
    assert alice.lua("return vim.fn.getcompletion('Peerline follow ', 'cmdline')") == ["bob"]
    bob.command("Peerline leave")
    bob.wait(lambda: bob.state()["state"] == "offline")


def test_checkhealth_says_what_is_there(pair: tuple[Neovim, Neovim]) -> None:
    alice, _ = pair
    alice.command("checkhealth peerline")
    report = "\n".join(alice.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)"))
    assert "the bridge runs" in report
    assert "in a session of 2 as editor" in report
    assert "ERROR" not in report


def test_a_link_that_is_no_link_says_so(room: Room) -> None:
    alice = room.editor("alice")
    alice.command("Peerline leave")
    alice.wait(lambda: alice.state()["state"] == "offline")
    alice.command("Peerline join nonsense")
    alice.wait(lambda: "starts with peerline://" in alice.messages())


def test_nothing_asks_to_press_enter_and_nothing_failed(pair: tuple[Neovim, Neovim]) -> None:
    alice, bob = pair
    bob.api.options["columns"] = 80
    alice.command("Peerline chat " + "@bob " + "long " * 60)
    bob.wait(lambda: "mentions you" in bob.messages())
    assert bob.api.request("nvim_get_mode") == {"mode": "n", "blocking": False}
    for editor in pair:
        assert "E5108" not in editor.messages()
        assert "Error" not in editor.messages()


def test_moderation_is_for_hosts_and_says_so(pair: tuple[Neovim, Neovim]) -> None:
    alice, bob = pair
    bob.command("Peerline role alice viewer")
    bob.wait(lambda: "only a host can give roles; ask host, the host" in bob.messages())
    bob.command("Peerline! remove alice")
    bob.wait(lambda: "only a host can remove people; ask host, the host" in bob.messages())
    bob.command("Peerline invite")
    refusal = "ask host, the host, for a link: only a host can make one"
    bob.wait(lambda: refusal in bob.messages())
    bob.command("Peerline role alice")
    assert "Usage: :Peerline role <name> <host|editor|viewer>" in bob.messages()
    bob.command("Peerline")
    bob.wait(lambda: "in Test as editor, 2 here; :help :Peerline" in bob.messages())
    bob.command("Peerline nonsense")
    bob.wait(lambda: "there is no command nonsense; see :help :Peerline" in bob.messages())
    assert alice.state()["participants"] == 2


def test_a_host_invites_approves_and_searches(room: Room, bridges: Bridges) -> None:
    owner = bridges.start("owner", {"src/main.py": CODE})
    session = room.server.invite("viewer").partition("?")[0]
    owner.command("join", link=session, auth_token=room.server.token("host", "Owner"))
    host = room.editor("hanna")
    owner.command("changeRole", user_id=host.state()["user_id"], role="host")
    host.wait(lambda: host.state()["role"] == "host")
    host.command("Peerline invite viewer")
    page = "^http://.*/s/.*#invite=" if is_built() else "^peerline://.*invite="
    assert host.wait_lua("return vim.fn.getreg('\"'):match(...)", page)
    host.command("Peerline! invite viewer")
    assert host.wait_lua("return vim.fn.getreg('\"'):match('^peerline://.*invite=')")
    host.command("Peerline approval on")
    host.wait(lambda: "a host must now admit each new participant" in host.messages())
    folder = room.folder("gina")
    guest = Neovim(folder, username="gina")
    room.closes(guest)
    guest.lua("require('peerline.session').join(...)", host.lua("return vim.fn.getreg('\"')"))
    guest.wait(lambda: guest.state()["state"] == "waiting", "waiting")
    host.wait(lambda: "gina wants to join as viewer: :Peerline allow gina" in host.messages())
    host.command("Peerline allow gina")
    guest.wait(lambda: guest.state()["state"] == "joined", "admitted")
    assert guest.state()["role"] == "viewer"
    host.command("Peerline chat A needle in the hay")
    guest.wait(lambda: guest.chat() == ["A needle in the hay"])
    guest.command("Peerline search need")
    assert guest.wait_lua(
        "return vim.iter(vim.fn.getqflist()):any(function(i) return i.text:find('needle') end)"
    )
    guest.command("Peerline search absent")
    guest.wait(lambda: 'no messages match "absent"' in guest.messages())


LINKS_BELOW = """
local namespace = vim.api.nvim_get_namespaces()['peerline_participants']
local person = require('peerline.participants').find('gina')
local marks = vim.api.nvim_buf_get_extmarks(0, namespace, 0, -1, { details = true })
local names = vim.api.nvim_buf_get_lines(0, 0, -1, false)
local found = {}
for _, mark in ipairs(marks) do
  if mark[4].virt_lines and names[mark[2]]:find(person.username, 1, true) then
    found[#found + 1] = mark[4].virt_lines[1][1][1]
  end
end
return #found > 0 and found
"""


def test_a_host_who_removes_a_guest_is_asked_about_the_link(room: Room, bridges: Bridges) -> None:
    owner = bridges.start("owner", {"src/main.py": CODE})
    session = room.server.invite("viewer").partition("?")[0]
    owner.command("join", link=session, auth_token=room.server.token("host", "Owner"))
    host = room.editor("hanna")
    owner.command("changeRole", user_id=host.state()["user_id"], role="host")
    host.wait(lambda: host.state()["role"] == "host")
    made = owner.command("createInvite", role="editor")
    guest = bridges.start("gina", {"src/main.py": CODE})
    guest.command("join", link=made["link"])
    user_id = guest.wait_state(state="joined")["user_id"]
    host.wait_person("gina")
    host.wait_lua("return require('peerline.moderation').invite_of(...)", user_id)
    link = made["invite"]["created_at"]
    moment = host.lua("return require('peerline.text').moment(...)", link)
    host.command("Peerline participants")
    below = host.wait_lua(LINKS_BELOW)
    assert below == [f"  joined with the editor link of {moment}"]
    host.lua("vim.ui.select = function(items, o, done) _G.asked = o.prompt; done(items[2], 2) end")
    host.command("Peerline remove gina")
    asked = host.wait_lua("return _G.asked")
    assert asked == f"gina was removed. The editor link of {moment} they joined with still works:"
    owner.wait_notification(
        "peerline/moderation",
        lambda params: made["invite"]["id"] not in {one["id"] for one in params["invites"]},
    )
    again = bridges.start("gina", {"src/main.py": CODE})
    with pytest.raises(RpcError, match="not valid"):
        again.command("join", link=made["link"])


LOG_LINES = """
local log = vim.fn.bufnr('peerline://chat')
local lines = log > 0 and vim.api.nvim_buf_get_lines(log, 0, -1, false) or {}
"""


def test_a_message_is_edited_reacted_to_and_deleted(pair: tuple[Neovim, Neovim]) -> None:
    alice, bob = pair
    bob.command("Peerline chat")
    bob.command("stopinsert")
    alice.command("Peerline chat")
    alice.keys("helo<CR>")
    bob.wait(lambda: bob.chat() == ["helo"])
    alice.wait(lambda: alice.chat() == ["helo"])
    to_message = """
        local log = vim.fn.bufnr('peerline://chat')
        vim.cmd.stopinsert()
        vim.api.nvim_set_current_win(vim.fn.bufwinid(log))
        vim.fn.search('hel')
    """
    alice.lua(to_message)
    alice.keys("e<Esc>ccHello<CR>")
    bob.wait(lambda: bob.chat() == ["Hello"], "the edited message")
    assert bob.wait_lua(
        LOG_LINES + "return vim.iter(lines):any(function(l) return l:find('%(edited%)') end)"
    )
    bob.lua("vim.ui.select = function(items, _, done) done(items[4]) end")
    bob.lua(to_message.replace("'hel'", "'Hello'"))
    bob.keys("+")
    assert alice.wait_lua(LOG_LINES + "return vim.tbl_contains(lines, '  🎉 1')")
    alice.lua("vim.fn.confirm = function() return 1 end")
    alice.lua(to_message.replace("'hel'", "'Hello'"))
    alice.keys("x")
    assert bob.wait_lua(
        LOG_LINES + "return vim.iter(lines):any(function(l) return l:find('%(deleted%)') end)"
    )
    bob.keys("<BS>")
    bob.wait(lambda: "this is the beginning of the chat" in bob.messages())


def test_an_outdated_comment_is_listed_and_attached_again(pair: tuple[Neovim, Neovim]) -> None:
    alice, bob = pair
    bob.lua("vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'nothing', 'of it', 'is here' })")
    alice.command("5,6Peerline comment why two?")
    alice.wait(
        lambda: (
            [mark["row"] for mark in alice.marks("peerline_comments") if "virt_text" in mark] == [4]
        )
    )
    signs = [(mark["row"], mark["sign_text"]) for mark in alice.marks("peerline_comments")]
    assert signs == [(4, "¶ "), (5, "│ ")]
    bob.wait(lambda: bob.lua("return #require('peerline.comments').all() == 1"))
    assert bob.marks("peerline_comments") == []
    bob.command("Peerline outdated")
    lines = bob.wait_lua(
        """
        local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
        return vim.bo.filetype == 'peerline-thread' and lines
        """
    )
    assert lines == [
        "src/main.py:5",
        "│ def second():",
        "│     return 2",
        "  alice: why two?",
    ]
    bob.keys("<CR>")
    bob.wait(lambda: ":Peerline reattach" in bob.messages())
    bob.command("2Peerline reattach")
    bob.wait(lambda: [mark["row"] for mark in bob.marks("peerline_comments")] == [1])
    alice.wait(lambda: alice.marks("peerline_comments") == [])
    # Without having picked one, one is asked which.
    alice.lua("vim.ui.select = function(items, _, done) done(items[1]) end")
    alice.command("1Peerline reattach")
    alice.wait(lambda: [mark["row"] for mark in alice.marks("peerline_comments")] == [0])
    bob.wait(lambda: bob.marks("peerline_comments") == [])
    lines = ["def first():", "    return '🦊 fox'"]
    bob.lua("vim.api.nvim_buf_set_lines(0, 2, 2, false, ...)", lines)
    bob.wait(lambda: [mark["row"] for mark in bob.marks("peerline_comments")] == [2])
    bob.command("Peerline outdated")
    bob.wait(lambda: "no comment is outdated" in bob.messages())
