"""What an access token lets its bearer do: levels and letters of its scopes, and its patient."""

import re
from dataclasses import dataclass

from smartapp.sandbox.fhir.answers import forbidden, no_scope
from smartapp.sandbox.fhir.wire import Resource
from smartapp.sandbox.store import Store
from smartapp.sandbox.tokens import TokenInfo

_SCOPE = re.compile(r"(patient|user|system)/([A-Za-z]+|\*)\.([a-z]+|\*)(\?.*)?")
_VERBS = {"read": "rs", "write": "cud", "*": "cruds"}
_LEVELS = ("system", "user", "patient")
NO_PATIENT_SCOPE = frozenset({"Location", "Organization", "Practitioner"})
REFERRING = {
    "Binary": ("DocumentReference", "DiagnosticReport", "Communication"),
    "Consent": ("Patient",),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """One request's token, read."""

    info: TokenInfo

    def allows(self, name: str, letter: str, level: str) -> bool:
        """Whether a scope of this level covers the letter (of c, r, u, d, s) on the type."""
        if level == "patient" and name in NO_PATIENT_SCOPE:
            return False
        for scope in self.info.scopes:
            found = _SCOPE.fullmatch(scope)
            if found is None or found[1] != level or found[2] not in {name, "*"}:
                continue
            if letter in _VERBS.get(found[3], found[3]):
                return True
        return False

    def level(self, name: str, letter: str) -> str:
        """The widest level that allows it; raises the 403 of a missing scope."""
        for level in _LEVELS:
            if self.allows(name, letter, level) and self._companion(name, letter, level):
                return level
        raise no_scope()

    def _companion(self, name: str, letter: str, level: str) -> bool:
        """Some types are read only together with the types that refer to them."""
        others = REFERRING.get(name)
        if others is None or letter not in "rs":
            return True
        return any(self.allows(other, "r", level) for other in others)

    def patient_for(self, name: str, letter: str) -> str | None:
        """The patient to whom this request is confined, if any; raises when not allowed at all."""
        if self.level(name, letter) != "patient":
            return None
        if self.info.patient is None:
            raise no_scope()
        return self.info.patient


def check_patient(store: Store, resource: Resource, patient: str | None) -> None:
    """Refuse a resource about somebody else than the token's patient."""
    if patient is None:
        return
    about = store.patients_of(resource)
    if about and patient not in about:
        raise forbidden("Forbidden resource")
