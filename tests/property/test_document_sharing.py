"""Editors with whole bridges end equal, whatever is typed, reloaded, undone, late or refused.

As `test_document_handshake`, with the bridge's part above the handshake: lines and columns in two
encodings, line ends, modes in which edits wait, errors of the editor, undo, closing and opening.
"""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from peerline.documents.delta import apply
from peerline.protocol.editor.documents import DocumentState
from tests.unit.lsp_bridge.sharing.shared_session import Relay, Site, settle

FILE = "a.py"
START = "one\ntwo\nthree\n"
STEPS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.one_of(
            st.tuples(
                st.just("type"),
                st.integers(0, 25),
                st.integers(0, 5),
                st.sampled_from(("", "a", "b\nc", "\n", "ž🎉", "\u2028")),
            ),
            st.tuples(
                st.sampled_from(
                    ("editor", "bridge", "network", "busy", "free", "undo", "redo", "step", "fail")
                )
            ),
        ),
    ),
    max_size=60,
)


@settings(max_examples=60)
@given(steps=STEPS)
def test_all_end_with_the_same_text(steps: list[Any]) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder), steps))


async def play(folder: Path, steps: list[Any]) -> None:
    relay = Relay()
    sites = [
        make_site(relay, folder / "one", marks=True, newline="\n"),
        make_site(relay, folder / "two", marks=False, newline="\r\n"),
        make_site(relay, folder / "three", marks=True, newline="\r\n"),
    ]
    await sites[0].commands.share(sites[0].uri(FILE))
    await settle()
    relay.is_late = True
    for site in sites:
        site.is_at_once = False
    for who, step in steps:
        run(sites[who], step)
        check(sites)
    for _ in range(400):
        if all(is_quiet(site) for site in sites):
            break
        for site in sites:
            site.fails = False
            site.ready(FILE)
            site.step()
            deliver(site)
            receive(site)
            proceed(site)
        check(sites)
    texts = {site.shown(FILE) for site in sites}
    assert len(texts) == 1
    assert texts == {relay.texts["d0"].text}
    for site in sites:
        file = site.files.file_of(site.uri(FILE))
        assert file is not None
        assert file.state is DocumentState.EQUAL
        site.files.end()


def make_site(relay: Relay, folder: Path, *, marks: bool, newline: str) -> Site:
    folder.mkdir()
    site = Site(relay, folder, folder.name, marks=marks, newline=newline)
    site.open(FILE, START)
    return site


def check(sites: list[Site]) -> None:
    """The shared text is always the editor's text and the debt."""
    for site in sites:
        file = site.files.file_of(site.uri(FILE))
        assert file is not None
        assert file.joined is not None
        assert file.opened is not None
        assert apply(file.joined.text, file.joined.debt) == file.opened.text


def run(site: Site, step: tuple[Any, ...]) -> None:
    match step:
        case ("type", at, deleted, inserted):
            site.type(FILE, at, deleted, inserted)
        case ("editor",):
            site.step()
        case ("bridge",):
            deliver(site)
        case ("network",):
            receive(site)
        case ("busy",):
            site.is_busy = True
        case ("free",):
            site.ready(FILE)
        case ("fail",):
            site.fails = not site.fails
        case ("undo",):
            site.commands.undo(site.uri(FILE))
        case ("redo",):
            site.commands.redo(site.uri(FILE))
        case _:
            site.files.on_undo_step(site.uri(FILE))


def is_quiet(site: Site) -> bool:
    """Whether nothing is on its way, in either direction."""
    file = site.files.file_of(site.uri(FILE))
    assert file is not None
    return file.state is DocumentState.EQUAL and not (
        site.to_bridge or site.requests or any(each.incoming for each in site.relay.opened)
    )


def deliver(site: Site) -> None:
    if site.to_bridge:
        site.to_bridge.popleft()()


def receive(site: Site) -> None:
    file = site.files.file_of(site.uri(FILE))
    assert file is not None
    opened = next(each for each in site.relay.opened if each is file.opened)
    opened.receive()


def proceed(site: Site) -> None:
    """Let the time pass for which a refused edit waits."""
    file = site.files.file_of(site.uri(FILE))
    assert file is not None
    if file.joined is not None and file.joined.due is not None:
        file.proceed(file.joined.due)
