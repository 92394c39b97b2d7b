"""The FhirError tree: every way in which an EHR's answer is not the data asked for."""

import re
from datetime import datetime
from typing import ClassVar, TypedDict, Unpack
from uuid import uuid4

from smartapp.fhir.bundles import Issue


class Facts(TypedDict, total=False):
    """What an error knows beside its sentence."""

    connection: str
    status: int | None
    issues: tuple[Issue, ...]
    reference: str
    request_id: str
    retry_at: datetime | None


class FhirError(Exception):
    """The root; `str()` is for logs and administrators and holds no clinical text.

    `reference` is ours, for support to find the log line; `request_id` is the EHR's own.
    """

    kind: ClassVar[str] = "error"

    def __init__(self, message: str, **facts: Unpack[Facts]) -> None:
        super().__init__(message)
        self.connection = facts.get("connection", "")
        self.status = facts.get("status")
        self.issues = facts.get("issues", ())
        self.reference = facts.get("reference") or uuid4().hex[:12]
        self.request_id = facts.get("request_id", "")
        self.retry_at = facts.get("retry_at")


class Unreachable(FhirError):
    """DNS, TLS, time-out, 5xx, or the breaker is open."""

    kind = "unreachable"
    permanent = False
    """True where another try cannot help: an address that the policy refuses, a bad certificate."""
    connected = True
    """False where no connection came about: then it is the whole EHR, not one kind of request."""


class Throttled(Unreachable):
    """429, or the connection cools down after one; `retry_at` says until when."""

    kind = "throttled"


class SignInExpired(FhirError):
    """401 after the refresh."""

    kind = "sign-in-expired"


class ScopeMissing(FhirError):
    """Not granted, so not sent."""

    kind = "scope-missing"


class Unsupported(FhirError):
    """Not offered by the server, so not sent."""

    kind = "unsupported"


class Forbidden(FhirError):
    """403; `scope` tells a missing scope apart from a restriction of this chart."""

    kind = "forbidden"
    scope = False


class NotFound(FhirError):
    """404: never there, gone, or not visible to this user."""

    kind = "not-found"


class Gone(NotFound):
    """410: deleted."""

    kind = "gone"


class Conflict(FhirError):
    """409 or 412: changed by another."""

    kind = "conflict"


class Rejected(FhirError):
    """400, 422 and their like: the server's own words are in `issues`."""

    kind = "rejected"


class Malformed(FhirError):
    """Not JSON, wrong type, no Bundle, over a limit: nothing of it is used."""

    kind = "malformed"


class WrongPatient(FhirError):
    """A resource of the answer names another patient: nothing of it is shown."""

    kind = "wrong-patient"


_SENTENCES: dict[int, tuple[type[FhirError], str]] = {
    401: (SignInExpired, "The EHR no longer accepts this sign-in."),
    403: (Forbidden, "The EHR does not permit this request."),
    404: (NotFound, "The EHR has no such record, or does not show it to this user."),
    409: (Conflict, "The record was changed by someone else."),
    410: (Gone, "The record was deleted in the EHR."),
    412: (Conflict, "The record was changed by someone else."),
    423: (Conflict, "Someone else is changing the record."),
    429: (Throttled, "The EHR is limiting requests."),
}
_SCOPE = re.compile(r"insufficient[_-]scope", re.IGNORECASE)


def from_status(status: int, facts: Facts, challenge: str = "") -> FhirError:
    """The error that an HTTP status means; `challenge` is the WWW-Authenticate header."""
    facts = {**facts, "status": status}
    if status >= 500:
        return _server_error(status, facts)
    kind, sentence = _SENTENCES.get(status, (Rejected, "The EHR rejected the request."))
    if 300 <= status < 400:
        kind, sentence = Malformed, "The EHR redirects to another address, which is not followed."
    error = kind(f"{sentence} (HTTP {status})", **facts)
    if isinstance(error, Forbidden):
        words = challenge + " ".join(issue.text for issue in error.issues)
        error.scope = bool(_SCOPE.search(words))
    return error


def _server_error(status: int, facts: Facts) -> FhirError:
    """A stored record that lacks what FHIR requires fails for ever: that is no outage."""
    if any(i.severity == "fatal" and i.code == "required" for i in facts.get("issues", ())):
        sentence = "A record lacks an element that FHIR requires, so the EHR could not answer"
        return Malformed(f"{sentence} (HTTP {status}).", **facts)
    return Unreachable(f"The EHR answered with an error (HTTP {status}).", **facts)
