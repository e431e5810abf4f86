"""The features of standard LSP, for clients without a plugin, handed on in a line or two each."""

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from peerline_bridge.plain.actions import KIND
from peerline_bridge.plain.capabilities import ClientFeatures
from peerline_bridge.plain.chat_document import SCHEME
from peerline_bridge.plain.editor import PlainEditor

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer


def register(server: "LanguageServer", editor: PlainEditor, features: ClientFeatures) -> None:  # noqa: C901 - one handler after the other
    """Register what the client can use, before the server tells its capabilities."""

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def highlight(params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:  # pyright: ignore[reportUnusedFunction]
        editor.highlight(params.text_document.uri, params.position)
        return []

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:  # pyright: ignore[reportUnusedFunction]
        return editor.hover(params.text_document.uri, params.position)

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[KIND])
    )
    def code_action(params: types.CodeActionParams) -> Any:  # noqa: ANN401 - a list of two types  # pyright: ignore[reportUnusedFunction]
        only = params.context.only
        kinds = None if only is None else [str(getattr(kind, "value", kind)) for kind in only]
        return editor.code_actions(params.text_document.uri, params.range, kinds)

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions())
    def code_lens(params: types.CodeLensParams) -> list[types.CodeLens]:  # pyright: ignore[reportUnusedFunction]
        return editor.code_lenses(params.text_document.uri)

    if features.inlay_hints:

        @server.feature(types.TEXT_DOCUMENT_INLAY_HINT, types.InlayHintOptions())
        def inlay_hint(params: types.InlayHintParams) -> list[types.InlayHint]:  # pyright: ignore[reportUnusedFunction]
            return editor.inlay_hints(params.text_document.uri, params.range)

    if features.pull_diagnostics:

        @server.feature(
            types.TEXT_DOCUMENT_DIAGNOSTIC,
            types.DiagnosticOptions(
                inter_file_dependencies=False, workspace_diagnostics=False, identifier="peerline"
            ),
        )
        def diagnostic(  # pyright: ignore[reportUnusedFunction]
            params: types.DocumentDiagnosticParams,
        ) -> types.RelatedFullDocumentDiagnosticReport:
            items = editor.diagnostics(params.text_document.uri)
            return types.RelatedFullDocumentDiagnosticReport(items=items)

    if features.semantic_ranges:
        # There are no tokens: the ranges tell what is visible. Without `full` lsp-mode asks for
        # the range 280 times a second.
        legend = types.SemanticTokensLegend(list(features.semantic_types), [])

        @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, legend)
        def tokens_range(params: types.SemanticTokensRangeParams) -> types.SemanticTokens:  # pyright: ignore[reportUnusedFunction]
            editor.see_rows(params.text_document.uri, params.range)
            return types.SemanticTokens(data=[])

        @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, legend)
        def tokens_full(_: types.SemanticTokensParams) -> types.SemanticTokens:  # pyright: ignore[reportUnusedFunction]
            return types.SemanticTokens(data=[])

    if features.text_content:

        @server.feature(
            types.WORKSPACE_TEXT_DOCUMENT_CONTENT, types.TextDocumentContentOptions([SCHEME])
        )
        def text_content(
            params: types.TextDocumentContentParams,
        ) -> types.TextDocumentContentResult:  # pyright: ignore[reportUnusedFunction]
            text = editor.chat.text() if params.uri == editor.chat.uri else ""
            return types.TextDocumentContentResult(text=text)
