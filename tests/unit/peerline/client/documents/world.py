"""Several clients of one document at a server, and a clock."""

from tests.document_sequencer import Person, Sequencer, settle


class World:
    def __init__(self, text: str = "one\ntwo\n", people: int = 2) -> None:
        self.now = 0.0
        self.server = Sequencer(text)
        self.people = [Person(self.server, f"u{i}", lambda: self.now) for i in range(people)]
        self.settle()

    def settle(self) -> None:
        settle(self.people, self.pass_time)

    def pass_time(self, seconds: float) -> None:
        self.now += seconds

    def equal(self) -> str:
        """The text that everybody has."""
        self.settle()
        for person in self.people:
            assert person.editor == person.document.text == self.server.text
            assert person.document.pending == 0
        return self.server.text
