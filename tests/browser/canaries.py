"""Marks of a patient: what may stand on no page of another patient."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from smartapp.fhir.types import REGISTRY
from tests.browser.journeys import Sandbox

SHORTEST_ID = 6
SHORTEST_TEXT = 14


@dataclass(frozen=True)
class Marks:
    """A patient's name, and the words and ids that are theirs alone."""

    id: str
    family: str
    words: frozenset[str]

    def on(self, html: str) -> set[str]:
        """Which of the marks a page holds, as whole words."""
        said = html.casefold()
        held = [one for one in self.words if one in said]
        return {one for one in held if re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", said)}


def marks(sandbox: Sandbox, family: str, other: str) -> Marks:
    """What tells this patient's record from the other's."""
    patient, records = record(sandbox, family)
    foreign = json.dumps(record(sandbox, other)[1], ensure_ascii=False).casefold()
    found = {*names(patient), *births(patient), *texts(records)} | ids(records)
    mine = frozenset(one.casefold() for one in found if one.casefold() not in foreign)
    assert len(mine) > 100, "the record has too little of its own to be told from another"
    return Marks(patient["id"], family, mine)


def record(sandbox: Sandbox, family: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The patient, and all that the EHR finds by the patient."""
    patient = sandbox.patient(family)
    found = [patient]
    for name in REGISTRY:
        found += sandbox.matches(f"{name}?patient={patient['id']}&_count=100")
    return patient, found


def names(patient: dict[str, Any]) -> Iterator[str]:
    for name in patient["name"]:
        yield name["family"]
        yield from name.get("given", ())


def births(patient: dict[str, Any]) -> Iterator[str]:
    """The birth date as sent and as shown; the record numbers likewise."""
    born = patient["birthDate"]
    yield born
    yield f"{date.fromisoformat(born):%d-%b-%Y}"
    for identifier in patient["identifier"]:
        yield identifier["value"]


def ids(records: list[dict[str, Any]]) -> set[str]:
    return {one["id"] for one in records if len(one["id"]) >= SHORTEST_ID}


def texts(value: Any) -> Iterator[str]:
    """Every phrase of some length; codes, dates and addresses have no space in them."""
    if isinstance(value, dict):
        value = [inner for key, inner in value.items() if key not in ("div", "data")]
    if isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str) and len(value) >= SHORTEST_TEXT and " " in value:
        yield value
