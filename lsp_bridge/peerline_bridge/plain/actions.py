"""The code actions of a client without a plugin: all that one can do, at the place of the cursor.

Pure. None is a `quickfix`: some editors carry out all of those at once (Kate, Ctrl+.).
"""

from dataclasses import dataclass
from typing import Any, Final

from lsprotocol import types

from peerline.protocol.editor.comments import EditorThread
from peerline.protocol.editor.session import ConnectionState
from peerline.protocol.prompts import PromptState
from peerline.protocol.roles import Action, is_allowed
from peerline_bridge.plain.capabilities import ClientFeatures
from peerline_bridge.plain.document_actions import document_actions, folder_actions
from peerline_bridge.plain.lens_commands import (
    answer_join,
    command,
    resolve,
    review_approval,
    write_draft,
)
from peerline_bridge.plain.marks import MAX_PENDING, Page
from peerline_bridge.plain.text import one_line
from peerline_bridge.texts.drafts import draft_at, name_of_rows, new_draft

KIND: Final = "peerline"
MAX_FOLLOWS: Final = 10
"""Participants that the list offers to follow."""
MAX_REATTACHED: Final = 5
"""Outdated threads that the list offers to re-attach."""
MAX_REFUSED: Final = 5
"""Texts that the server did not take that the list offers to send again."""
MAX_CANCELS: Final = 10
"""Prompts for shared agents that the list offers to cancel."""
REATTACH: Final = "peerline.reattach"
RESEND: Final = "peerline.resendPending"
DISCARD: Final = "peerline.discardPending"

Actions = list[types.Command | types.CodeAction]


@dataclass(frozen=True, slots=True)
class Place:
    """Rows `first` to `last` are asked about; `selected` if there is text between the two ends."""

    where: types.Range
    first: int
    last: int

    @property
    def is_selection(self) -> bool:
        """Whether something is selected."""
        return self.where.start != self.where.end


def place_of(page: Page, where: types.Range) -> Place:
    """The rows of a range that exist. A selection that ends before a line does not reach it."""
    bottom = len(page.lines) - 1
    first = min(where.start.line, bottom)
    reaches = where.end.character > 0 or where.end.line == where.start.line
    last = where.end.line if reaches else where.end.line - 1
    return Place(where, first, max(first, min(last, bottom)))


def actions(page: Page, place: Place, features: ClientFeatures) -> Actions:
    """Return the actions at a place, the likeliest first."""
    found = _actions(page, place, features)
    if not features.action_literals:
        return found
    return [
        types.CodeAction(title=item.title, kind=KIND, command=item)
        if isinstance(item, types.Command)
        else item
        for item in found
    ]


def wants(only: list[str] | None) -> bool:
    """Whether a client that asks for these kinds wants ours."""
    return not only or any(kind in {"", KIND} for kind in only)


def _actions(page: Page, place: Place, features: ClientFeatures) -> Actions:
    model = page.model
    sign_in = command("Peerline: sign in with the token that you keep now", "peerline.signIn")
    if not model.is_joined:
        if model.needs_token:
            return [sign_in, command("Peerline: leave", "peerline.leave")]
        if model.state.state is not ConnectionState.OFFLINE:
            return [command("Peerline: stop joining", "peerline.leave")]
        if model.configured is None:
            return [command("Peerline: start a session", "peerline.start")]
        return [command(f"Peerline: join {model.configured}", "peerline.joinConfigured")]
    found: Actions = [
        answer_join(person, allow=allow)
        for person in model.pending[:MAX_PENDING]
        for allow in (True, False)
    ]
    found += [review_approval(approval) for approval in model.approvals[:MAX_PENDING]]
    for identifier, content in list(model.refused.items())[:MAX_REFUSED]:
        text = one_line(content, 30)
        arguments = {"id": identifier}
        found.append(command(f"Peerline: send again ({text})", RESEND, arguments))
        found.append(command(f"Peerline: discard ({text})", DISCARD, arguments))
    if _may(page, Action.COMMENT):
        found += _comments(page, place, features)
    if _may(page, Action.CHAT):
        if place.is_selection:
            text = "Peerline: send the selection to the chat"
            found.append(command(text, "peerline.sendSelection", _range_argument(page, place)))
        found.append(command("Peerline: write in the chat", "peerline.writeChat"))
    found += _agents(page, place)
    found += _documents(page, features)
    found.append(command("Peerline: open the chat", "peerline.openChat"))
    if _may(page, Action.MODERATE):
        found.append(command("Peerline: invite somebody", "peerline.invite"))
    if features.show_document:
        found += _follows(page)
    if model.needs_token:
        found.append(sign_in)
    title = one_line(model.state.title or "the session", 40)
    found.append(command(f"Peerline: leave {title}", "peerline.leave"))
    return found


def _agents(page: Page, place: Place) -> Actions:
    """The actions about shared agents: stop one, prompt it; behind all those, cancel a prompt."""
    found: Actions = []
    cancels: Actions = []
    for person in page.model.people:
        queue = None if person.agent is None else person.agent.queue
        if queue is None:
            continue
        name, agent = one_line(person.username, 32), {"agent_id": person.user_id}
        if queue.may_stop:
            running = [one.id for one in queue.prompts if one.state is PromptState.RUNNING]
            turn = agent | ({"prompt_id": running[0]} if running else {})
            found.append(command(f"Peerline: stop {name}", "peerline.stopAgent", turn))
        if queue.may_prompt and place.is_selection:
            title = f"Peerline: prompt {name} with the selection"
            arguments = agent | _range_argument(page, place)
            found.append(command(title, "peerline.promptSelection", arguments))
        for prompt in queue.prompts:
            if prompt.may_cancel and prompt.state is PromptState.WAITING:
                title = f"Peerline: cancel the prompt for {name} ({one_line(prompt.text, 30)})"
                cancels.append(command(title, "peerline.cancelPrompt", {"prompt_id": prompt.id}))
    return found + cancels[:MAX_CANCELS]


def _documents(page: Page, features: ClientFeatures) -> Actions:
    """The actions of a shared document, for a client that can be asked to edit it."""
    if not features.apply_edit:
        return []
    may_edit = _may(page, Action.EDIT_DOCUMENT)
    return [
        *document_actions(
            page.uri,
            page.model.documents.get(page.uri),
            page.model.questions.get(page.uri),
            may_edit=may_edit,
        ),
        *folder_actions(page.model.offers, may_edit=may_edit),
    ]


def _comments(page: Page, place: Place, features: ClientFeatures) -> Actions:
    found: Actions = []
    draft = draft_at(page.lines, place.first)
    threads = [
        thread for thread in page.threads_on(place.first, place.last) if not thread.is_pending
    ]
    if draft is not None:
        found += page.draft_commands(draft)
    else:
        for thread in threads:
            text = f"Peerline: write a reply to {_about(thread)}"
            found.append(_draft_action(page, place.first, place.first, text, features))
        text = f"Peerline: write a comment on {name_of_rows(place.first, place.last)}"
        found.append(_draft_action(page, place.first, place.last, text, features))
    for thread in threads:
        found.append(resolve(thread, f"Peerline: resolve {_about(thread)}"))
    outdated = [thread for thread in page.threads if thread.outdated and not thread.is_pending]
    for thread in outdated[:MAX_REATTACHED]:
        arguments = {"comment_id": thread.id, "uri": page.uri, "line": place.first}
        text = f"Peerline: re-attach {_about(thread)} to line {place.first + 1}"
        found.append(command(text, REATTACH, arguments))
    closed = page.model.closed.get(page.uri)
    if closed is not None:
        found.append(resolve(closed, f"Peerline: reopen {_about(closed)}", resolved=False))
    return found


def _draft_action(
    page: Page, row: int, last: int, title: str, features: ClientFeatures
) -> types.Command | types.CodeAction:
    """The edit itself where a client takes one with the action: it needs no request then."""
    if not features.action_literals:
        return write_draft(page.uri, row, title, last if last > row else None)
    place = types.Position(row, 0)
    end = page.lines[row][len(page.lines[row].rstrip("\r\n")) :] or "\n"
    text = new_draft(page.lines[row], page.uri, last - row + 1) + end
    edit = types.TextEdit(range=types.Range(place, place), new_text=text)
    return types.CodeAction(
        title=title, kind=KIND, edit=types.WorkspaceEdit(changes={page.uri: [edit]})
    )


def _follows(page: Page) -> Actions:
    model = page.model
    if model.followed is not None:
        name = one_line(model.followed.username or "", 32)
        return [command(f"Peerline: stop following {name}", "peerline.unfollow")]
    return [
        command(
            f"Peerline: follow {one_line(person.username, 32)}"
            + (f" ({one_line(person.file, 40)}:{person.line})" if person.file else ""),
            "peerline.follow",
            {"user_id": person.user_id},
        )
        for person in model.others[:MAX_FOLLOWS]
    ]


def _range_argument(page: Page, place: Place) -> dict[str, Any]:
    start, end = place.where.start, place.where.end
    return {
        "uri": page.uri,
        "range": {
            "start": {"line": start.line, "character": start.character},
            "end": {"line": end.line, "character": end.character},
        },
    }


def _about(thread: EditorThread) -> str:
    return f"{one_line(thread.username, 32)}'s comment ({one_line(thread.content, 30)})"


def _may(page: Page, action: Action) -> bool:
    role = page.model.state.role
    return role is not None and is_allowed(role, action)
