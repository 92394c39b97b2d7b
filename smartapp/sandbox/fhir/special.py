"""Search parameters whose meaning is more than a path, and records that search never finds."""

from typing import Any

from smartapp.sandbox.fhir.paths import target, targets, walk
from smartapp.sandbox.fhir.text import begins, digits, folded
from smartapp.sandbox.fhir.wire import Resource


def has_code(resource: Resource, path: str, *codes: str) -> bool:
    """Whether a CodeableConcept under the path holds one of the codes."""
    return any(code in codes for code in walk(resource, f"{path}.coding.code"))


def current_names(resource: Resource) -> list[dict[str, Any]]:
    """Names in use: old ones are stored but never found."""
    names = [one for one in walk(resource, "name") if isinstance(one, dict)]
    return [one for one in names if one.get("use") != "old"]


def name_begins(resource: Resource, wanted: str) -> bool:
    """Any part of a current name begins with each word sent."""
    words = wanted.replace(",", " ").split()
    names = current_names(resource)
    return bool(words) and any(
        all(_part_begins(name, word, "family", "given", "text") for word in words) for name in names
    )


def family_begins(resource: Resource, wanted: str) -> bool:
    """A current family name begins with it."""
    return any(_part_begins(name, wanted, "family") for name in current_names(resource))


def given_begins(resource: Resource, wanted: str) -> bool:
    """A current given name begins with it."""
    return any(_part_begins(name, wanted, "given") for name in current_names(resource))


def _part_begins(name: dict[str, Any], wanted: str, *parts: str) -> bool:
    return any(begins(name[part], wanted) for part in parts if part in name)


def name_is(resource: Resource, wanted: str, part: str) -> bool:
    """`:exact` on a part of a name (`name` means any part)."""
    parts = ("family", "given", "text") if part == "name" else (part,)
    values = (
        value for name in current_names(resource) for one in parts for value in walk(name, one)
    )
    return any(value == wanted for value in values)


def phone_is(resource: Resource, wanted: str) -> bool:
    """A phone number has these digits; a country code more or less does not matter."""
    sought = digits(wanted)
    numbers = (
        digits(one.get("value", ""))
        for one in walk(resource, "telecom")
        if isinstance(one, dict) and one.get("system") in {"phone", "sms", None}
    )
    return len(sought) >= 4 and any(n.endswith(sought) or sought.endswith(n) for n in numbers if n)


def email_is(resource: Resource, wanted: str) -> bool:
    """An e-mail address is this one."""
    return any(
        folded(one.get("value", "")) == folded(wanted)
        for one in walk(resource, "telecom")
        if isinstance(one, dict) and one.get("system") == "email"
    )


def contains(path: str, resource: Resource, wanted: str) -> bool:
    """A string under the path holds what is wanted anywhere."""
    return any(folded(wanted) in folded(value) for value in walk(resource, path))


def of_visit(resource: Resource, wanted: str) -> bool:
    """Condition.encounter: the visit's diagnoses and every problem, but no health concern."""
    if has_code(resource, "category", "problem-list-item"):
        return True
    if has_code(resource, "category", "health-concern"):
        return False
    visits = {("Encounter", one.rpartition("/")[2]) for one in wanted.split(",")}
    return bool(targets(resource, ("encounter",)) & visits)


def account_kind(resource: Resource, wanted: str) -> bool:
    """Account.type by code or text; an account that names none is of every kind."""
    named = [*walk(resource, "type.text"), *walk(resource, "type.coding.code")]
    return not named or wanted.rpartition("|")[2] in named


def relationship_level(resource: Resource, wanted: str) -> bool:
    """Level of a RelatedPerson: that of its extension, else Patient unless it names a visit."""
    path = "extension:relationship-level.valueCodeableConcept.coding.code"
    stated = walk(resource, path)
    if not stated:
        visits = walk(resource, "extension:related-person-encounter")
        stated = ["Encounter"] if visits else ["Patient"]
    return wanted.rpartition("|")[2] in stated


def is_active(resource: Resource, wanted: str) -> bool:
    """`active`: a record that does not say is generally assumed to be active."""
    return str(resource.get("active", True)).lower() == wanted.lower()


def is_merged(resource: Resource) -> bool:
    """A record combined into another: reachable by its old id, never found."""
    replaced = "replaced-by" in walk(resource, "link.type")
    return resource.get("active") is False and replaced


def is_merged_person(resource: Resource) -> bool:
    """A Person combined into another."""
    others = (target(one) for one in walk(resource, "link.target"))
    return resource.get("active") is False and any(one and one[0] == "Person" for one in others)


def is_merged_visit(resource: Resource) -> bool:
    """An Encounter combined into another."""
    return resource.get("status") == "unknown" and "partOf" in resource


def is_not_active(resource: Resource) -> bool:
    """A CareTeam that ended: it vanishes from searches."""
    return bool(resource.get("status", "active") != "active")


def is_taken(resource: Resource) -> bool:
    """A Slot that is not free."""
    return bool(resource.get("status", "free") != "free")
