"""What the authorization server says about itself: smart-configuration, OpenID, keys, style."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from smartapp.sandbox.auth import scopes
from smartapp.sandbox.auth.client_auth import ALGORITHMS
from smartapp.sandbox.auth.server import AuthServer
from smartapp.sandbox.config import SandboxConfig

_HEADERS = {"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=300"}
_CAPABILITIES = (
    "authorize-post launch-ehr launch-standalone client-public client-confidential-asymmetric "
    "client-confidential-symmetric sso-openid-connect context-banner context-style "
    "context-ehr-patient context-ehr-encounter permission-patient permission-user "
    "permission-offline permission-online"
)

STYLE = {
    "color_background": "#ffffff",
    "color_error": "#a4262c",
    "color_highlight": "#0b5c8a",
    "color_modal_backdrop": "rgba(16, 33, 48, 0.6)",
    "color_success": "#1e6b3a",
    "color_text": "#14212e",
    "dim_border_radius": "4px",
    "dim_font_size": "14px",
    "dim_spacing_size": "16px",
    "font_family_body": "'Segoe UI', 'Noto Sans', Arial, sans-serif",
    "font_family_heading": "'Segoe UI', 'Noto Sans', Arial, sans-serif",
}


def capabilities(config: SandboxConfig) -> list[str]:
    """What the smart-configuration lists, as the settings make it."""
    own = [f"permission-{version}" for version in config.scope_versions]
    if config.standalone_patient_picker:
        own += ["context-standalone-patient", "context-standalone-encounter"]
    return [*_CAPABILITIES.split(), *own]


def smart_configuration(config: SandboxConfig, server: AuthServer) -> dict[str, Any]:
    """The document at the FHIR base; refresh_token works but is unlisted, as with the vendor."""
    addresses = server.addresses
    announces_iss = {"authorization_response_iss_parameter_supported": True}
    return {
        "issuer": addresses.issuer,
        "authorization_endpoint": addresses.authorize,
        "token_endpoint": addresses.token,
        "revocation_endpoint": addresses.revoke,
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "jwks_uri": addresses.jwks,
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "scopes_supported": scopes.advertised(
            config.scope_versions, config.standalone_patient_picker
        ),
        "response_types_supported": ["code"],
        "management_endpoint": addresses.manage,
        "introspection_endpoint": addresses.introspect,
        "capabilities": capabilities(config),
        "code_challenge_methods_supported": ["S256"],
        **(announces_iss if config.send_iss else {}),
    }


def openid_configuration(server: AuthServer) -> dict[str, Any]:
    """The document of the id_token's issuer."""
    addresses = server.addresses
    return {
        "issuer": addresses.oidc_issuer,
        "authorization_endpoint": addresses.authorize,
        "token_endpoint": addresses.token,
        "jwks_uri": addresses.jwks,
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }


class Discovery:
    """The documents, each at its address."""

    def __init__(self, config: SandboxConfig, server: AuthServer) -> None:
        self.config = config
        self.server = server

    async def smart(self, _: Request) -> Response:
        """`.well-known/smart-configuration` of the FHIR base."""
        return JSONResponse(smart_configuration(self.config, self.server), headers=_HEADERS)

    async def openid(self, _: Request) -> Response:
        """`.well-known/openid-configuration` of the id_token's issuer."""
        return JSONResponse(openid_configuration(self.server), headers=_HEADERS)

    async def jwks(self, _: Request) -> Response:
        """The public keys; a key stays published for one rotation after its last use."""
        headers = _HEADERS | {"Cache-Control": "max-age=60"}
        return JSONResponse(self.server.keys.published(), headers=headers)

    async def style(self, _: Request) -> Response:
        """The document that `smart_style_url` names."""
        return JSONResponse(STYLE, headers=_HEADERS)
