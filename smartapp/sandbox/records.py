"""What the EHR's own screens read from the store, in their words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from smartapp.sandbox.state import SandboxState

Resource = dict[str, Any]
_LIMIT = 6
_VITALS = {
    "85354-9": "Blood pressure",
    "55284-4": "Blood pressure",
    "8867-4": "Heart rate",
    "9279-1": "Respiratory rate",
    "8310-5": "Temperature",
    "59408-5": "SpO₂",
    "2708-6": "SpO₂",
    "29463-7": "Weight",
}


@dataclass(frozen=True)
class Fact:
    """One row of a summary: what, how much, since when (YYYY-MM-DD… as recorded)."""

    text: str
    detail: str = ""
    when: str = ""


def one(state: SandboxState, name: str, id_: str) -> Resource | None:
    """A resource by its id."""
    return state.store.get(name, id_)


def of_type(state: SandboxState, name: str) -> Iterator[Resource]:
    """Every resource of a type."""
    return state.store.resources(name)


def of_patient(state: SandboxState, name: str, patient: str) -> Iterator[Resource]:
    """A patient's resources of a type."""
    return (row.resource for row in state.store.of_patient(name, patient))


def text_of(concept: Resource | None) -> str:
    """The words of a CodeableConcept."""
    concept = concept or {}
    codings = [coding.get("display") for coding in concept.get("coding", [])]
    return str(concept.get("text") or next(filter(None, codings), ""))


def _codes(concept: Resource | None) -> set[str]:
    return {str(coding.get("code")) for coding in (concept or {}).get("coding", [])}


def _is_real(resource: Resource) -> bool:
    stated = [resource.get("status"), *_codes(resource.get("verificationStatus"))]
    return not {"entered-in-error", "refuted"} & set(filter(None, stated))


def allergies(state: SandboxState, patient: str) -> list[Fact]:
    """Active allergies with their reactions."""
    facts = []
    for resource in of_patient(state, "AllergyIntolerance", patient):
        if not _is_real(resource) or _codes(resource.get("clinicalStatus")) & {"resolved"}:
            continue
        said = [
            text_of(m) for r in resource.get("reaction", []) for m in r.get("manifestation", [])
        ]
        facts.append(Fact(text_of(resource.get("code")), ", ".join(filter(None, said))))
    return facts


def problems(state: SandboxState, patient: str) -> list[Fact]:
    """Active conditions, the newest first."""
    facts = []
    for resource in of_patient(state, "Condition", patient):
        if _is_real(resource) and "active" in _codes(resource.get("clinicalStatus")):
            when = resource.get("onsetDateTime") or resource.get("recordedDate") or ""
            facts.append(Fact(text_of(resource.get("code")), when=when))
    return sorted(facts, key=lambda fact: fact.when, reverse=True)


def medications(state: SandboxState, patient: str) -> list[Fact]:
    """Active medication orders with their dosage as written."""
    facts = []
    for resource in of_patient(state, "MedicationRequest", patient):
        if resource.get("status") != "active":
            continue
        name = text_of(resource.get("medicationCodeableConcept"))
        name = name or resource.get("medicationReference", {}).get("display", "")
        doses = [dosage.get("text", "") for dosage in resource.get("dosageInstruction", [])]
        facts.append(Fact(name, "; ".join(filter(None, doses)), resource.get("authoredOn", "")))
    newest = sorted(facts, key=lambda fact: fact.when, reverse=True)
    return list({(fact.text, fact.detail): fact for fact in reversed(newest)}.values())[::-1]


def _quantity(quantity: Resource) -> str:
    parts = (quantity.get("comparator", ""), str(quantity.get("value", "")))
    return f"{''.join(parts)} {quantity.get('unit', '')}".strip()


def _measured(resource: Resource) -> str:
    """A value; of a blood pressure both components."""
    if "valueQuantity" in resource:
        return _quantity(resource["valueQuantity"])
    pair = [one["valueQuantity"] for one in resource.get("component", []) if "valueQuantity" in one]
    if not pair:
        return ""
    return (
        f"{'/'.join(str(one.get('value', '')) for one in pair)} {pair[0].get('unit', '')}".strip()
    )


def vitals(state: SandboxState, patient: str) -> list[Fact]:
    """The newest of each vital sign."""
    newest: dict[str, Fact] = {}
    for resource in of_patient(state, "Observation", patient):
        known = sorted(_codes(resource.get("code")) & set(_VITALS))
        value, when = _measured(resource), resource.get("effectiveDateTime", "")
        if not known or not value or not _is_real(resource):
            continue
        name = _VITALS[known[0]]
        if name not in newest or when > newest[name].when:
            newest[name] = Fact(name, value, when)
    order = list(dict.fromkeys(_VITALS.values()))
    return sorted(newest.values(), key=lambda fact: order.index(fact.text))


def summary(state: SandboxState, patient: str) -> list[tuple[str, list[Fact], int]]:
    """The cards of the chart's first tab: title, first rows, and how many there are in all."""
    cards = (
        ("Allergies", allergies(state, patient)),
        ("Problems", problems(state, patient)),
        ("Medications", medications(state, patient)),
        ("Vital signs", vitals(state, patient)),
    )
    return [(title, facts[:_LIMIT], len(facts)) for title, facts in cards]
