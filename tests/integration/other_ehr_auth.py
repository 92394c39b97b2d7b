"""The authorization server of the other EHR: discovery, authorize, token."""

import base64
import hashlib
import time
from collections.abc import Mapping
from functools import lru_cache
from secrets import token_urlsafe
from typing import Any
from urllib.parse import unquote, urlencode

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from tests.integration.other_ehr import APP_CLIENT, SECRET, Asked, Habits, Reply

PATIENT = "p1"
_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_NOT_FOUND = Reply(404, b"<html><title>Not found</title></html>", "text/html")


@lru_cache(maxsize=1)
def signing_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})


class Authorization:
    """`client_key`: the app's public key, for servers that know it by private_key_jwt."""

    def __init__(self, habits: Habits, client_key: Mapping[str, Any] | None = None) -> None:
        self.habits = habits
        self.client_key = client_key
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: set[str] = set()
        self.refused: list[str] = []

    def __call__(self, asked: Asked) -> Reply | None:
        base = self.habits.root
        at = {
            f"{base}/.well-known/smart-configuration": self._configuration,
            f"{base}/.well-known/openid-configuration": self._openid,
            "/auth/authorize": self._authorize,
            "/auth/token": self._token,
            "/auth/keys": self._keys,
        }
        answer = at.get(asked.path)
        return answer(asked) if answer else None

    def uris(self) -> dict[str, str]:
        host = "" if self.habits.endpoints_are_relative else self.habits.host
        return {"authorize": f"{host}/auth/authorize", "token": f"{host}/auth/token"}

    def security(self) -> dict[str, Any]:
        """`rest.security` of the CapabilityStatement, in SMART 1.0's way."""
        parts = [{"url": name, "valueUri": uri} for name, uri in self.uris().items()]
        return {"extension": [{"url": _URIS, "extension": parts}]}

    def _configuration(self, asked: Asked) -> Reply:
        habits = self.habits
        if habits.well_known == "html":
            return Reply(200, b"<html><body>Welcome</body></html>", "text/html")
        if habits.well_known != "json":
            return _NOT_FOUND
        document: dict[str, Any] = {
            "authorization_endpoint": self.uris()["authorize"],
            "token_endpoint": self.uris()["token"],
            "capabilities": list(habits.capabilities),
            "code_challenge_methods_supported": ["S256"],
            "grant_types_supported": ["authorization_code"],
        }
        if habits.scopes_supported:
            document["scopes_supported"] = list(habits.scopes_supported)
        if habits.auth_methods:
            document["token_endpoint_auth_methods_supported"] = list(habits.auth_methods)
        if habits.openid and habits.openid_in == "smart-configuration":
            document |= self._published()
        if habits.iss_in_answer:
            document["authorization_response_iss_parameter_supported"] = True
        return Reply(200, document)

    def _published(self) -> dict[str, str]:
        return {"issuer": self.habits.issuer, "jwks_uri": f"{self.habits.host}/auth/keys"}

    def _openid(self, asked: Asked) -> Reply:
        if not self.habits.openid or self.habits.openid_in != "openid-configuration":
            return _NOT_FOUND
        return Reply(200, self._published())

    def _keys(self, asked: Asked) -> Reply:
        return Reply(200, {"keys": [signing_key().as_dict(private=False)]})

    def _authorize(self, asked: Asked) -> Reply:
        """No sign-in page: somebody is signed in already."""
        given = dict(asked.query)
        back = {"state": given["state"]}
        if self.habits.iss_in_answer:
            back["iss"] = self.habits.issuer
        if given["aud"] != self.habits.base:
            back["error"] = "invalid_request"
        elif self.habits.refuses_scopes(given["scope"]):
            self.refused.append(given["scope"])
            back["error"] = "invalid_scope"
        else:
            back["code"] = token_urlsafe(8)
            self.codes[back["code"]] = given
        return Reply(302, location=f"{given['redirect_uri']}?{urlencode(back)}")

    def _token(self, asked: Asked) -> Reply:
        form = asked.form
        if not self._knows(asked, form):
            return Reply(401, {"error": "invalid_client"})
        given = self.codes.pop(form.get("code", ""), None)
        if given is None or not _is_proven(form.get("code_verifier", ""), given):
            return Reply(400, {"error": "invalid_grant"})
        return Reply(200, self._granted(given), self.habits.token_media)

    def _knows(self, asked: Asked, form: dict[str, str]) -> bool:
        """Whether the client proves itself as this server wants it, and in no other way."""
        basic = asked.headers.get("authorization", "")
        posted = (form.get("client_id"), form.get("client_secret"))
        if self.habits.client_auth == "post":
            return posted == (APP_CLIENT, SECRET) and not basic
        if self.habits.client_auth == "basic":
            pair = base64.b64decode(basic.removeprefix("Basic ")).decode()
            name, _, secret = pair.partition(":")
            return (unquote(name), unquote(secret)) == (APP_CLIENT, SECRET)
        if self.habits.client_auth == "jwt":
            return self._is_asserted(form.get("client_assertion", ""))
        return posted == (APP_CLIENT, None) and not basic

    def _is_asserted(self, assertion: str) -> bool:
        key = ECKey.import_key(dict(self.client_key or {}))
        claims = jwt.decode(assertion, key, algorithms=["ES384"]).claims
        return bool(
            claims["iss"] == APP_CLIENT and claims["aud"] == f"{self.habits.host}/auth/token"
        )

    def _granted(self, given: dict[str, str]) -> dict[str, Any]:
        token = token_urlsafe(8)
        self.tokens.add(token)
        answer: dict[str, Any] = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": 3600,
            "scope": self.habits.scopes(given["scope"]),
        }
        wanted = given["scope"].split()
        if "launch" in given or ("launch/patient" in wanted and self.habits.picks_patient):
            answer["patient"] = PATIENT
        if self.habits.openid and "openid" in wanted:
            answer["id_token"] = self._id_token(given)
        answer |= self.habits.token
        return {
            name: value
            for name, value in answer.items()
            if name not in self.habits.token_without and value is not None
        }

    def _id_token(self, given: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.habits.issuer,
            "aud": APP_CLIENT,
            "sub": "u1",
            "iat": now,
            "exp": now + 300,
            "nonce": given.get("nonce"),
            "fhirUser": f"{self.habits.base.rstrip('/')}/Practitioner/d1",
        }
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, signing_key())


def _is_proven(verifier: str, given: dict[str, str]) -> bool:
    hashed = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode() == given["code_challenge"]
