"""The rail: every type stays visible, and says why it cannot be opened."""

import pytest

from smartapp.chart.markup import Links
from smartapp.chart.navigation import ORDER, State, navigation, reach, reaches
from smartapp.fhir.entry import Family
from smartapp.fhir.scopes import Scopes
from smartapp.fhir.types import REGISTRY
from smartapp.gateway.capability import Capability
from tests.unit.chart.fakes import ALL, BASE

LINKS = Links("/launches/x/records/", BASE)


def offering(*rows):
    resources = [
        {"type": name, "interaction": [{"code": code} for code in codes]} for name, *codes in rows
    ]
    return Capability.parse({"rest": [{"mode": "server", "resource": resources}]})


def items(scopes, capability=None, current=""):
    rail = navigation(reaches(scopes, capability), LINKS, current)
    return {item.name: item for group in rail.groups for item in group.items}


def test_every_family_has_its_place_once():
    assert sorted(ORDER) == sorted(Family)


def test_every_type_is_in_the_rail_whatever_is_granted():
    assert set(items(Scopes.parse(""))) == set(REGISTRY)


def test_what_is_granted_and_offered_is_a_link():
    item = items(ALL)["Condition"]
    assert (item.url, item.reason) == ("/launches/x/records/Condition/", "")


def test_what_is_not_granted_is_greyed_with_the_reason():
    item = items(Scopes.parse("user/Observation.rs"))["Condition"]
    assert (item.url, item.reason) == ("", "Not granted to this sign-in")


def test_what_is_not_offered_is_greyed_with_the_reason():
    item = items(ALL, offering(("Observation", "read", "search-type")))["Condition"]
    assert (item.url, item.reason) == ("", "Not offered by this EHR")


@pytest.mark.parametrize(
    ("scopes", "codes", "state"),
    [
        ("user/Condition.rs", ("read", "search-type"), State.LIST),
        ("user/Condition.r", ("read", "search-type"), State.ID),
        ("user/Condition.rs", ("read",), State.ID),
        ("user/Condition.s", ("read",), State.NOT_GRANTED),
        ("user/Condition.rs", (), State.NOT_SUPPORTED),
        ("patient/Condition.rs", ("read", "search-type"), State.LIST),
        ("system/Condition.rs", ("read", "search-type"), State.NOT_GRANTED),
        ("user/Condition.rs?category=x", ("read", "search-type"), State.LIST),
    ],
)
def test_a_type_is_reached_as_far_as_both_allow(scopes, codes, state):
    capability = offering(("Condition", *codes), ("Basic", "read"))
    assert reach(REGISTRY["Condition"], Scopes.parse(scopes), capability).state is state


def test_a_type_that_is_read_by_id_only_can_be_opened_and_says_so():
    item = items(ALL)["Binary"]
    assert item.url
    assert item.reason == "By id or link"
