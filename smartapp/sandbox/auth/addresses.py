"""Where the authorization server's endpoints are."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit


@dataclass(frozen=True)
class Addresses:
    """Absolute addresses, made from the sandbox's public address and its tenant."""

    public_url: str
    tenant: str

    @property
    def fhir_base(self) -> str:
        """The service root: what an app must send as `aud`."""
        return f"{self.public_url}/r4/{self.tenant}"

    @property
    def issuer(self) -> str:
        """The authorization server; not the FHIR base, not the id_token's issuer."""
        return f"{self.public_url}/tenants/{self.tenant}"

    @property
    def oidc_issuer(self) -> str:
        """`iss` of id_tokens, with the vendor's trailing slash."""
        return f"{self.issuer}/oidc/idsps/{self.tenant}/"

    @property
    def authorize(self) -> str:
        """Authorization endpoint of the provider persona."""
        return f"{self.issuer}/protocols/oauth2/profiles/smart-v1/personas/provider/authorize"

    @property
    def token(self) -> str:
        """Token endpoint, which names the FHIR host as the live server's does."""
        host = urlsplit(self.public_url).hostname
        return f"{self.issuer}/hosts/{host}/protocols/oauth2/profiles/smart-v1/token"

    @property
    def revoke(self) -> str:
        """Revocation endpoint."""
        return f"{self.issuer}/protocols/oauth2/profiles/smart-v1/token/revoke"

    @property
    def introspect(self) -> str:
        """Introspection endpoint."""
        return f"{self.public_url}/tokeninfo"

    @property
    def jwks(self) -> str:
        """Public keys of id_tokens."""
        return f"{self.public_url}/jwk"

    @property
    def manage(self) -> str:
        """Page on which a clinician sees and ends what apps may do."""
        return f"{self.issuer}/personas/provider/my-authorizations"

    @property
    def style(self) -> str:
        """Document of colours and sizes for apps in the frame."""
        return f"{self.public_url}/styles/smart-v1.json"

    def error_page(self, urn: str, instance: str, client_id: str) -> str:
        """Address of the page that explains one refusal."""
        query = urlencode({"client": client_id, "tenant": self.tenant})
        return f"{self.public_url}/errors/{quote(urn, safe='')}/instances/{instance}?{query}"

    def path(self, address: str) -> str:
        """The path under which an address is served here."""
        return urlsplit(address).path

    def oauth_uris(self) -> dict[str, str]:
        """Values of the oauth-uris extension of the CapabilityStatement."""
        return {
            "authorize": self.authorize,
            "token": self.token,
            "revoke": self.revoke,
            "introspect": self.introspect,
            "manage": self.manage,
        }
