"""The chat panel in two real windows: what is said in one is read and answered in the other."""

import pytest

from peerline.protocol.chat import SendChatMessage
from peerline.protocol.file_events import FileChange, FileEventData, TellFileEvent
from peerline.protocol.roles import Role
from peerline.protocol.session import SessionChanges, UpdateSession

from .conftest import Pair
from .panel import Panel
from .participant import as_guest, as_host, give_role

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "```html\n<svg onload=alert(1)>\n```",
    "[x](command:workbench.action.quit) javascript:alert(1) file:///etc/passwd",
]


@pytest.fixture
def panels(joined: Pair) -> tuple[Panel, Panel]:
    """Alice's and Bob's panels, open."""
    return Panel(joined.alice).open(), Panel(joined.bob).open()


def test_what_is_said_is_read_reacted_to_and_answered(panels: tuple[Panel, Panel]) -> None:
    alice, bob = panels
    alice.send("shall we round?\nI think so")
    bob.wait_text("shall we round?\nI think so")
    assert bob.authors()[-1] == "alice"
    bob.react("shall we round?", "rocket")
    alice.wait(
        lambda: alice.reactions("shall we round?") == [("🚀 1: bob", "false")], "bob's reaction"
    )
    assert bob.reactions("shall we round?") == [("🚀 1: bob", "true")]
    bob.reply("shall we round?", "yes, half up")
    alice.wait_text("yes, half up")
    quote = alice.message("yes, half up").locator(".quote").inner_text()
    assert quote.startswith("alice shall we round?")


def test_a_message_is_changed_and_taken_back(panels: tuple[Panel, Panel]) -> None:
    alice, bob = panels
    alice.send("helo")
    bob.wait_text("helo")
    alice.wait_text("helo")
    alice.edit("helo", "hello there")
    bob.wait_text("hello there")
    assert "(edited)" in bob.message("hello there").inner_text()
    alice.wait_text("hello there")
    alice.delete("hello there")
    bob.wait(lambda: "hello there" not in bob.texts(), "the message is gone")
    assert bob.texts()[-1] == "This message was deleted."


def test_names_are_completed_and_the_mentioned_one_sees_it(panels: tuple[Panel, Panel]) -> None:
    alice, bob = panels
    alice.field().press_sequentially("over to @b")
    option = alice.frame.get_by_role("option")
    alice.wait(lambda: option.all_inner_texts() and "bob" in option.first.inner_text(), "bob")
    alice.field().press("Tab")
    alice.wait(lambda: alice.field().input_value() == "over to @bob ", "the whole name")
    alice.enter()
    bob.wait_text("over to @bob")
    assert bob.message("over to @bob").locator(".mention.is-me").inner_text() == "@bob"
    assert "mentions-me" in (bob.message("over to @bob").get_attribute("class") or "")


def test_a_place_in_a_text_opens_the_file_there_and_only_in_the_workspace(
    panels: tuple[Panel, Panel], joined: Pair
) -> None:
    alice, bob = panels
    alice.send("src/main.py:50 and notes.txt:2 and src/none.py:7")
    bob.wait_text("src/main.py:50 and notes.txt:2 and src/none.py:7")
    joined.bob.clear_notifications()
    places = bob.message("src/none.py:7").locator(".place")

    def goes_to(number: int, file: str, place: str) -> None:
        def is_there() -> bool:
            return joined.bob.active_tab() == file and place in joined.bob.status_bar()

        joined.bob.press(places.nth(number), is_there, f"{place} of {file}")

    goes_to(0, "main.py", "Ln 50, Col 1")
    goes_to(1, "notes.txt", "Ln 2, Col 1")
    problem = "here is no file src/none.py to go to: it is not in the folders that are open here"
    joined.bob.press(
        places.nth(2), lambda: any(problem in text for text in joined.bob.told()), "the problem"
    )
    assert joined.bob.active_tab() == "notes.txt"


def test_a_link_is_opened_by_vs_code_which_asks_first(
    panels: tuple[Panel, Panel], joined: Pair
) -> None:
    alice, bob = panels
    alice.send("read https://example.org/a?b=c#d first")
    bob.wait_text("read https://example.org/a?b=c#d first")
    link = bob.message("https://example.org").get_by_role("link")
    dialog = joined.bob.page.locator(".monaco-dialog-box")
    joined.bob.press(link, dialog.count, "the question")
    assert "https://example.org/a?b=c#d" in dialog.inner_text()
    joined.bob.click_dialog("Cancel")
    joined.bob.wait(lambda: not dialog.count(), "the question is gone, and asked once")
    assert len(joined.bob.page.context.pages) == 1


def test_a_press_on_a_participant_goes_there(panels: tuple[Panel, Panel], joined: Pair) -> None:
    _, panel = panels
    alice, bob = joined.alice, joined.bob
    alice.open_file("src/main.py")
    alice.go_to(30, 5)
    row = bob.tree_row("alice")
    bob.wait(lambda: "src/main.py:30" in row.inner_text(), "alice's place")
    bob.open_file("notes.txt")
    assert not panel.frame.locator(".people").count()  # the tree is the only list
    bob.press(row, lambda: "Ln 30, Col 5" in bob.status_bar(), "where alice is")


def test_the_selection_comes_into_the_message(panels: tuple[Panel, Panel], joined: Pair) -> None:
    alice, bob = panels
    alice.write("What of this:")
    joined.alice.open_file("src/main.py")
    joined.alice.go_to(5, 1)
    joined.alice.keys("Shift+ArrowDown", "Shift+ArrowDown")
    joined.alice.command("Peerline: Send Selection to Chat")
    alice.wait(lambda: "src/main.py:5-6" in alice.field().input_value(), "the selection")
    assert alice.field().input_value() == (
        "What of this:\n`src/main.py:5-6`\n```python\ndef function_2(x):\n    return x + 2\n```\n"
    )
    alice.enter()
    bob.wait(lambda: any("def function_2" in text for text in bob.texts()), "the code")
    code = bob.message("What of this:").locator("pre code")
    assert code.inner_text() == "def function_2(x):\n    return x + 2"


def test_who_writes_is_shown_while_they_write(panels: tuple[Panel, Panel]) -> None:
    alice, bob = panels
    alice.field().press_sequentially("hm")
    typing = bob.frame.locator(".typing")
    bob.wait(lambda: "alice is typing" in typing.inner_text(), "alice is typing")
    alice.enter()
    bob.wait(lambda: typing.inner_text() == "", "alice has sent it")


def test_the_header_shows_the_session_and_the_files_that_changed(
    panels: tuple[Panel, Panel], joined: Pair
) -> None:
    _, bob = panels
    session = joined.server.session
    changes = SessionChanges(
        token_count=150_000, token_limit=200_000, health_score=62.5, status="reviewing"
    )
    data = FileEventData(file="src/other.py", change=FileChange.MODIFIED, lines_added=4)
    as_host(
        joined.server,
        lambda _: [
            UpdateSession(session_id=session, changes=changes),
            TellFileEvent(session_id=session, data=data),
        ],
    )
    header = bob.frame.locator(".session")
    bob.wait(lambda: "reviewing" in header.inner_text(), "the status")
    tokens = bob.frame.get_by_role("meter", name="AI tokens")
    assert tokens.get_attribute("aria-valuetext") == "150,000 of 200,000"
    health = bob.frame.get_by_role("meter", name="AI health")
    assert health.get_attribute("aria-valuenow") == "63"
    bob.wait(lambda: bob.frame.locator(".app > .fold").count(), "the file changes")
    changed = bob.frame.get_by_role("button", name="src/other.py").first
    joined.bob.press(bob.frame.locator(".app > .fold summary"), changed.is_visible, "the list")
    joined.bob.press(changed, lambda: joined.bob.active_tab() == "other.py", "the changed file")


def test_hostile_text_does_nothing(panels: tuple[Panel, Panel], joined: Pair) -> None:
    alice, bob = panels
    for text in HOSTILE:
        alice.send(text)
    bob.wait_text(HOSTILE[3])
    assert bob.texts()[-4:-2] == HOSTILE[:2]
    found = bob.frame.evaluate(
        """() => document.querySelectorAll(
          "#panel :is(img, script, iframe, svg:not(.icon), a:not([href^=http]))"
        ).length"""
    )
    assert found == 0
    assert joined.bob.dialogs == []
    # The page's policy lets nothing run that the extension did not bring.
    assert bob.frame.evaluate(
        """() => new Promise((resolve) => {
          addEventListener("securitypolicyviolation", () => resolve(true));
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          document.body.append(script);
        })"""
    )
    assert bob.frame.evaluate("window.ran") is None


def test_a_viewer_reads_on_and_is_told_why_nothing_can_be_written(
    panels: tuple[Panel, Panel], joined: Pair
) -> None:
    alice, bob = panels

    def give_bob(role: Role) -> None:
        give_role(joined.server, "bob", role)

    bob.write("half a tho")
    give_bob(Role.VIEWER)
    bob.wait(lambda: bob.field().is_disabled(), "the field is off")
    assert "You are a viewer" in bob.frame.locator(".blocked").inner_text()
    alice.send("can you still read?")
    bob.wait_text("can you still read?")
    assert bob.message("can you still read?").locator(".tools").count() == 0
    give_bob(Role.EDITOR)
    bob.wait(lambda: bob.field().is_enabled(), "the field is back")
    assert bob.field().input_value() == "half a tho"
    bob.write("")


def test_a_hidden_panel_comes_back_as_it_was(panels: tuple[Panel, Panel], joined: Pair) -> None:
    alice, bob = panels
    bob.write("half a thought")
    joined.bob.command("View: Show Explorer")
    joined.bob.wait(
        lambda: not joined.bob.page.locator("iframe.webview.ready").count(), "it is hidden"
    )
    alice.send("are you there?")
    alice.wait_text("are you there?")
    joined.bob.wait(lambda: "1 unread" in joined.bob.status(), "it is counted")
    bob.open()
    bob.wait(lambda: bob.field().input_value() == "half a thought", "what was written")
    bob.wait_text("are you there?")
    bob.wait(lambda: bob.frame.locator(".unread").count() == 1, "the line above what is new")
    joined.bob.wait(lambda: "nothing unread" in joined.bob.status(), "it is read")
    bob.write("")


def test_a_lost_server_is_shown_and_nothing_is_lost(
    panels: tuple[Panel, Panel], joined: Pair
) -> None:
    alice, bob = panels
    joined.server.kill()
    banner = alice.frame.locator(".banner")
    alice.wait(lambda: banner.count() and "Reconnecting" in banner.inner_text(), "it is told")
    alice.send("said while the server was away")
    joined.server.start()
    alice.wait(lambda: not banner.count(), "it is back")
    bob.wait_text("said while the server was away")
    alice.wait_text("said while the server was away")
    assert bob.texts().count("said while the server was away") == 1


def test_older_messages_come_when_one_scrolls_up(panels: tuple[Panel, Panel], joined: Pair) -> None:
    _, bob = panels
    session = joined.server.session
    for name in ("carol", "dave", "ellen"):
        as_guest(
            joined.server,
            name,
            lambda _, name=name: [
                SendChatMessage(session_id=session, content=f"{name} says {number}")
                for number in range(80)
            ],
        )
    bob.wait_text("ellen says 79")
    joined.bob.page.reload()
    joined.bob.wait_joined()
    bob.open()
    bob.wait_text("ellen says 79")
    # A window that is reloaded at once may not have kept what was read, and begins further above.
    assert "carol says 0" not in bob.texts()
    while "carol says 0" not in bob.texts():
        before = len(bob.texts())
        bob.frame.locator(".log").evaluate("log => log.scrollTo({ top: 0 })")
        bob.window.wait(lambda before=before: len(bob.texts()) > before, "older messages")
    texts = bob.texts()
    assert [text for text in texts if text.startswith("carol")] == [
        f"carol says {number}" for number in range(80)
    ]
    assert bob.frame.locator(".log").evaluate("log => log.scrollTop") > 100


@pytest.mark.parametrize(
    ("theme", "kind"),
    [
        ("Dark Modern", "vscode-dark"),
        ("Light Modern", "vscode-light"),
        ("Dark High Contrast", "vscode-high-contrast"),
        ("Light High Contrast", "vscode-high-contrast-light"),
    ],
)
def test_it_follows_the_theme(
    panels: tuple[Panel, Panel], joined: Pair, themed: Pair, theme: str, kind: str
) -> None:
    alice, _ = panels
    assert themed is joined
    joined.alice.set_theme(theme)
    alice.wait(lambda: alice.frame.locator(f"body.{kind}").count(), f"the theme {theme}")
    color = "element => getComputedStyle(element).backgroundColor"
    side_bar = joined.alice.page.locator(".part.sidebar")
    alice.wait(
        lambda: alice.frame.locator("body").evaluate(color) == side_bar.evaluate(color),
        "the color of the side bar",
    )
    joined.alice.screenshot(f"chat-{theme.lower().replace(' ', '-')}")
