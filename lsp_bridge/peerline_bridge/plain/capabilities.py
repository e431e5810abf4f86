"""The abilities of an LSP client, read from its capabilities once. Pure."""

from dataclasses import dataclass
from typing import Any, Final

from lsprotocol import types
from pygls.capabilities import get_capability

_ASKS_WITHOUT_BLOCKING: Final = ("visual studio code", "vscodium", "zed", "sublime", "kate")
"""Clients, as their clientInfo begins, that show window/showMessageRequest beside the text.

Neovim, Emacs and Vim ask in the command line and take every key until it is answered.
"""
_MESSAGES_BLOCK: Final = ("neovim",)
"""Clients in which an information by window/showMessage waits for Enter."""

_TAKES_VERSIONS: Final = ("neovim",)
"""Clients that take edits of one version of a document without saying that they do."""


@dataclass(frozen=True, slots=True)
class ClientFeatures:
    """Each is false unless the client says that it is there."""

    name: str = "lsp"
    show_document: bool = False
    apply_edit: bool = False
    document_changes: bool = False
    action_literals: bool = False
    inlay_hints: bool = False
    inlay_hint_refresh: bool = False
    code_lens_refresh: bool = False
    pull_diagnostics: bool = False
    diagnostic_refresh: bool = False
    semantic_ranges: bool = False
    semantic_types: tuple[str, ...] = ()
    progress: bool = False
    text_content: bool = False
    plain_hover: bool = True
    asks: bool = False
    quiet_messages: bool = True
    """Whether window/showMessage of an information does no harm."""

    @property
    def pulls(self) -> bool:
        """Whether diagnostics are answers to the client's requests, and not pushed.

        Without a refresh a client would not ask again when somebody else comments: it gets them
        pushed, and an empty answer to what it asks. Never both.
        """
        return self.pull_diagnostics and self.diagnostic_refresh


def read_features(
    capabilities: types.ClientCapabilities, name: str, *, asks: bool | None = None
) -> ClientFeatures:
    """The features; `asks` overrides what is known of the client of that name."""

    def has(path: str) -> bool:
        value: Any = get_capability(capabilities, path)
        return value is not None and value is not False

    formats: Any = get_capability(capabilities, "text_document.hover.content_format") or []
    tokens = capabilities.text_document and capabilities.text_document.semantic_tokens
    lower = name.casefold()
    return ClientFeatures(
        name=name,
        show_document=has("window.show_document.support"),
        apply_edit=has("workspace.apply_edit"),
        # Neovim does not say so: without a version it would make edits of older texts.
        document_changes=has("workspace.workspace_edit.document_changes")
        or lower.startswith(_TAKES_VERSIONS),
        action_literals=has("text_document.code_action.code_action_literal_support"),
        inlay_hints=has("text_document.inlay_hint"),
        inlay_hint_refresh=has("workspace.inlay_hint.refresh_support"),
        code_lens_refresh=has("workspace.code_lens.refresh_support"),
        pull_diagnostics=has("text_document.diagnostic"),
        diagnostic_refresh=has("workspace.diagnostics.refresh_support"),
        semantic_ranges=has("text_document.semantic_tokens.requests.range"),
        semantic_types=tuple(tokens.token_types) if tokens else (),
        progress=has("window.work_done_progress"),
        text_content=has("workspace.text_document_content"),
        plain_hover=not formats or types.MarkupKind.PlainText in formats,
        asks=lower.startswith(_ASKS_WITHOUT_BLOCKING) if asks is None else asks,
        quiet_messages=not lower.startswith(_MESSAGES_BLOCK),
    )
