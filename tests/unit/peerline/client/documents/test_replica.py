"""An opened document: roles, refusals, repairs, renewals, and a server that sends nonsense."""

import pytest

from peerline.client.documents.local_text import LocalText, check_size
from peerline.client.documents.ports import DocumentStatus
from peerline.client.documents.replica import MAX_REPAIRS
from peerline.client.errors import DocumentNotOpen, DocumentReadOnly, EditRefused
from peerline.documents.delta import DeltaError
from peerline.documents.frames import Update, encode_frame
from peerline.documents.shared_text import SharedText
from peerline.protocol.base import Error
from peerline.protocol.client_defaults import MAX_IN_FLIGHT
from peerline.protocol.documents import DocumentClosed
from peerline.protocol.errors import ErrorCode
from peerline.protocol.limits import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_LINES, MAX_UPDATE_BYTES
from tests.document_sequencer import DOCUMENT, NOW, SESSION, Connection, Person, Sequencer, settle
from tests.unit.peerline.client.documents.world import World


def connection_of(person: Person) -> Connection:
    assert person.connection is not None
    return person.connection


def refusal(code: ErrorCode, request_id: str | None = None, retry: float | None = None) -> Error:
    return Error(
        error_code=code,
        message="no",
        timestamp=NOW,
        document_id=DOCUMENT,
        request_id=request_id,
        retry_after=retry,
    )


def test_the_text_is_there_after_the_first_frame_and_edits_before_it_are_refused() -> None:
    server = Sequencer("text")
    person = Person(server, "u1", lambda: 0.0)
    assert person.document.status is DocumentStatus.OPENING
    with pytest.raises(DocumentNotOpen):
        person.document.edit(("x",))
    person.connect()
    person.send(1)
    person.receive(1)
    assert person.document.status is DocumentStatus.OPENING
    person.receive(1)
    assert person.document.status is DocumentStatus.EQUAL
    assert person.document.text == "text"


def test_an_edit_that_does_not_fit_changes_nothing() -> None:
    world = World()
    ann = world.people[0]
    for delta in ((-99,), (99, "x"), ("\ud800",)):
        with pytest.raises(DeltaError):
            ann.document.edit(delta)
    assert ann.document.pending == 0
    assert world.equal() == "one\ntwo\n"


def test_edits_while_there_is_no_connection_arrive_later() -> None:
    world = World()
    ann, bob = world.people
    ann.drop()
    assert ann.document.status is DocumentStatus.OFFLINE
    ann.edit((3, " more"))
    bob.edit((7, " else"))
    assert ann.document.pending == 1
    assert world.equal() == "one more\ntwo else\n"


def test_what_is_edited_while_much_is_on_its_way_goes_out_with_the_answers() -> None:
    world = World("")
    ann, bob = world.people
    for number in range(MAX_IN_FLIGHT + 20):
        ann.edit((*((number,) if number else ()), "x"))
        world.pass_time(1)
        connection_of(ann).to_server.extend(ann.documents.take_outgoing())
    assert ann.document.pending == MAX_IN_FLIGHT + 1
    assert ann.documents.due is None
    assert len(connection_of(ann).to_server) == MAX_IN_FLIGHT
    ann.send(MAX_IN_FLIGHT)
    ann.receive(MAX_IN_FLIGHT)
    bob.receive(MAX_IN_FLIGHT)
    assert bob.editor == "x" * MAX_IN_FLIGHT
    assert ann.document.pending == 1
    assert world.equal() == "x" * (MAX_IN_FLIGHT + 20)


def test_a_document_that_is_closed_while_much_is_on_its_way_sends_what_waits() -> None:
    world = World("")
    ann, bob = world.people
    for number in range(MAX_IN_FLIGHT + 2):
        ann.edit((*((number,) if number else ()), "x"))
        world.pass_time(1)
        connection_of(ann).to_server.extend(ann.documents.take_outgoing())
    ann.document.close()
    ann.send(1000)
    bob.receive(1000)
    assert bob.editor == "x" * (MAX_IN_FLIGHT + 2)


def test_a_killed_client_brings_back_what_it_kept_and_writes_under_another_id() -> None:
    world = World()
    ann = world.people[0]
    ann.drop()
    ann.edit(("🎉 ",))
    before = ann.document.local.client_id
    world.people[0] = ann = ann.killed()
    assert ann.document.text == "🎉 one\ntwo\n"
    assert ann.document.local.client_id != before
    ann.edit((2, "more "))
    assert world.equal() == "🎉 more one\ntwo\n"


def test_what_was_sent_after_it_was_kept_is_there_once() -> None:
    world = World()
    ann, bob = world.people
    ann.edit(("a",))
    kept = ann.kept
    world.settle()
    ann.edit(("b",))
    ann.send(9)
    ann.kept = kept
    world.people[0] = ann = ann.killed()
    ann.edit((1, "c"))
    assert world.equal().count("a") == 1
    assert bob.editor.count("b") == 1
    assert bob.editor.count("c") == 1


def test_a_viewer_reads_and_does_not_write() -> None:
    world = World()
    ann, bob = world.people
    world.server.demote("u0")
    world.settle()
    assert not ann.document.can_edit
    with pytest.raises(DocumentReadOnly):
        ann.document.edit(("x",))
    bob.edit(("y",))
    assert world.equal() == "yone\ntwo\n"
    assert ann.discarded == []
    world.server.viewers.clear()
    ann.connect()
    world.settle()
    ann.edit(("x",))
    assert world.equal() == "xyone\ntwo\n"


def test_edits_of_somebody_who_became_a_viewer_are_handed_back() -> None:
    world = World()
    ann, bob = world.people
    ann.edit((3, " LOST"))
    bob.edit((7, " kept"))
    world.server.demote("u0")
    assert world.equal() == "one\ntwo kept\n"
    assert ann.discarded == ["one LOST\ntwo\n"]
    assert ann.kept is None
    ann.drop()
    ann.connect()
    assert world.equal() == "one\ntwo kept\n"


def test_a_refused_update_is_written_again_under_another_id() -> None:
    world = World()
    ann, bob = world.people
    before = ann.document.local.client_id
    world.server.refuses_next = ErrorCode.UPDATE_REFUSED
    ann.edit((3, " first"))
    bob.edit((7, " kept"))
    world.settle()
    assert ann.document.local.client_id != before
    assert world.equal() == "one first\ntwo kept\n"
    assert ann.discarded == []


def test_updates_that_are_refused_again_and_again_detach_the_document() -> None:
    world = World()
    ann, _ = world.people
    for attempt in range(MAX_REPAIRS + 1):
        assert ann.document.status is not DocumentStatus.DETACHED, attempt
        ann.document.refused(refusal(ErrorCode.UPDATE_REFUSED))
        ann.send(9)
        ann.receive(9)
    assert ann.document.status is DocumentStatus.DETACHED
    assert ann.document.code is ErrorCode.UPDATE_REFUSED
    assert ann.document.text == "one\ntwo\n"


def test_refusals_that_are_far_apart_do_not_detach() -> None:
    world = World()
    ann, _ = world.people
    for _ in range(3 * MAX_REPAIRS):
        ann.document.refused(refusal(ErrorCode.UPDATE_REFUSED))
        world.settle()
        world.pass_time(60)
    assert ann.document.status is DocumentStatus.EQUAL


def test_a_text_that_became_too_large_stays_and_follows_nothing() -> None:
    world = World()
    ann, bob = world.people
    ann.edit(("mine ",))
    ann.document.refused(refusal(ErrorCode.DOCUMENT_TOO_LARGE))
    bob.edit(("x",))
    world.settle()
    assert ann.document.status is DocumentStatus.DETACHED
    assert ann.document.text == "mine one\ntwo\n"
    with pytest.raises(DocumentNotOpen):
        ann.document.edit(("x",))
    assert connection_of(ann).channel is None


@pytest.mark.parametrize(
    "frame",
    [
        Update(b"\xff\xff"),
        Update(b"\x01\x01\x07\x63\x04\x01\x04text\x01a\x00"),
        Update(b"\x01\x01\x07\x00\x08\x01\x04text\x01\x77\x01a\x00"),
    ],
)
def test_nonsense_of_the_server_detaches_the_document_and_the_text_stays(frame: Update) -> None:
    world = World()
    ann, bob = world.people
    channel = connection_of(ann).channel
    assert channel is not None
    ann.documents.receive_frame(encode_frame(channel, frame))
    assert ann.document.status is DocumentStatus.DETACHED
    assert "not sound" in (ann.document.reason or "")
    bob.edit(("x",))
    world.settle()
    assert ann.editor == ann.document.text == "one\ntwo\n"


def test_frames_of_a_channel_that_is_not_open_are_left_out() -> None:
    world = World()
    ann, _ = world.people
    ann.documents.receive_frame(encode_frame(99, Update(SharedText.seeded("x"))))
    assert world.equal() == "one\ntwo\n"


def test_a_document_that_is_no_longer_shared_keeps_its_text() -> None:
    world = World()
    ann, _ = world.people
    ann.edit(("mine ",))
    ann.document.unshared()
    assert ann.document.status is DocumentStatus.DETACHED
    assert ann.document.code is ErrorCode.DOCUMENT_NOT_FOUND
    assert ann.document.text == "mine one\ntwo\n"
    assert ann.document.kept() is None


def test_a_document_that_is_gone_after_a_reconnect_keeps_its_text() -> None:
    world = World()
    ann, _ = world.people
    ann.drop()
    ann.documents.joined({})
    assert ann.document.status is DocumentStatus.DETACHED


def test_a_busy_server_is_asked_again() -> None:
    server = Sequencer("text")
    now = [0.0]
    person = Person(server, "u1", lambda: now[0])
    person.connect()
    connection_of(person).to_server.clear()
    person.documents.take_outgoing()
    person.document.refused(refusal(ErrorCode.SERVER_BUSY, "u1-1", 5))
    assert person.documents.due == 5
    assert person.documents.take_outgoing() == []
    now[0] = 5
    person.send(9)
    person.receive(9)
    assert person.document.status is DocumentStatus.EQUAL


def test_edits_on_a_renewed_generation_are_moved_over_once() -> None:
    world = World()
    ann, bob = world.people
    ann.drop()
    ann.edit((3, " mine"))
    bob.edit(("first ",))
    bob.send(9)
    world.server.renew()
    settle([bob], world.pass_time)
    bob.edit((14, "last\n"))
    assert world.equal() == "first one mine\ntwo\nlast\n"
    assert ann.document.generation == world.server.present


def test_an_update_that_arrived_before_the_renewal_is_not_written_again() -> None:
    world = World()
    ann, _ = world.people
    ann.edit(("mine ",))
    ann.send(9)
    ann.drop()
    world.server.renew()
    assert world.equal() == "mine one\ntwo\n"


def test_edits_on_a_generation_that_is_gone_are_not_merged() -> None:
    world = World()
    ann, bob = world.people
    ann.drop()
    ann.edit(("mine ",))
    world.server.renew()
    del world.server.generations["g1"]
    settle([bob], world.pass_time)
    ann.connect()
    ann.send(9)
    ann.receive(9)
    assert ann.document.status is DocumentStatus.DETACHED
    assert ann.document.code is ErrorCode.GENERATION_MISMATCH
    assert ann.document.text == "mine one\ntwo\n"
    assert world.server.text == "one\ntwo\n"


def test_without_own_edits_a_generation_that_is_gone_makes_no_difference() -> None:
    world = World()
    ann, bob = world.people
    ann.drop()
    world.server.renew()
    del world.server.generations["g1"]
    settle([bob], world.pass_time)
    bob.edit(("x",))
    assert world.equal() == "xone\ntwo\n"


def test_two_differences_in_a_row_take_the_text_of_the_server() -> None:
    world = World()
    ann, _ = world.people
    local = ann.document.local
    local.places.edit(("diverged ",))  # as a fault would do it: nobody is told
    ann.editor = ann.document.text
    ann.document.checked(equal=False)
    ann.document.checked(equal=True)
    ann.document.checked(equal=False)
    world.settle()
    assert ann.editor == "diverged one\ntwo\n"
    ann.document.checked(equal=False)
    assert world.equal() == "one\ntwo\n"
    assert ann.discarded == ["diverged one\ntwo\n"]


def test_a_close_of_a_channel_that_is_over_is_left_out() -> None:
    world = World()
    ann, _ = world.people
    message = DocumentClosed(session_id=SESSION, document_id=DOCUMENT, channel=77, message="x")
    ann.document.closed(message)
    assert ann.document.status is DocumentStatus.EQUAL


def test_closing_sends_what_waits() -> None:
    world = World()
    ann, bob = world.people
    ann.edit(("a",))
    ann.edit(("b",))
    ann.documents.forget(ann.document)
    ann.send(9)
    assert world.server.text == "baone\ntwo\n"
    settle([bob], world.pass_time)
    assert bob.editor == "baone\ntwo\n"
    assert ann.document.text == "baone\ntwo\n"


def test_a_paste_larger_than_an_update_arrives_in_parts() -> None:
    world = World()
    ann, bob = world.people
    pasted = "é" * (MAX_UPDATE_BYTES // 2 + 10)
    ann.edit((pasted,))
    assert ann.document.pending > 1
    world.equal()
    assert bob.editor.startswith(pasted)
    ann.undo()
    assert world.equal() == "one\ntwo\n"
    ann.undo(redo=True)
    assert world.equal() == bob.editor


def test_undo_takes_back_what_was_typed_until_a_pause() -> None:
    world = World("")
    ann, _ = world.people
    ann.edit(("a",))
    world.now += 0.1
    ann.edit((1, "b"))
    world.now += 1
    ann.edit((2, "c"))
    ann.undo()
    assert world.equal() == "ab"
    ann.undo()
    assert world.equal() == ""


def test_the_largest_text_is_taken_and_one_byte_more_is_not() -> None:
    check_size("", ("x" * MAX_DOCUMENT_BYTES,))
    check_size("x" * MAX_DOCUMENT_BYTES, ("é" * (MAX_DOCUMENT_BYTES // 2), -MAX_DOCUMENT_BYTES))
    check_size("x" * MAX_DOCUMENT_BYTES, (-1,))
    with pytest.raises(EditRefused):
        check_size("x" * MAX_DOCUMENT_BYTES, ("y",))
    with pytest.raises(EditRefused):
        check_size("x", ("é" * (MAX_DOCUMENT_BYTES // 2),))


def test_the_most_lines_are_taken_and_one_more_is_not() -> None:
    check_size("", ("\n" * MAX_DOCUMENT_LINES,))
    check_size("\n" * (MAX_DOCUMENT_LINES - 1), ("last\n",))
    check_size("\n" * MAX_DOCUMENT_LINES, ("\n", -1))
    with pytest.raises(EditRefused):
        check_size("\n" * MAX_DOCUMENT_LINES, ("\n",))


def test_a_text_that_was_kept_damaged_is_refused() -> None:
    local = LocalText("g1", 7, SharedText.seeded("x"))
    local.edit(("y",), 0)
    kept = local.kept(DOCUMENT)
    assert LocalText.restored(kept).text == "yx"
