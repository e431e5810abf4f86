"""The activity of a session in the page, and its replay from a file that loads nothing."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, expect

from peerline.protocol.chat import SendChatMessage
from peerline_server.admin.offline import create_session
from tests.e2e.conftest import ServerProcess, run_apart
from tests.e2e.vscode.participant import as_guest
from tests.program import run

from .page import TIMEOUT_MS, WebPage, opened

STAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
HOSTILE = "</script><script>document.title = 'run'</script><img src=x onerror=alert(1)>"


def say(server: ServerProcess, text: str) -> None:
    message = SendChatMessage(session_id=server.session, content=text)
    as_guest(server, "rita", lambda _: [message])


def test_a_file_replays_the_session_and_loads_nothing(
    session_server: ServerProcess, browser: Browser, tmp_path: Path
) -> None:
    say(session_server, HOSTILE)
    file = tmp_path / "replay.html"
    folder = str(session_server.data_dir)
    written = run("export", session_server.session, "--html", str(file), "--data-dir", folder)
    assert written.returncode == 0, written.stderr
    with opened(browser, tmp_path) as page:
        asked: list[str] = []
        page.tab.on("request", lambda request: asked.append(request.url))
        page.tab.goto(file.as_uri())
        moments = page.tab.get_by_role("list", name="Moments")
        said = moments.get_by_text(HOSTILE, exact=True)
        page.tab.get_by_role("slider", name="Time").press("Home")
        expect(said).to_have_count(0)
        page.tab.get_by_role("combobox", name="Speed").select_option("60")
        page.tab.get_by_role("button", name="Play").click()
        expect(said).to_have_count(1, timeout=TIMEOUT_MS)
        expect(page.tab.get_by_role("button", name="Play")).to_be_visible(timeout=TIMEOUT_MS)
        assert page.tab.title() == "Test"
        page.tab.get_by_role("button", name="Copy Link to This Moment").click()
        expect(page.tab.get_by_text("Link copied.")).to_be_visible()
        page.tab.reload()
        expect(said).to_have_count(1)
        assert page.violations() == []
        assert asked == [file.as_uri()] * len(asked)


def test_members_see_what_happened_and_replay_it(
    page: WebPage, link: str, session_server: ServerProcess
) -> None:
    page.joined(link, "Ruth")
    say(session_server, "worth remembering")
    page.sees("worth remembering")
    page.tab.get_by_role("button", name="Activity").click()
    dialog = page.tab.get_by_role("dialog", name="Activity")
    expect(dialog.get_by_text("worth remembering", exact=True)).to_have_count(1)
    dialog.get_by_role("checkbox", name="Chat").uncheck()
    expect(dialog.get_by_text("worth remembering", exact=True)).to_have_count(0)
    expect(dialog.get_by_text("joined as editor").first).to_be_visible()
    assert page.violations() == []
    dialog.get_by_role("button", name="Replay").click()
    replay = page.tab.get_by_role("dialog", name="Replay")
    replay.get_by_role("slider", name="Time").press("End")
    expect(replay.get_by_text("worth remembering", exact=True)).to_have_count(1)


def test_a_replay_is_played_by_keys_wherever_the_focus_is(
    session_server: ServerProcess, browser: Browser, tmp_path: Path
) -> None:
    say(session_server, "at the end")
    file = tmp_path / "replay.html"
    folder = str(session_server.data_dir)
    run("export", session_server.session, "--html", str(file), "--data-dir", folder)
    # Half a minute of silence before the end: it is not reached while keys are pressed.
    html = file.read_text(encoding="utf-8")
    last = max(STAMP.findall(html))
    later = datetime.fromisoformat(last) + timedelta(seconds=30)
    file.write_text(html.replace(last, later.isoformat().replace("+00:00", "Z")), encoding="utf-8")
    with opened(browser, tmp_path) as page:
        page.tab.goto(file.as_uri())
        page.tab.get_by_role("combobox", name="Speed").select_option("1")
        page.tab.get_by_role("main").click(position={"x": 1, "y": 1})
        slider = page.tab.get_by_role("slider", name="Time")
        expect(slider).to_have_value("0")
        page.tab.keyboard.press("Shift+ArrowRight")
        expect(slider).not_to_have_value("0")
        later = slider.input_value()
        page.tab.keyboard.press("ArrowLeft")
        expect(slider).not_to_have_value(later)
        page.tab.keyboard.press("Space")
        expect(page.tab.get_by_role("button", name="Pause")).to_be_visible()
        slider.focus()
        page.tab.keyboard.press("Space")
        expect(page.tab.get_by_role("button", name="Play")).to_be_visible()
        # What a control needs itself stays with it.
        box = page.tab.get_by_role("checkbox", name="Chat")
        box.press("Space")
        expect(box).not_to_be_checked()
        expect(page.tab.get_by_role("button", name="Play")).to_be_visible()


def test_a_session_in_which_nothing_happened_says_so(
    session_server: ServerProcess, browser: Browser, tmp_path: Path
) -> None:
    folder = str(session_server.data_dir)
    session = run_apart(create_session(session_server.data_dir, "Empty", "host"))
    file = tmp_path / "replay.html"
    written = run("export", session, "--html", str(file), "--data-dir", folder)
    assert written.returncode == 0, written.stderr
    with opened(browser, tmp_path) as page:
        page.tab.goto(file.as_uri())
        expect(page.tab.get_by_text("there is nothing to replay")).to_be_visible()
        page.tab.keyboard.press("Space")
        assert page.violations() == []


def test_an_address_opens_the_replay(
    page: WebPage, link: str, session_server: ServerProcess
) -> None:
    say(session_server, "seen in the replay")
    page.join(f"{link}&replay", "Rae")
    replay = page.tab.get_by_role("dialog", name="Replay")
    expect(replay.get_by_role("slider", name="Time")).to_be_visible(timeout=TIMEOUT_MS)
    replay.get_by_role("slider", name="Time").press("End")
    expect(replay.get_by_text("seen in the replay", exact=True)).to_have_count(1)
    assert page.tab.url.endswith("#replay")
