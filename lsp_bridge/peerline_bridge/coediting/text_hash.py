"""The hash of a text, as it is on the wire."""

import hashlib


def hash_of(text: str) -> str:
    """The SHA-256 of a text with LF line ends."""
    return "sha256:" + hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
