"""A hostile peer in the page: names, files, chat, comments and texts are shown as they are."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from peerline.protocol.chat import SendChatMessage
from peerline.protocol.comments import AddComment, CommentData
from peerline.protocol.documents import ShareDocument, ShareDocumentData
from peerline.protocol.limits import MAX_FILE_CHARS
from peerline.protocol.messages import ClientMessage
from peerline.protocol.offers import EntryKind, GiveTree, OfferData, OfferFiles, TreeEntry
from peerline.protocol.presence import CursorData, CursorUpdate
from tests.e2e.conftest import ServerProcess

from .hostile import LONG, SCRIPTS, TURNED, HostilePeer, hostile_peer
from .page import SIZES, TIMEOUT_MS, WebPage
from .test_code import code

NAME = "<img src=x onerror=window.harmed=7>"
FILES = (
    "src/<img src=x onerror=window.harmed=8>.py",
    f"src/{TURNED}.py",
    "x" * (MAX_FILE_CHARS - 3) + ".py",
    "constructor/__proto__/hasOwnProperty",
)
TEXT = "\n".join([*SCRIPTS, TURNED, LONG * 4, "end of it"])
ENTRIES = ("..", ".", "a/b", "C:\\x", "<b>bold.py", f"{TURNED}.txt", "y" * 500, "__proto__")
HARM = """() => [
    ...(window.harmed === undefined ? [] : [`a script ran: ${window.harmed}`]),
    ...[...document.querySelectorAll('script, iframe, base, object, embed, form[action]')]
        .filter((one) => !(one.localName === 'script' && one.src.startsWith(location.origin)))
        .map((one) => one.outerHTML),
    ...[...document.querySelectorAll('img[src], a[href]')]
        .filter((one) => !/^(https?:|data:)/.test(one.href ?? one.src) || /evil/.test(one.src))
        .map((one) => one.outerHTML),
    ...(document.documentElement.scrollWidth > innerWidth ? ['the page is too wide'] : []),
    ...[...document.querySelectorAll('.frame-side, .frame-chat, .frame-people, .code-head')]
        .filter((one) => one.getClientRects().length > 0 && one.scrollWidth > one.clientWidth + 1)
        .map((one) => `${one.className} is too wide: ${one.scrollWidth} > ${one.clientWidth}`),
    ...window.reports,
]"""
LISTEN = """() => {
    window.reports = [];
    document.addEventListener('securitypolicyviolation', (event) =>
        window.reports.push(`${event.violatedDirective} ${event.blockedURI}`));
}"""


@pytest.fixture
def mallory(session_server: ServerProcess) -> Iterator[HostilePeer]:
    with hostile_peer(session_server, NAME) as peer:
        yield peer


def test_nothing_that_a_peer_sends_does_anything(
    page: WebPage, link: str, session_server: ServerProcess, mallory: HostilePeer
) -> None:
    session_id = session_server.session
    page.tab.add_init_script(f"({LISTEN})()")
    page.joined(link, "Alma")

    def taken(*messages: ClientMessage) -> None:
        for message in messages:
            answer = mallory.send(message)
            assert answer["type"] != "error", answer

    taken(
        *(SendChatMessage(session_id=session_id, content=text) for text in SCRIPTS),
        SendChatMessage(session_id=session_id, content=f"@Alma {TURNED}"),
        SendChatMessage(session_id=session_id, content=LONG),
        *(
            ShareDocument(session_id=session_id, data=ShareDocumentData(file=file, content=TEXT))
            for file in FILES
        ),
        *(
            AddComment(
                session_id=session_id,
                data=CommentData(file=FILES[0], line=number + 1, content=f"{text} {LONG}"),
            )
            for number, text in enumerate(SCRIPTS)
        ),
        OfferFiles(session_id=session_id, data=OfferData(name=f"<b>{TURNED}", files=9)),
    )
    wanted = mallory.receive("tree_wanted")
    entries = [TreeEntry(name=name, kind=EntryKind.FILE, size=1) for name in ENTRIES]
    taken(GiveTree(session_id=session_id, id=wanted["id"], entries=entries))
    moves = CursorUpdate(
        session_id=session_id, data=CursorData(file=FILES[0], line=2_000_000_000, column=1)
    )
    taken(moves)

    for text in SCRIPTS[:3]:
        expect(page.chat.get_by_text(text).first).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.chat).to_contain_text("U+202E")
    expect(page.people).to_contain_text(NAME)
    tree = page.tab.get_by_role("tree", name="Files")
    expect(tree.get_by_role("treeitem", name="<b>bold.py")).to_be_visible()
    names = [name.strip() for name in tree.get_by_role("treeitem").all_inner_texts()]
    assert not {"..", ".", "a/b", "C:\\x"} & set(names), "no path has such a part"
    page.tab.get_by_role("button", name=f"Follow {NAME}").click()
    text = code(page).get_by_role("textbox", name="Text of")
    expect(text).to_contain_text("end of it", timeout=TIMEOUT_MS)
    for size in reversed(SIZES):
        page.tab.set_viewport_size({"width": size[0], "height": size[1]})
        assert page.tab.evaluate(HARM) == [], size
    page.tab.get_by_role("button", name="People", exact=True).click()
    assert page.tab.evaluate(HARM) == []
    page.tab.get_by_role("button", name="Chat", exact=True).click()
    assert page.tab.evaluate(HARM) == []
