"""What an EHR says of itself: endpoints to pin, capabilities, keys.

Source: SMART App Launch 2.2 section 2.1 (conformance); 1.0 fallback by the `oauth-uris`
extension of the CapabilityStatement, only where the well-known document is not to be had.
"""

from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec

from smartapp.connections.addresses import BadAddress, is_loopback, normal
from smartapp.gateway import pool
from smartapp.gateway.errors import FhirError
from smartapp.gateway.limits import MIB, Limits
from smartapp.gateway.target import Target

OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
SMALL = Limits(total_s=15, body_bytes=512 * 1024)
STATEMENT = Limits(total_s=30, body_bytes=8 * MIB)


class DiscoveryFailed(Exception):
    """The EHR's description of itself cannot be used; the message is for the administrator."""


@dataclass(frozen=True)
class Discovered:
    """Everything pinned about an authorization server. Empty strings where it offers none."""

    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str = ""
    introspection_endpoint: str = ""
    management_endpoint: str = ""
    issuer: str = ""
    jwks_uri: str = ""
    capabilities: list[str] = field(default_factory=list)
    scopes_supported: list[str] = field(default_factory=list)
    code_challenge_methods: list[str] = field(default_factory=list)
    client_auth_methods: list[str] = field(default_factory=list)
    iss_parameter: bool = False
    source: str = "smart-configuration"

    def endpoints(self) -> dict[str, str]:
        """The addresses that credentials go to: a change of any of them needs approval."""
        names = (
            "authorization_endpoint",
            "token_endpoint",
            "revocation_endpoint",
            "introspection_endpoint",
            "issuer",
            "jwks_uri",
        )
        return {name: getattr(self, name) for name in names}

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def pinned(stored: dict[str, Any]) -> Discovered:
    """Read back what `as_json` gave, ignoring what an older release stored besides."""
    known = Discovered.__dataclass_fields__
    return Discovered(**{name: value for name, value in stored.items() if name in known})


async def discover(target: Target) -> Discovered:
    """Ask the EHR for its SMART configuration, or failing that its CapabilityStatement.

    Raises:
        DiscoveryFailed: neither can be had, or an endpoint in it must not be used.
    """
    base = target.base.rstrip("/")
    try:
        document = await fetch_json(target, f"{base}/.well-known/smart-configuration", SMALL)
        found = from_configuration(document, base)
    except DiscoveryFailed as first:
        try:
            statement = await fetch_json(target, f"{base}/metadata", STATEMENT)
            found = from_statement(statement, base)
        except DiscoveryFailed as second:
            raise DiscoveryFailed(f"smart-configuration: {first}; metadata: {second}") from second
    found = await with_openid(target, found)
    check_endpoints(target, found)
    return found


async def fetch_json(target: Target, url: str, limit: Limits) -> dict[str, Any]:
    """GET one JSON object. No token is ever sent with it; redirects are not followed.

    Raises:
        DiscoveryFailed: no answer, an error status, or no JSON object.
    """
    try:
        response = await pool.request(
            target,
            "GET",
            url,
            headers={"Accept": "application/fhir+json, application/json"},
            allowed=frozenset({url}),
            limit=limit,
        )
    except FhirError as error:
        raise DiscoveryFailed(f"no usable answer ({error})") from error
    if response.status != 200:
        raise DiscoveryFailed(f"the server answered {response.status}")
    try:
        document = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise DiscoveryFailed("the answer is not JSON") from error
    if not isinstance(document, dict):
        raise DiscoveryFailed("the answer is not a JSON object")
    return document


def from_configuration(document: dict[str, Any], base: str) -> Discovered:
    """Read a smart-configuration document; relative endpoints are resolved against the base."""

    def url(name: str) -> str:
        value = text(document.get(name))
        return joined(base, value) if value else ""

    if not url("authorization_endpoint") or not url("token_endpoint"):
        raise DiscoveryFailed("it names no authorization_endpoint or no token_endpoint")
    return Discovered(
        authorization_endpoint=url("authorization_endpoint"),
        token_endpoint=url("token_endpoint"),
        revocation_endpoint=url("revocation_endpoint"),
        introspection_endpoint=url("introspection_endpoint"),
        management_endpoint=url("management_endpoint"),
        issuer=text(document.get("issuer")),
        jwks_uri=url("jwks_uri"),
        capabilities=texts(document.get("capabilities")),
        scopes_supported=texts(document.get("scopes_supported")),
        code_challenge_methods=texts(document.get("code_challenge_methods_supported")),
        client_auth_methods=texts(document.get("token_endpoint_auth_methods_supported")),
        iss_parameter=document.get("authorization_response_iss_parameter_supported") is True,
    )


def joined(base: str, url: str) -> str:
    """Resolve an endpoint against the base.

    Raises:
        DiscoveryFailed: it is no address.
    """
    try:
        return urljoin(base + "/", url)
    except ValueError as error:
        raise DiscoveryFailed("an address in it cannot be read") from error


def from_statement(statement: dict[str, Any], base: str) -> Discovered:
    """Read the SMART 1.0 `oauth-uris` extension of a CapabilityStatement."""
    uris: dict[str, str] = {}
    for rest in dicts(statement.get("rest")):
        security = rest.get("security")
        for extension in dicts(security.get("extension") if isinstance(security, dict) else None):
            if extension.get("url") == OAUTH_URIS:
                for part in dicts(extension.get("extension")):
                    uris[text(part.get("url"))] = joined(base, text(part.get("valueUri")))
    if "authorize" not in uris or "token" not in uris:
        raise DiscoveryFailed("it names no authorize and token address")
    return Discovered(
        authorization_endpoint=uris["authorize"],
        token_endpoint=uris["token"],
        revocation_endpoint=uris.get("revoke", ""),
        introspection_endpoint=uris.get("introspect", ""),
        management_endpoint=uris.get("manage", ""),
        source="metadata",
    )


async def with_openid(target: Target, found: Discovered) -> Discovered:
    """Fill in issuer and keys from the OpenID configuration where the SMART document has none.

    Servers of SMART 1.0 publish it under the FHIR base; without either, id_tokens cannot be
    verified and no user is taken from them.
    """
    if found.issuer and found.jwks_uri:
        return found
    issuer = (found.issuer or target.base).rstrip("/")
    try:
        document = await fetch_json(target, f"{issuer}/.well-known/openid-configuration", SMALL)
    except DiscoveryFailed:
        return found
    named = text(document.get("issuer"))
    jwks_uri = found.jwks_uri or text(document.get("jwks_uri"))
    if named.rstrip("/") != issuer or not jwks_uri:
        return found
    return Discovered(**{**asdict(found), "issuer": named, "jwks_uri": jwks_uri})


def check_endpoints(target: Target, found: Discovered) -> None:
    """Refuse endpoints that no credential may go to.

    Raises:
        DiscoveryFailed: not https (plain http only on this machine beside a loopback base).
    """
    loopback_base = target.allow_loopback and is_loopback(target.base)
    for name, url in found.endpoints().items():
        if not url or name == "issuer":
            continue
        try:
            compared = normal(url.split("?", 1)[0])
        except BadAddress as error:
            raise DiscoveryFailed(f"its {name} cannot be used: {error}") from error
        if compared.startswith("https://"):
            continue
        # Only the browser visits the authorization endpoint: any port of this machine will do.
        visited = name == "authorization_endpoint" and is_loopback(url)
        if not (loopback_base and (visited or same_machine(target, url))):
            raise DiscoveryFailed(f"its {name} is not https")


def same_machine(target: Target, url: str) -> bool:
    """The loopback exception covers the connection's own host and port, nothing else (DEF-04)."""
    here, there = urlsplit(target.base), urlsplit(url)
    return (here.hostname, here.port) == (there.hostname, there.port)


def text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
