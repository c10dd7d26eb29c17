"""An OpenID Connect issuer on a local port: signs real RS256 tokens, and gives each code away once, to who knows its verifier."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "clinic", "a secret between issuer and clinic"
KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}) for _ in range(2))


@dataclass
class Issuer:
    """What it knows; `wrong` replaces claims of its tokens, and `key` what it signs with."""

    url: str = ""
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    wrong: dict[str, Any] = field(default_factory=dict)
    key: RSAKey | OctKey = field(default_factory=lambda: KEY)
    algorithm: str = "RS256"
    known_as: str = ""  # how it names itself, when not by its address

    def signs_in(self, address: str, **person: Any) -> tuple[str, str]:
        """Let a person sign in at the address to which their browser was sent; gives state and code."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = {"asked": asked, "person": person}
        return asked["state"], code

    def token(self, form: dict[str, list[str]], authorization: str) -> tuple[int, dict[str, Any]]:
        """Answer at the token endpoint."""
        known = self.codes.pop(form["code"][0], None)
        if known is None or authorization != "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode():
            return 400, {"error": "invalid_grant"}
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"][0].encode()).digest()).rstrip(b"=").decode()
        if challenge != known["asked"]["code_challenge"] or form["redirect_uri"][0] != known["asked"]["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = (
            {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": known["asked"]["nonce"]} | known["person"] | self.wrong
        )
        said = {name: value for name, value in claims.items() if value is not None}
        signed = jwt.encode({"alg": self.algorithm, "kid": "1"}, said, self.key, algorithms=[self.algorithm])
        return 200, {"access_token": "unused", "token_type": "Bearer", "expires_in": 60, "id_token": signed}


@contextmanager
def listening() -> Iterator[Issuer]:
    """Serve an issuer."""
    issuer = Issuer()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/jwks":
                return self._say(200, {"keys": [KEY.as_dict(private=False)]})
            places = {f"{word}_endpoint": f"{issuer.url}/{word}" for word in ("authorization", "token")}
            return self._say(200, places | {"issuer": issuer.known_as or issuer.url, "jwks_uri": f"{issuer.url}/jwks"})

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            self._say(*issuer.token(form, self.headers["authorization"]))

        def _say(self, status: int, told: dict[str, Any]) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        issuer.url = f"http://127.0.0.1:{server.server_port}"
        yield issuer
        server.shutdown()
        thread.join()
