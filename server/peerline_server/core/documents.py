"""The shared documents of a session: what is shared under which file. Pure.

The texts themselves are in `peerline_server.documents`.
"""

import unicodedata
from collections.abc import Sequence

from peerline.protocol.documents import DocumentEvent, SharedDocument, changed_documents
from peerline_server.core.document_limits import DocumentLimits


class DocumentList:
    """The documents that are shared, in the order of sharing."""

    def __init__(self, documents: Sequence[SharedDocument], limits: DocumentLimits) -> None:
        self.limits = limits
        self._documents = {document.id: document for document in documents}

    def all(self) -> list[SharedDocument]:
        """All of them."""
        return list(self._documents.values())

    def get(self, document_id: str) -> SharedDocument | None:
        """The document, if it is shared."""
        return self._documents.get(document_id)

    def of_file(self, file: str) -> SharedDocument | None:
        """The document that a file is shared as."""
        key = file_key(file)
        return next((d for d in self._documents.values() if file_key(d.file) == key), None)

    @property
    def is_full(self) -> bool:
        """Whether no more may be shared."""
        return len(self._documents) >= self.limits.documents

    def apply(self, event: DocumentEvent) -> None:
        """Take over a committed event."""
        self._documents = changed_documents(self._documents, event)


def canonical_file(file: str) -> str:
    """The path as documents are named by it: the same for both Unicode forms of a name."""
    return unicodedata.normalize("NFC", file)


def file_key(file: str) -> str:
    """The same for two paths that are one file on some disk: in any case and Unicode form."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", file).casefold())
