"""What the server says: an answer before it becomes bytes, and refusals with their true bodies."""

from dataclasses import dataclass, field
from typing import Any

FHIR_JSON = "application/fhir+json"
LEGACY_JSON = "application/json+fhir"
"""Some of the live server's replies still carry this label: its errors do here."""

_SCOPES = (
    'code="urn:cerner:error:oauth2:resource-access:insufficient-scopes", '
    'error="insufficient_scope", subcode="no_scope_for_resource_path"'
)


@dataclass(slots=True)
class Answer:
    """Status, body (a resource, other JSON, or bytes) and headers."""

    status: int = 200
    body: dict[str, Any] | bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    media: str = FHIR_JSON


class Refusal(Exception):
    """A request that is not served; carries the answer to give instead."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def outcome(severity: str, code: str, text: str | None = None, **more: Any) -> dict[str, Any]:
    """An OperationOutcome of one issue."""
    issue: dict[str, Any] = {"severity": severity, "code": code}
    if text is not None:
        issue["details"] = {"text": text}
    return {"resourceType": "OperationOutcome", "issue": [issue | more]}


def refuse(status: int, code: str, text: str | None = None, **headers: str) -> Refusal:
    """A refusal whose body is an OperationOutcome."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Refusal(Answer(status, outcome("error", code, text), named, LEGACY_JSON))


def bad_request(text: str) -> Refusal:
    """400 with a sentence."""
    return refuse(400, "invalid", text)


def not_found() -> Refusal:
    """404, for an unknown id as for an unknown type."""
    return refuse(404, "not-found", "Not Found")


def unprocessable(code: str, text: str | None = None) -> Refusal:
    """422: valid JSON that breaks a rule."""
    return refuse(422, code, text)


def no_scope() -> Refusal:
    """403 for a scope that is missing: plain JSON, no OperationOutcome."""
    body = {"code": 403, "message": _SCOPES}
    return Refusal(Answer(403, body, {}, "application/json"))


def forbidden(text: str) -> Refusal:
    """403 for what the scopes allow and the server does not."""
    return refuse(403, "forbidden", text)


def unauthorized(described: str) -> Refusal:
    """401 with the challenge of RFC 6750."""
    challenge = f'Bearer realm="fhir", error="invalid_token", error_description="{described}"'
    return refuse(401, "login", described, WWW_Authenticate=challenge)


def broken(type_name: str, element: str) -> Refusal:
    """500 for a stored record that lacks an element FHIR requires."""
    body = outcome("fatal", "required", location=[f"/f:{type_name}/f:{element}"])
    return Refusal(Answer(500, body, {}, LEGACY_JSON))
