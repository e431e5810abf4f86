"""The questions of AI agents, whole, in lines that fit, and the people who may answer. Pure."""

import re
import shlex
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import tzinfo
from typing import Final

from peerline.client import Replica
from peerline.client.agent_words import ANSWERS, closing
from peerline.protocol.agents import Answerers
from peerline.protocol.approvals import AnswerApproval, Approval, ApprovalAnswered, Choice
from peerline.protocol.approvals import may_answer as is_permitted
from peerline.watch.spans import Line, Span, clock, plain, safe, safe_lines

MIN_WIDTH: Final = 16
_INDENT: Final = "  "
"""Before what the agent wrote: nothing of it looks like the words of this program."""
_CONTINUED: Final = "↪ "
WIDE_VARIANT: Final = "\ufe0f"
"""Behind a narrow character that becomes a wide emoji."""
_NEW_WIDE: Final = frozenset(map(chr, [*range(0x2630, 0x2638), *range(0x268A, 0x2690)]))
"""Trigrams and their parts, which are wide since Unicode 16; Python's tables may be older."""
_BREAKS: Final = re.compile(r"[ \t\r\n\v\f]+")
_OTHERS: Final = {
    Answerers.OWNER: "",
    Answerers.HOSTS: " and hosts",
    Answerers.EDITORS: ", hosts and editors",
}


def may_answer(replica: Replica, approval: Approval) -> bool:
    """Whether the user may answer, as far as is known here; the server decides."""
    me = replica.connected
    if me is None or me.user.is_agent:
        return False
    return is_permitted(me.user.id, me.role, approval.owner_id, _policy(replica, approval))


def answerers(replica: Replica, approval: Approval) -> str:
    """The people who may answer, for those who may not."""
    others = _OTHERS[_policy(replica, approval) or Answerers.OWNER]
    owner = safe(replica.names.get(approval.owner_id, approval.owner_id))
    return f"only {owner}{others} can answer {safe(approval.username)}"


def can_be_allowed(approval: Approval) -> bool:
    """Whether there is an allow, which is for what the digest is of."""
    return Choice.ALLOW_ONCE in approval.options and approval.digest is not None


def answer_to(
    approval: Approval, session_id: str, choice: Choice, comment: str | None = None
) -> AnswerApproval:
    """The answer to a question that was read whole."""
    return AnswerApproval(
        session_id=session_id,
        approval_id=approval.id,
        answer=choice,
        digest=approval.digest if choice is Choice.ALLOW_ONCE else None,
        comment=comment,
    )


def title(approval: Approval) -> str:
    """The title of a question with its tool, in one line."""
    tool = f" ({_exact(approval.tool)})" if approval.tool else ""
    return _exact(_BREAKS.sub(" ", approval.title).strip(" ")) + tool


def whole(approval: Approval, names: Mapping[str, str], zone: tzinfo | None = None) -> list[Line]:
    """All that an agent asks; `approval` must not be cut."""
    assert not approval.is_cut, "get_approval has the rest"
    owner = safe(names.get(approval.owner_id, approval.owner_id))
    head = (
        Span(safe(approval.username), "strong"),
        Span(f" (agent of {owner}) asks: "),
        Span(_exact(approval.title), "strong"),
    )
    lines: list[Line] = [head]
    if approval.tool:
        lines.append((Span("Tool: ", "dim"), Span(_exact(approval.tool))))
    if approval.files:
        lines.append((Span("Files: ", "dim"), Span(", ".join(map(_exact, approval.files)))))
    if approval.detail:
        lines.append(())
        detail = safe_lines(approval.detail, all_spaces=True)
        lines += [(Span(_INDENT), Span(text, "code")) for text in detail]
        lines.append(())
    end = clock(approval.expires_at, zone)
    lines.append((Span(f"No answer until {end} is a no.", "dim"),))
    return lines


def encodable(lines: Iterable[Line], encoding: str) -> list[Line]:
    """Lines for a terminal or a file of an encoding: what it lacks is written as <U+XXXX>."""
    return [
        tuple(Span(_encodable(span.text, encoding), span.style) for span in line) for line in lines
    ]


def most_columns(char: str) -> int:
    """The columns that a character of `safe` may take in some terminal.

    Terminals differ in those of ambiguous width, and a variation selector makes some wide.
    """
    if char == WIDE_VARIANT:
        return 1
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    is_narrow = unicodedata.east_asian_width(char) in {"N", "Na", "H"} and char not in _NEW_WIDE
    return 1 if is_narrow else 2


def fitted(
    lines: Iterable[Line], width: int, columns: Callable[[str], int] = most_columns
) -> list[Line]:
    """Lines of at most `width` columns: one that the terminal cuts or wraps is not seen whole.

    `columns` says how many a character takes.
    """
    return [part for line in lines for part in _broken(line, max(width, MIN_WIDTH), columns)]


def answer_command(
    command: str, session_id: str, approval: Approval, digest: str | None = None
) -> str:
    """The command that approves or denies a question, to be copied."""
    words = [session_id, approval.id]
    seen = [] if digest is None else ["--digest", digest]
    ends_options = ["--"] if any(word.startswith("-") for word in words) else []
    return shlex.join(["peerline", command, *seen, *ends_options, *words])


def ending(event: ApprovalAnswered, title: str | None, names: Mapping[str, str]) -> str:
    """How a question ended, in a sentence without a full stop."""
    did = safe(closing(event.answer, title))
    agent = safe(names.get(event.user_id, event.user_id))
    if event.answer not in ANSWERS:
        return f"{agent}: {did}"
    said = f": {safe(event.comment)}" if event.comment else ""
    return f"{safe(names.get(event.by, event.by))} {did} for {agent}{said}"


def _exact(text: str) -> str:
    return safe(text, all_spaces=True)


def _policy(replica: Replica, approval: Approval) -> Answerers | None:
    agent = replica.participants.get(approval.user_id)
    return None if agent is None or agent.agent is None else agent.agent.agent_policy


def _encodable(text: str, encoding: str) -> str:
    lacking = [char for char in set(text) if not _has(encoding, char)]
    return text.translate({ord(char): f"<U+{ord(char):04X}>" for char in lacking})


def _has(encoding: str, char: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _broken(line: Line, width: int, columns: Callable[[str], int]) -> Iterator[Line]:
    """A line in parts; all but the first begin with a mark."""
    if sum(map(columns, plain(line))) <= width:
        yield line
        return
    part: list[Span] = []
    used = 0
    for span in line:
        begin = 0
        for at, char in enumerate(span.text):
            size = columns(char)
            if used + size > width:
                yield (*part, Span(span.text[begin:at], span.style))
                part, begin = [Span(_CONTINUED, "dim")], at
                used = sum(map(columns, _CONTINUED))
            used += size
        part.append(Span(span.text[begin:], span.style))
    yield tuple(part)
