"""The handshake by versions between an editor's text and the shared text of a document.

The bridge requests an edit for exactly one version of the editor's document; the editor makes it or
refuses it, and its `didChange` notifications tell everything else. At any moment

    shared text = editor text + sent + rest

where `sent` is the edit that was requested and not answered yet, and `rest` what came since. No
answer is trusted but for its version: the editor's text decides what was made.
"""

from collections.abc import Iterable, Sequence

from peerline.documents.delta import (
    Delta,
    apply,
    compose,
    composed,
    moved,
    moved_back,
    size,
    transform,
)
from peerline.documents.difference import difference
from peerline_bridge.coediting.echoes import (
    equal_echo,
    exact_echo,
    likeliest_echo,
    misplaced_echo,
)
from peerline_bridge.coediting.effects import EditRequest, Effect, LocalEdit
from peerline_bridge.coediting.held_changes import Held, hold
from peerline_bridge.coediting.hunks import before_last_newline, split_last
from peerline_bridge.coediting.late_text import LateText
from peerline_bridge.coediting.retries import MAX_LEFT, Retries


class Handshake:
    """One open document. Each event returns what is to be done, in order.

    Text of the user stands before text of others at the same place.
    """

    def __init__(  # noqa: PLR0913 - the ways of an editor
        self,
        text: str,
        version: int,
        *,
        owed: Delta = (),
        marks_edits: bool,
        by_hunks: bool = False,
        checks_versions: bool = True,
        stale: Delta | None = None,
    ) -> None:
        """Begin with an editor's text.

        Args:
            text: The editor's text, with LF line ends.
            version: Its version.
            owed: The change from the editor's text to the shared one.
            marks_edits: Whether the editor says `applying` just before it makes an edit. Then
                nothing has to be held: what comes before that is the user's.
            by_hunks: Whether the editor is asked for one hunk at a time, and its text alone says
                whether it made it: whatever it answers, it may tell the edit later.
            checks_versions: Whether an editor that is asked by hunks makes an edit at its version
                only.
            stale: What request 0, of a text that was let go of and not answered yet, makes of this
                one. It may be made here: then it is taken back.
        """
        self._text = LateText(text)
        self._version = version
        self._marks_edits = marks_edits
        self._by_hunks = by_hunks
        self._checks_versions = checks_versions
        self._sent: Delta = ()
        self._rest: Delta = owed
        self.request_id = 0
        """The number of the last request."""
        self._stale: Delta = stale or ()
        self._is_waiting = stale is not None
        self._is_open = by_hunks and self._is_waiting
        """By hunks: whether what is told next may be the edit, also if it was given up."""
        self._asked_at = 0
        """By hunks: the version of the request. Neovim does not check version 0."""
        self._is_applying = False
        self._is_paused = False
        self._answered_version: int | None = None
        self._held: list[Held] = []
        self._retries = Retries()

    @property
    def text(self) -> str:
        """The editor's text, without changes that are not told apart yet."""
        return self._text.text

    @property
    def debt(self) -> Delta:
        """The change from the editor's text to the shared one."""
        return compose(self._sent, self._rest)

    @property
    def is_equal(self) -> bool:
        """Whether the editor has the shared text, as far as the bridge knows."""
        return not self._sent and not self._rest and not self._held

    @property
    def is_waiting(self) -> bool:
        """Whether an edit was requested and not answered yet."""
        return self._is_waiting

    @property
    def is_paused(self) -> bool:
        """Whether the editor says when it can take edits again."""
        return self._is_paused

    @property
    def is_refusing(self) -> bool:
        """Whether the editor has answered again and again without a change of its text."""
        return self._retries.left_in_a_row >= MAX_LEFT

    @property
    def has_left(self) -> bool:
        """Whether the last answer of the editor came without a change of its text."""
        return self._retries.left_in_a_row > 0

    @property
    def due(self) -> float | None:
        """The time at which `proceed` has something to do; None if an event will tell."""
        return None if self._is_waiting or self._is_paused else self._retries.due

    def remote(self, change: Delta, now: float) -> list[Effect]:
        """Take a change of others, made to the shared text."""
        self._rest = compose(self._rest, change)
        return self.proceed(now)

    def applying(self, request_id: int) -> None:
        """Take the mark: what the editor tells from here to its answer is the edit."""
        if self._is_waiting and request_id == self.request_id:
            self._is_applying = True

    def changed(self, change: Delta, version: int, now: float) -> list[Effect]:
        """Take a change that the editor tells, and the version that it leads to."""
        if self._by_hunks:
            return self.changed_in_parts((change,), version, now)
        self._version = version
        effects: list[Effect] = []
        answered = self._answered_version
        if answered is not None:
            if version <= answered:
                hold(self._held, version, change)
            effects += self._settle_until(answered) if version >= answered else ()
            if version <= answered:
                return effects + self.proceed(now)
        if self._is_waiting and (self._is_applying or not self._marks_edits):
            hold(self._held, version, change)
            return effects
        self._retries.typed(now)
        effects += self._local(change)
        return effects + self.proceed(now)

    def changed_in_parts(self, parts: Sequence[Delta], version: int, now: float) -> list[Effect]:
        """Take all changes of one `didChange` of an editor that is asked by hunks.

        Args:
            parts: The changes, each of the text after the ones before.
            version: The version that they lead to.
            now: The time, in seconds.
        """
        self._version = version
        if self._is_open:
            for part in parts:
                hold(self._held, version, part)
            if self._is_waiting:
                return []
            return self._tell_apart(now) + self.proceed(now)
        self._retries.typed(now)
        effects: list[Effect] = [effect for part in parts for effect in self._local(part)]
        return effects + self.proceed(now)

    def answered(
        self, request_id: int, version: int, now: float, *, applied: bool, later: bool = False
    ) -> list[Effect]:
        """Take the editor's answer.

        Args:
            request_id: The request that is answered; any but the present one is ignored.
            version: The version of the editor's document after it.
            now: The time, in seconds.
            applied: Whether the edit was made.
            later: Whether the editor says `ready` when it can take edits again.
        """
        if not self._is_waiting or request_id != self.request_id:
            return []
        if not self.request_id:
            return self._take_back() + self.proceed(now)
        if self._by_hunks:
            self._is_waiting = False
            if not self._held:
                # It tells the edit later, or will not make it; asked again, it makes it once.
                self._retries.left(now)
                return self.proceed(now)
            return self._tell_apart(now) + self.proceed(now)
        if applied:
            self._retries.applied()
            if self._version < version:
                # The notification of the edit is still on its way.
                self._answered_version = version
                return []
            return self._settle_until(version) + self.proceed(now)
        self._retries.refused(now)
        self._is_paused = later
        self._rest = self.debt
        self._sent = ()
        self._is_waiting = self._is_applying = False
        effects = self._all_local(self._take_held())
        return effects + self.proceed(now)

    @property
    def made_at(self) -> int | None:
        """The version at which the editor's text became what the request makes of it.

        None as long as it has not. An editor may keep a newline at the end.
        """
        made = self._made()
        if made:
            return self._held[made - 1].version
        misplaced = self._misplaced()
        return None if misplaced is None else self._held[misplaced].version

    @property
    def has_held(self) -> bool:
        """Whether the editor told changes that are not told apart yet."""
        return bool(self._held)

    def to_shared(self, place: int) -> int:
        """The offset in the shared text of one in the editor's text with all that it told."""
        made = self._made()
        for item in reversed(self._held[made:]):
            place = moved_back(place, item.change)
        return moved(place, self._rest if made else self.debt, behind_insertions=False)

    def from_shared(self, place: int) -> int:
        """The other way round."""
        made = self._made()
        place = moved_back(place, self._rest if made else self.debt)
        for item in self._held[made:]:
            place = moved(place, item.change, behind_insertions=False)
        return place

    def ask_again(self, now: float) -> list[Effect]:
        """Request what the editor lacks now, however often it has not taken it."""
        self._retries.applied()
        return self.proceed(now)

    def ready(self, now: float) -> list[Effect]:
        """Go on after an answer with `later`."""
        self._is_paused = False
        return self.proceed(now)

    def proceed(self, now: float) -> list[Effect]:
        """Request what the editor lacks, if it can be requested now."""
        if self._is_waiting or self._is_paused or not (self._sent or self._rest):
            return []
        if not self._retries.may_go(now):
            return []
        if not self._sent:
            self._sent, self._rest = self._rest, ()
        if self._by_hunks and not self._is_open:
            # Typing within a hunk makes several of it.
            self._sent, others = split_last(self._sent)
            self._rest = compose(others, self._rest)
        if self._by_hunks and not before_last_newline(self.text, self._sent):
            # No edit is left of it: the newline stays, and so it does for everybody.
            self._is_open = False
            return self._made_otherwise(()) + self.proceed(now)
        self.request_id += 1
        self._is_waiting = True
        self._is_open = self._by_hunks
        self._asked_at = self._version
        return [EditRequest(self.request_id, self._version, self._sent)]

    def failed(self, text: str, version: int, now: float) -> list[Effect]:
        """Take an error as the answer: the editor's text says whether the edit was made."""
        self._retries.refused(now)
        return self.replaced(text, version, now)

    def replaced(self, text: str, version: int, now: float) -> list[Effect]:
        """Take the editor's whole text, where it is another than what it told.

        The answer of a request that is under way is not waited for any longer. If the text is
        nearer to what the request makes of it, the request was carried out.
        """
        if self._sent:
            expected = apply(self.text, self._sent)
            if size(difference(expected, text)) < size(difference(self.text, text)):
                self._text, self._sent = LateText(expected), ()
        self._rest = self.debt
        self._sent = self._stale = ()
        self._is_waiting = self._is_applying = self._is_paused = self._is_open = False
        self._answered_version = None
        # The request's number is used up, so that a late answer is not taken for the next one's.
        self._held = []
        self._version = version
        effects: list[Effect] = [*self._local(difference(self.text, text))]
        return effects + self.proceed(now)

    def _made(self) -> int:
        """The number of held changes at the beginning that are the edit; 0 if they are not."""
        told = [item.change for item in self._held]
        if self._stale:
            return exact_echo(self.text, self._stale, told) or 0
        if not told or not self._sent:
            return 0
        if self._by_hunks:
            return exact_echo(self.text, self._sent, told) or 0
        return equal_echo(self._sent, told)

    def _tell_apart(self, now: float) -> list[Effect]:
        """By hunks: the first changes behind the request are the edit, or it was not made."""
        made = likeliest_echo(self.text, self._sent, [item.change for item in self._held])
        if made:
            self._retries.applied()
            return self._settle(made)
        misplaced = self._misplaced()
        self._is_open = False
        held = self._take_held()
        if misplaced is None:
            self._retries.refused(now)
            return self._all_local(held)
        self._retries.applied()
        effects = self._all_local(held[:misplaced])
        # It is put where it belongs: the shared text stays as it is.
        debt = self.debt
        made = self.text
        self._text.change(held[misplaced].change)
        self._sent, self._rest = (), compose(difference(self.text, made), debt)
        return effects + self._all_local(held[misplaced + 1 :])

    def _misplaced(self) -> int | None:
        """The index of the held change that is the edit at another place than it was meant for."""
        if not self._by_hunks or not self._sent or (self._checks_versions and self._asked_at > 0):
            return None
        edit = before_last_newline(self.text, self._sent)
        return misplaced_echo(self.text, edit, [item.change for item in self._held])

    def _settle_until(self, version: int) -> list[Effect]:
        """Take what was held up to a version for the edit."""
        return self._settle(sum(item.version <= version for item in self._held))

    def _settle(self, number: int) -> list[Effect]:
        """Take the first held changes for the edit that was made, the others for typing."""
        held = self._take_held()
        self._is_waiting = self._is_applying = self._is_open = False
        self._answered_version = None
        made = composed(item.change for item in held[:number])
        effects: list[Effect] = []
        if made == self._sent:
            self._text.change(made)
            self._sent = ()
        else:
            effects += self._made_otherwise(made)
        return effects + self._all_local(held[number:])

    def _made_otherwise(self, made: Delta) -> list[Effect]:
        """The request is done, by another change than the one that was asked for."""
        sent, self._sent = self._sent, ()
        expected, actual = apply(self.text, sent), apply(self.text, made)
        self._text = LateText(expected)
        mended = self._local(difference(expected, actual))
        return [LocalEdit(effect.change, is_mended=True) for effect in mended]

    def _take_back(self) -> list[Effect]:
        """End the wait for a stale edit; what the editor made of it goes."""
        made, held = self._made(), self._take_held()
        if self._marks_edits:
            made = len(held) if self._is_applying else 0
        expected = apply(self.text, self._rest)
        if made:
            self._text.change(composed(item.change for item in held[:made]))
            self._rest = difference(self.text, expected)
        self._stale, self._is_waiting, self._is_applying, self._is_open = (), False, False, False
        return self._all_local(held[made:])

    def _take_held(self) -> list[Held]:
        held, self._held = self._held, []
        return held

    def _all_local(self, held: Iterable[Held]) -> list[Effect]:
        return [effect for item in held for effect in self._local(item.change)]

    def _local(self, change: Delta) -> list[LocalEdit]:
        """Take a change of the user."""
        if not change:
            return []
        self._text.change(change)
        over_sent = transform(change, self._sent, first=True)
        over_both = transform(over_sent, self._rest, first=True)
        self._sent = transform(self._sent, change, first=False)
        self._rest = transform(self._rest, over_sent, first=False)
        return [LocalEdit(over_both)] if over_both else []
