"""The pane of the AI agents."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from peerline.watch.widgets import Row, Rows


class AgentRows(Rows):
    """The agents, in the place of the comments while the pane is open."""

    BORDER_TITLE = "Agents"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "app.agent('review')", "Answer"),
        Binding("p", "app.agent('prompt')", "Prompt"),
        Binding("s", "app.agent('stop')", "Stop"),
        Binding("x", "app.agent('cancel')", "Cancel"),
        Binding("a", "app.agents", "Close"),
        Binding("escape", "app.compose", "Back"),
    ]

    def show(self, rows: Sequence[Row]) -> None:
        """Show other rows; if the selected one is gone, what is now in its place is selected."""
        index = self.highlighted
        super().show(rows)
        if self.has_focus and index is not None and self.highlighted is None and rows:
            self.highlighted = min(index, len(rows) - 1)
