"""The places in which a session link is pasted, as commands that start one print them."""

from typing import Final

from peerline.protocol.roles import Role

ROLE_DEEDS: Final = {
    Role.EDITOR: "write in shared files and the chat, and comment",
    Role.VIEWER: "read everything and write nothing",
}
"""The deeds that an invite allows."""


def where_to_paste(*, terminal: str | None = None, browser: str | None = None) -> str:
    """One line for each kind of program; those for a terminal and a browser are as given."""
    places = [
        ("In VS Code", 'the command "Peerline: Join Session…" asks for it'),
        ("In Neovim", ":Peerline join LINK"),
        ("In a terminal", terminal),
        ("In a browser", browser),
    ]
    return "\n".join(f"  {place:<17}{deed}" for place, deed in places if deed is not None)
