"""The patient guard: an answer with another patient's data is no answer."""

from collections.abc import Iterable

from smartapp.fhir.entry import Resource
from smartapp.fhir.patients import belongs_to
from smartapp.gateway.errors import WrongPatient
from smartapp.gateway.target import Policy, Target


def check_patient(resources: Iterable[Resource], policy: Policy, target: Target) -> None:
    """Raises WrongPatient for the whole answer if one resource names another patient only."""
    patient = policy.patient
    if patient is None:
        return
    own, base = f"Patient/{patient}", target.base
    for resource in resources:
        if not _is_plainly(resource, own) and not belongs_to(resource, patient, base):
            raise WrongPatient(
                f"A {resource.get('resourceType')} of the answer names another patient.",
                connection=target.connection,
            )


def _is_plainly(resource: Resource, own: str) -> bool:
    """The common case, decided without a walk: one subject, literal, and it is the patient."""
    if "contained" in resource or "beneficiary" in resource:
        return False
    subject, patient = resource.get("subject"), resource.get("patient")
    if subject is not None and patient is not None:
        return False
    one = subject or patient
    return isinstance(one, dict) and one.get("reference") == own
