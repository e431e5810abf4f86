"""The people who have joined and left since the participants were shown. Pure."""

from dataclasses import dataclass, field

from peerline.protocol.editor.participants import EditorPerson


@dataclass(slots=True)
class ComingsAndGoings:
    """The net change: somebody who came and went, or went and came back, is no news."""

    _came: dict[str, EditorPerson] = field(default_factory=dict[str, EditorPerson])
    _went: dict[str, EditorPerson] = field(default_factory=dict[str, EditorPerson])

    @property
    def joined(self) -> list[EditorPerson]:
        """The people who are here and were not, in the order of joining."""
        return list(self._came.values())

    @property
    def left(self) -> list[EditorPerson]:
        """The people who were here and are not, in the order of leaving."""
        return list(self._went.values())

    def came(self, person: EditorPerson) -> None:
        """Somebody joined."""
        if self._went.pop(person.user_id, None) is None:
            self._came[person.user_id] = person

    def went(self, person: EditorPerson) -> None:
        """Somebody left, or was removed."""
        if self._came.pop(person.user_id, None) is None or person.was_removed:
            self._went[person.user_id] = person
