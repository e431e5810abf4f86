"""An identity provider on 127.0.0.1: a real HTTP server that shows a key set, and its keys."""

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

ISSUER = "https://id.example"
AUDIENCE = "peerline-test"


@cache
def private_key(algorithm: str, number: int = 0, bits: int = 2048) -> Any:
    """A private key; the same arguments give the same key."""
    _ = number
    match algorithm:
        case "RS256":
            return rsa.generate_private_key(public_exponent=65_537, key_size=bits)
        case "ES256":
            return ec.generate_private_key(ec.SECP256R1())
        case _:
            return ed25519.Ed25519PrivateKey.generate()


def public_pem(algorithm: str) -> bytes:
    key = private_key(algorithm).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def jwk(algorithm: str, kid: str | None = "k1", number: int = 0, **more: Any) -> dict[str, Any]:
    """The public key as an entry of a key set."""
    public = private_key(algorithm, number).public_key()
    match algorithm:
        case "RS256":
            entry = RSAAlgorithm.to_jwk(public, as_dict=True)
        case "ES256":
            entry = ECAlgorithm.to_jwk(public, as_dict=True)
        case _:
            entry = OKPAlgorithm.to_jwk(public, as_dict=True)
    entry = {name: value for name, value in entry.items() if name != "key_ops"}
    return entry | ({} if kid is None else {"kid": kid}) | more


def claims(**changes: Any) -> dict[str, Any]:
    """Claims of a good token, with changes; None takes one away."""
    now = datetime.now(UTC)
    values = {
        "sub": "auth0|alice",
        "name": "Alice",
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + timedelta(hours=1),
    } | changes
    return {name: value for name, value in values.items() if value is not None}


def sign(algorithm: str, kid: str | None = "k1", number: int = 0, **changes: Any) -> str:
    """A token of the provider."""
    headers = {} if kid is None else {"kid": kid}
    key = private_key(algorithm, number)
    return jwt.encode(claims(**changes), key, algorithm=algorithm, headers=headers)


class KeyServer:
    """The HTTP server's answers, and the number of requests."""

    def __init__(self) -> None:
        self.keys: list[dict[str, Any]] = []
        self.body: bytes | None = None
        """Instead of the keys."""
        self.status = 200
        self.location: str | None = None
        self.stall = threading.Event()
        """While it is set, the answer begins and does not go on."""
        self.asked = 0
        self.url = ""

    def answer(self) -> bytes:
        return json.dumps({"keys": self.keys}).encode() if self.body is None else self.body


@contextmanager
def serve_keys() -> Generator[KeyServer]:
    """A key server on a free port."""
    state = KeyServer()
    is_over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked += 1
            body = state.answer()
            self.send_response(state.status)
            if state.location is not None:
                self.send_header("Location", state.location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            while state.stall.is_set() and not is_over.wait(0.01):
                pass
            with suppress(OSError):  # the client may have given up
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}/keys"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield state
    finally:
        is_over.set()
        server.shutdown()
        thread.join()
        server.server_close()
