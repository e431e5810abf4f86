"""Suggestions in comments, applied by a bridge in the document of its editor."""

from typing import Any

import pytest

from peerline.protocol.editor.base import Range
from peerline_bridge.texts.open_texts import Document, TextChange
from peerline_bridge.texts.positions import Encoding, split_lines

from .bridge_process import BridgeProcess, RpcError
from .conftest import Bridges, ServerProcess

FILES = {"a.py": "def total(items):\n    return sum(items)\n\nend = 'α🦊'\n"}
SUGGESTION = "Name it:\n```suggestion\n    result = sum(items)\n    return result\n```\n"
EDITS = {"workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}}


class Pair:
    """Alice comments; Bob's editor takes edits."""

    def __init__(
        self, server: ServerProcess, bridges: Bridges, capabilities: dict[str, Any] = EDITS
    ) -> None:
        self.alice = bridges.start("alice", FILES)
        self.bob = bridges.start("bob", FILES, capabilities=capabilities)
        for bridge in (self.alice, self.bob):
            bridge.command("join", link=server.invite("editor"))
            bridge.open("a.py")
        self.text = FILES["a.py"]
        self.version = 1

    def comment(self, content: str, line: int, end_line: int | None = None) -> dict[str, Any]:
        """Alice's comment, as Bob is shown it."""
        lines = {"line": line} if end_line is None else {"line": line, "end_line": end_line}
        self.alice.command("addComment", uri=self.alice.uri("a.py"), content=content, **lines)
        params = self.bob.wait_notification("peerline/comments", lambda each: each["threads"])
        return params["threads"][-1]

    def edit(self, text: str) -> None:
        """Bob changes his text."""
        self.version += 1
        self.text = text
        document = {"uri": self.bob.uri("a.py"), "version": self.version}
        self.bob.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]}
        )

    def apply(self, comment_id: str, index: int = 0, *, makes_it: bool = True) -> Any:
        """Bob applies a suggestion: his editor makes the edit that it is asked to make."""
        arguments = {"comment_id": comment_id, "index": index}
        params = {"command": "peerline.applySuggestion", "arguments": [arguments]}
        self.bob.send({"id": "apply", "method": "workspace/executeCommand", "params": params})
        asked = self.bob.wait(lambda message: message.get("method") == "workspace/applyEdit")
        if makes_it:
            (change,) = asked["params"]["edit"]["documentChanges"]
            assert change["textDocument"] == {"uri": self.bob.uri("a.py"), "version": self.version}
            (edit,) = change["edits"]
            document = Document("", self.version, split_lines(self.text))
            where = Range.model_validate(edit["range"])
            document.apply(TextChange(edit["newText"], where), Encoding.UTF16)
            self.text = document.text
        self.bob.send({"id": asked["id"], "result": {"applied": makes_it}})
        answer = self.bob.wait(lambda message: message.get("id") == "apply")
        if "error" in answer:
            raise RpcError(answer["error"])
        return answer["result"]

    def refused(self, comment_id: str, index: int = 0) -> str:
        """The code with which applying is refused before the editor is asked."""
        with pytest.raises(RpcError) as refusal:
            self.bob.command("applySuggestion", comment_id=comment_id, index=index)
        return refusal.value.data["error_code"]


def test_a_suggestion_replaces_the_commented_lines(server: ServerProcess, bridges: Bridges) -> None:
    pair = Pair(server, bridges)
    thread = pair.comment(SUGGESTION, 1)
    assert thread["suggestions"] == [
        {"lines": ["    result = sum(items)", "    return result"], "first": 1, "last": 4}
    ]
    assert pair.apply(thread["id"]) == {"uri": pair.bob.uri("a.py"), "line": 1}
    assert pair.text == (
        "def total(items):\n    result = sum(items)\n    return result\n\nend = 'α🦊'\n"
    )


def test_a_suggestion_is_applied_where_the_lines_are_now(
    server: ServerProcess, bridges: Bridges
) -> None:
    pair = Pair(server, bridges)
    thread = pair.comment("```suggestion\nend = 'β'\n```\nor none:\n```suggestion\n```", 3)
    pair.edit("# one more line\n" + pair.text)
    assert pair.apply(thread["id"], 1) == {"uri": pair.bob.uri("a.py"), "line": 4}
    assert pair.text == "# one more line\ndef total(items):\n    return sum(items)\n\n"


def test_the_suggestion_of_a_reply_is_applied_to_the_lines_of_its_thread(
    server: ServerProcess, bridges: Bridges
) -> None:
    pair = Pair(server, bridges)
    thread = pair.comment("How?", 0, 1)
    pair.alice.command("reply", comment_id=thread["id"], content="```suggestion\ntotal = sum\n```")
    params = pair.bob.wait_notification(
        "peerline/comments", lambda each: each["threads"] and each["threads"][0]["replies"]
    )
    (reply,) = params["threads"][0]["replies"]
    assert [found["lines"] for found in reply["suggestions"]] == [["total = sum"]]
    pair.apply(reply["id"])
    assert pair.text == "total = sum\n\nend = 'α🦊'\n"


@pytest.mark.parametrize(
    "text",
    [
        "def total(items):\n    return sum(items) or 0\n\nend = 'α🦊'\n",
        "def total(items):\n        return sum(items)\n\nend = 'α🦊'\n",
        "def total(items):\n\nend = 'α🦊'\n",
        "",
    ],
    ids=["changed", "indented otherwise", "deleted", "all gone"],
)
def test_a_suggestion_is_refused_when_its_lines_have_changed(
    server: ServerProcess, bridges: Bridges, text: str
) -> None:
    pair = Pair(server, bridges)
    thread = pair.comment(SUGGESTION, 1)
    before = pair.text
    pair.edit(text)
    assert pair.refused(thread["id"]) == "OUTDATED"
    pair.edit(before)
    assert pair.apply(thread["id"])["line"] == 1


def test_what_cannot_be_applied_is_refused_with_its_reason(
    server: ServerProcess, bridges: Bridges
) -> None:
    pair = Pair(server, bridges)
    thread = pair.comment("```suggestion\n    return sum(items)\n```", 1)
    assert pair.refused(thread["id"]) == "ALREADY_APPLIED"
    assert pair.refused(thread["id"], 1) == "NO_SUGGESTION"
    assert pair.refused("no-such-comment") == "NOT_FOUND"
    hidden = pair.comment("```suggestion\nif admin\u202e: pass\n```", 3)
    assert hidden["suggestions"][0]["lines"] == ["if admin<U+202E>: pass"]
    assert pair.refused(hidden["id"]) == "INVISIBLE_CHARACTERS"


def test_an_editor_that_does_not_make_the_edit_is_reported(
    server: ServerProcess, bridges: Bridges
) -> None:
    pair = Pair(server, bridges)
    thread = pair.comment(SUGGESTION, 1)
    with pytest.raises(RpcError, match="did not make the edit"):
        pair.apply(thread["id"], makes_it=False)


def test_an_editor_that_takes_no_edits_is_not_asked(
    server: ServerProcess, bridges: Bridges
) -> None:
    pair = Pair(server, bridges, capabilities={})
    thread = pair.comment(SUGGESTION, 1)
    assert pair.refused(thread["id"]) == "NO_EDIT"


def test_a_suggestion_for_a_file_that_is_not_here_is_refused(
    server: ServerProcess, bridges: Bridges
) -> None:
    pair = Pair(server, bridges)
    thread = pair.comment(SUGGESTION, 1)
    carol: BridgeProcess = bridges.start("carol", {"b.py": ""}, capabilities=EDITS)
    carol.command("join", link=server.invite("editor"))
    with pytest.raises(RpcError) as refusal:
        carol.command("applySuggestion", comment_id=thread["id"])
    assert refusal.value.data["error_code"] == "NOT_HERE"
