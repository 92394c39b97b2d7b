"""No JSON, however odd, makes a list, a detail, the banner or the guard fail."""

from datetime import UTC, date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartapp.fhir import encounters, patients, schema, status
from smartapp.fhir.allergies import allergy_state
from smartapp.fhir.columns import cell
from smartapp.fhir.elements import tree
from smartapp.fhir.order import newest_first
from smartapp.fhir.types import REGISTRY

NUMBERS = st.sampled_from([0, -1, 10**400, Decimal("1E+9999"), Decimal("NaN"), 1.5])
TEXTS = st.sampled_from(["", "x", "2026-01-01", "Patient/1", "#x", "{\\rtf1 {", "active", "\x00‮"])
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
NAMES = """
code coding text display system value unit start end reference url extension name period status
type repeat event low high numerator denominator meta security contained id
"""
KEYS = st.sampled_from(NAMES.split())
ODD = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)


def odd_resource(name):
    """A resource whose known elements hold anything at all."""
    elements = sorted(schema.children(name))
    keys = st.sampled_from([*elements, *(f"_{key}" for key in elements), "moon"])
    fields = st.dictionaries(keys, ODD, max_size=12)
    return fields.map(lambda found: {**found, "resourceType": name})


def is_whole(shown):
    """Whether the parts of a cell say all that its text says, so that a page may show either."""
    return isinstance(shown.text, str) and (
        not shown.parts or shown.text == "; ".join(part.text for part in shown.parts)
    )


@pytest.mark.parametrize("name", sorted(REGISTRY))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_an_odd_resource_is_listed_and_detailed(name, data):
    resource = data.draw(odd_resource(name))
    entry = REGISTRY[name]
    assert all(is_whole(cell(column, resource, UTC)) for column in entry.columns)
    assert tree(resource, UTC)
    assert newest_first(entry, resource)
    assert isinstance(status.status_text(resource, UTC), str)
    assert isinstance(status.is_retracted(resource), bool)
    assert isinstance(status.unknown_modifiers(resource), list)
    assert isinstance(patients.belongs_to(resource, "1", "https://ehr.example"), bool)


@settings(max_examples=100, deadline=None)
@given(odd_resource("Patient"))
def test_an_odd_patient_has_a_banner(resource):
    assert patients.banner(resource, date(2026, 7, 14), UTC).name


@settings(max_examples=100, deadline=None)
@given(odd_resource("Encounter"))
def test_an_odd_encounter_has_a_strip(resource):
    assert encounters.strip(resource, UTC)


@settings(max_examples=100, deadline=None)
@given(st.lists(odd_resource("AllergyIntolerance"), max_size=3))
def test_odd_allergies_have_a_state(resources):
    assert allergy_state(resources).text


def test_a_resource_of_64_levels_is_walked():
    deep: dict[str, object] = {"text": "bottom"}
    for _ in range(64):
        deep = {"item": [deep]}
    resource = {"resourceType": "QuestionnaireResponse", "status": "completed", **deep}
    entry = REGISTRY["QuestionnaireResponse"]
    assert all(not cell(column, resource, UTC).raw for column in entry.columns)
    assert tree(resource, UTC)
