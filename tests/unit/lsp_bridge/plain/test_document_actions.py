"""The actions on a file: share it, answer the question about it, take back, stop."""

from typing import Any, cast

import pytest

from peerline.protocol.editor.documents import (
    DocumentState,
    EditorDocument,
    EditorDocumentQuestion,
    QuestionKind,
)
from peerline.protocol.editor.offers import EditorOffer, EditorOffers
from peerline.protocol.editor.session import EditorNotice
from peerline_bridge.plain.document_actions import document_actions, folder_actions
from peerline_bridge.plain.model import PlainModel
from peerline_bridge.plain.surface import PlainSurface

URI = "file:///a.py"
DOCUMENT = EditorDocument(
    document_id="d",
    generation="g",
    file="a.py",
    uri=URI,
    is_open=True,
    has_file=True,
    state=DocumentState.EQUAL,
    shared_by="u",
    shared_by_name="alice",
)
QUESTION = EditorDocumentQuestion(
    uri=URI,
    document_id="d",
    file="a.py",
    kind=QuestionKind.JOIN,
    diff="",
    lines_added=1,
    lines_removed=0,
    shared_by_name="alice",
    can_offer=True,
)


def names(document: EditorDocument | None, question: EditorDocumentQuestion | None) -> list[str]:
    found = document_actions(URI, document, question, may_edit=True)
    choices: list[str | None] = []
    for each in found:
        assert each.arguments is not None
        about = each.arguments[0]
        assert isinstance(about, dict)
        choices.append(about.get("choice"))
    return [
        each.command.removeprefix("peerline.") + (f" {choice}" if choice else "")
        for each, choice in zip(found, choices, strict=True)
    ]


def test_a_file_is_shared_by_those_who_may_edit() -> None:
    assert names(None, None) == ["shareDocument"]
    assert document_actions(URI, None, None, may_edit=False) == []


def test_own_steps_are_taken_back_and_sharing_is_ended_by_its_owner() -> None:
    assert names(DOCUMENT, None) == ["undo", "redo"]
    owned = DOCUMENT.model_copy(update={"can_unshare": True})
    assert names(owned, None) == ["undo", "redo", "unshareDocument"]
    assert names(DOCUMENT.model_copy(update={"can_edit": False}), None) == []


def test_a_question_is_answered_and_a_file_joined_again() -> None:
    answers = [f"answerDocument {choice}" for choice in ("shared", "mine", "later")]
    assert names(DOCUMENT, QUESTION) == answers
    viewed = QUESTION.model_copy(update={"can_offer": False})
    assert names(DOCUMENT, viewed) == [answers[0], answers[2]]
    detached = DOCUMENT.model_copy(update={"state": DocumentState.DETACHED})
    assert names(detached, None) == ["answerDocument shared"]


@pytest.mark.parametrize(
    ("is_sharing", "may_edit", "expected"),
    [
        (False, True, ["peerline.shareFolder"]),
        (False, False, []),
        (True, True, ["peerline.stopSharingFolder"]),
    ],
)
def test_a_folder_is_shared_or_not(
    expected: list[str], *, is_sharing: bool, may_edit: bool
) -> None:
    offers = EditorOffers(offers=[], is_sharing=is_sharing)
    assert [each.command for each in folder_actions(offers, may_edit=may_edit)] == expected


def test_somebody_who_shares_a_folder_is_a_line_once() -> None:
    told: list[str] = []

    class Listener:
        def notice(self, notice: EditorNotice) -> None:
            told.append(notice.message)

    surface = PlainSurface(PlainModel(), cast("Any", Listener()))
    for files in (1, 2):
        offer = EditorOffer(
            user_id="ann", username="Ann", color=1, name="shop", files=files, version=files
        )
        mine = offer.model_copy(update={"user_id": "me", "is_me": True})
        surface.show_offers(EditorOffers(offers=[offer, mine]))
    (line,) = told
    assert line == (
        "Ann shares the folder shop (1 file). This editor opens them from your own copy only; "
        "without one, join in VS Code, Neovim or a browser."
    )
    many = EditorOffer(
        user_id="bob", username="Bob", color=2, name="shop", files=9, version=1, is_cut=True
    )
    surface.show_offers(EditorOffers(offers=[many]))
    assert told[-1].startswith("Bob shares the folder shop (the first 9 files).")


def test_what_the_editor_lacks_can_be_pulled() -> None:
    waiting = DOCUMENT.model_copy(update={"state": DocumentState.WAITING})
    assert names(waiting, None) == ["pullDocument", "undo", "redo"]
    read_only = waiting.model_copy(update={"can_edit": False})
    assert names(read_only, None) == ["pullDocument"]
