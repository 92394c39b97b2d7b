"""How the EHR opens apps: the choices a user made for this session."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from smartapp.sandbox.auth import scopes
from smartapp.sandbox.clients import PUBLIC_CLIENT

_ALWAYS = "launch openid fhirUser profile online_access offline_access"
_READ = f"{_ALWAYS} patient/*.rs user/*.rs"
_REFERENCE = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}")
_MEDICATION = {"MedicationRequest", "MedicationAdministration", "MedicationDispense"}


def _without(types: set[str]) -> str:
    known = [name for name in scopes.TYPES if name not in types]
    return " ".join(
        [_ALWAYS, *(f"{level}/{t}.cruds" for level in ("patient", "user") for t in known)]
    )


SCOPE_CHOICES: dict[str, tuple[str, str | None]] = {
    "all": ("Everything the app asks for", None),
    "read": ("Reading only", _READ),
    "no-medications": ("All but medications", _without(_MEDICATION)),
    "few": (
        "Patient and encounter only",
        f"{_ALWAYS} patient/Patient.rs patient/Encounter.rs user/Patient.rs user/Encounter.rs",
    ),
}


@dataclass(frozen=True)
class Options:
    """The launch options of one EHR session."""

    client_id: str = PUBLIC_CLIENT
    banner: bool = True
    """Whether the app is told to draw its own patient banner."""
    style: bool = True
    encounter: bool = True
    intent: str = ""
    scopes: str = "all"
    context: str = ""

    @property
    def granted(self) -> str | None:
        """The scopes that a launch allows; None: whatever the app may have."""
        return SCOPE_CHOICES[self.scopes][1]

    @property
    def fhir_context(self) -> tuple[dict[str, str], ...]:
        """The references in the words of the token answer."""
        return tuple({"reference": one} for one in self.context.split())


class BadOptions(ValueError):
    """Why the options cannot be taken, in one sentence."""


def from_form(form: Mapping[str, str], known: set[str]) -> Options:
    """The options that a form says; raises BadOptions."""
    options = Options(
        client_id=form.get("client_id", PUBLIC_CLIENT),
        banner=form.get("banner", "app") == "app",
        style=form.get("style", "yes") == "yes",
        encounter=form.get("encounter", "current") == "current",
        intent=form.get("intent", "").strip(),
        scopes=form.get("scopes", "all"),
        context=" ".join(form.get("context", "").split()),
    )
    if options.client_id not in known or options.scopes not in SCOPE_CHOICES:
        raise BadOptions("Choose one of the apps and one of the scope sets offered.")
    for reference in options.context.split():
        if not _REFERENCE.fullmatch(reference):
            raise BadOptions(f"{reference} is not a reference such as ServiceRequest/123.")
    return options
