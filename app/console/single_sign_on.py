"""Sign-in with the agency's own accounts: OpenID Connect, by the authorization code with PKCE, state and nonce.

https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth says what is checked; Authlib and joserfc check it.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

import structlog
from authlib.common.security import generate_token
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from app.console.doorkeeper import Person
from app.errors import NotAllowed
from app.logs import where

ALGORITHMS = ["RS256", "PS256", "ES256"]  # never what a token's own header likes: "none" is one of those
SECONDS = 10.0  # for one call
LEEWAY = 60  # seconds that two clocks may differ

Json = Mapping[str, Any]
log = structlog.get_logger(__name__)


class SingleSignOn:
    """One issuer, and what the clinic is to it."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, name: str, back: str) -> None:
        """Keep what was agreed with the issuer; it is asked nothing before somebody signs in.

        Args:
            issuer: its address, exactly as its tokens name it.
            client_id: ours.
            client_secret: ours.
            name: what the button calls it.
            back: the address of ours to which it sends people back.
        """
        self.name = name
        self._issuer = issuer
        self._id = client_id
        self._secret = client_secret
        self._back = back

    def begin(self) -> tuple[str, dict[str, str]]:
        """Give where to send a browser, and what it must bring back with it.

        Raises:
            NotAllowed: the issuer cannot be asked.
        """
        brought = {name: generate_token(48) for name in ("state", "nonce", "verifier")}
        try:
            with self._client() as client:
                there = self._known(client)["authorization_endpoint"]
                url, _ = client.create_authorization_url(
                    there, state=brought["state"], nonce=brought["nonce"], code_verifier=brought["verifier"]
                )
        except Exception as error:  # noqa: BLE001 - the libraries' errors have no common root, and every one of them means no
            raise _refusal(error) from None
        return url, brought

    def finish(self, brought: Json, state: str, code: str) -> Person:
        """Give who came back, proved by the issuer's signature.

        Args:
            brought: what the same browser was given when it left.
            state: as the issuer repeats it.
            code: for which the issuer gives the token.

        Raises:
            NotAllowed: anything is not as it must be.
        """
        try:
            if not code or not hmac.compare_digest(str(brought["state"]).encode(), state.encode()):
                raise ValueError("the state is not that of this browser")
            with self._client() as client:
                known = self._known(client)
                token = client.fetch_token(
                    known["token_endpoint"], code=code, code_verifier=brought["verifier"], grant_type="authorization_code"
                )
                keys = KeySet.import_key_set(_fetched(client, known["jwks_uri"]))
            claims = self._proved(token, keys, str(brought["nonce"]))
        except Exception as error:  # noqa: BLE001 - the libraries' errors have no common root, and every one of them means no
            raise _refusal(error) from None
        return Person(str(claims["sub"]), _names(claims))

    def _proved(self, token: Json, keys: KeySet, nonce: str) -> Json:
        signed = jwt.decode(token["id_token"], keys, registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False))
        expected = {"iss": {"essential": True, "value": self._issuer}, "aud": {"essential": True, "value": self._id}}
        claims = CodeIDToken(signed.claims, signed.header, expected, {"nonce": nonce, "client_id": self._id})
        claims.validate(leeway=LEEWAY)
        return dict(claims)

    def _known(self, client: OAuth2Client) -> Json:
        known: Json = _fetched(client, f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        if known["issuer"] != self._issuer:
            raise ValueError("the issuer names itself otherwise")
        return known

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            self._id, self._secret, scope="openid email profile", redirect_uri=self._back, code_challenge_method="S256", timeout=SECONDS
        )


def _fetched(client: OAuth2Client, url: str) -> Any:
    answer = client.request("GET", url, withhold_token=True)
    answer.raise_for_status()
    return answer.json()


def _names(claims: Json) -> tuple[str, ...]:
    """Give the names that may stand for a person: an e-mail address only when the issuer has verified it, never as a user name."""
    email, user = str(claims.get("email") or ""), str(claims.get("preferred_username") or "")
    verified = [email] if claims.get("email_verified") is True and "@" in email else []
    return tuple(name.strip().casefold() for name in (*verified, *([user] if "@" not in user else [])) if name.strip())


def _refusal(error: Exception) -> NotAllowed:
    """Keep in the log where it went wrong, and tell nobody else."""
    log.warning("single sign-on refused", **where(error))
    return NotAllowed("the issuer's answer cannot be accepted")
