"""The table of roles in PROTOCOL.md names each request in the row of the action that it needs."""

import re
from pathlib import Path

import pytest

from peerline.protocol.base import ClientMessageBase
from peerline.protocol.roles import Action
from peerline_server.core.permissions import REQUIRED_ACTION

TEXT = (Path(__file__).parents[4] / "PROTOCOL.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("message", "action"),
    [pytest.param(*needed, id=needed[0].__name__) for needed in REQUIRED_ACTION.items()],
)
def test_each_request_is_in_the_row_of_its_action(
    message: type[ClientMessageBase], action: Action
) -> None:
    start = {Action.EDIT_SESSION: "edit the session"}.get(action, action.replace("_", " "))
    (row,) = re.findall(rf"^\| {start}(?::[^|]*)? \|.*$", TEXT, re.MULTILINE)
    assert f"`{message.model_fields['type'].default}`" in row
