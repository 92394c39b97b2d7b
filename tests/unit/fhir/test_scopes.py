"""SMART scopes of both versions: read, asked for, tested."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartapp.fhir.scopes import Scopes, request_for, to_v1, to_v2
from smartapp.fhir.types import REGISTRY


@pytest.mark.parametrize(
    ("granted", "type_name", "letter", "allowed"),
    [
        ("user/Observation.rs", "Observation", "s", True),
        ("user/Observation.r", "Observation", "s", False),
        ("user/Observation.r user/Observation.s", "Observation", "s", True),
        ("user/Observation.sr", "Observation", "r", True),
        ("user/Observation.read", "Observation", "s", True),
        ("user/Observation.read", "Observation", "c", False),
        ("user/Observation.write", "Observation", "u", True),
        ("user/Observation.write", "Observation", "r", False),
        ("user/*.*", "Observation", "d", True),
        ("patient/*.rs", "Goal", "s", True),
        ("system/Observation.rs", "Observation", "r", False),
        ("user/Observation.rs?category=laboratory", "Observation", "r", False),
        ("user/observation.rs", "Observation", "r", False),
        ("user/Observation.rx", "Observation", "r", False),
        ("xuser/Observation.rs", "Observation", "r", False),
        ("", "Observation", "r", False),
        ("http://smarthealthit.org/fhir/scopes/user/Goal.rs", "Goal", "s", True),
    ],
)
def test_a_need_is_met_by_the_union_of_grants_without_a_query(granted, type_name, letter, allowed):
    assert Scopes.parse(granted).allows(type_name, letter) is allowed


def test_a_system_need_is_met_by_system_grants_only():
    scopes = Scopes.parse("system/Goal.rs user/Task.rs")
    assert scopes.allows("Goal", "r", levels=("system",))
    assert not scopes.allows("Task", "r", levels=("system",))


def test_a_grant_with_a_query_gives_that_slice():
    scopes = Scopes.parse("user/Observation.rs?category=laboratory user/Goal.rs")
    assert scopes.slices("Observation", "s") == ("category=laboratory",)
    assert scopes.slices("Goal", "s") == ()


def test_other_scopes_are_kept_without_their_address():
    text = "openid launch/patient http://smarthealthit.org/fhir/scopes/offline_access"
    assert Scopes.parse(text).others == {"openid", "launch/patient", "offline_access"}


def test_a_missing_grant_is_empty():
    assert Scopes.parse(None) == Scopes()


@pytest.mark.parametrize(
    ("text", "v1"),
    [
        ("openid user/Goal.rs", "openid user/Goal.read"),
        ("user/Goal.r user/Goal.s", "user/Goal.read"),
        ("user/Goal.cud", "user/Goal.write"),
        ("user/Goal.ru", "user/Goal.*"),
        ("user/Observation.rs?category=x user/Observation.rs", "user/Observation.read"),
        ("launch user/*.read", "launch user/*.read"),
    ],
)
def test_a_scope_is_mapped_down_to_1_0(text, v1):
    assert to_v1(text) == v1


@pytest.mark.parametrize(
    ("text", "v2"),
    [
        ("user/Goal.read", "user/Goal.rs"),
        ("user/Goal.write openid", "openid user/Goal.cud"),
        ("user/*.*", "user/*.cruds"),
        ("user/Goal.sr", "user/Goal.rs"),
    ],
)
def test_a_scope_is_mapped_up_to_2_0(text, v2):
    assert to_v2(text) == v2


def entries(*names):
    return [REGISTRY[name] for name in names]


@pytest.mark.parametrize(
    ("version", "asked"),
    [
        (2, "openid launch user/Goal.rs user/Binary.r"),
        (1, "openid launch user/Goal.read user/Binary.read"),
    ],
)
def test_what_is_asked_for_is_reading_of_these_types_and_no_more(version, asked):
    assert request_for(entries("Goal", "Binary"), version, "openid launch") == asked


def test_only_what_the_server_offers_is_asked_for():
    supported = Scopes.parse("openid user/Goal.rs user/Binary.r user/Media.r system/Slot.rs")
    asked = request_for(entries("Goal", "Media", "Slot"), 2, "openid", supported=supported)
    assert asked == "openid user/Goal.rs user/Media.r"


def test_a_server_that_lists_no_resource_scopes_is_asked_for_all():
    supported = Scopes.parse("openid launch")
    assert request_for(entries("Goal"), 2, "", supported=supported) == "user/Goal.rs"


@given(st.text(alphabet="userpatint/GoalObs.crud*read? \n=&|x", max_size=60))
def test_reading_a_grant_never_fails_and_writing_it_changes_nothing(text):
    scopes = Scopes.parse(text)
    assert Scopes.parse(str(scopes)) == scopes
