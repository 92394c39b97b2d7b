import pytest

from smartapp.sandbox.auth.scopes import Limits, advertised, is_subset, parse, trim


@pytest.mark.parametrize(
    ("requested", "granted"),
    [
        ("user/Patient.rs", "user/Patient.rs"),
        ("user/Patient.read", "user/Patient.read"),
        ("user/ServiceRequest.cruds", "user/ServiceRequest.rs"),
        ("user/Binary.rs", "user/Binary.r"),
        ("user/ServiceRequest.write", ""),
        ("user/Unheard.rs", ""),
        ("patient/Practitioner.rs", ""),
        ("user/*.rs", ""),
        ("user/Patient.*", ""),
        ("user/Patient.sr", ""),
        ("user/Observation.rs?category=laboratory", ""),
        ("system/Patient.rs", ""),
        ("launch/patient", ""),
        ("launch", ""),
        ("openid fhirUser openid", "openid fhirUser"),
        ("nonsense user/Patient.r", "user/Patient.r"),
    ],
)
def test_a_grant_is_what_the_server_serves_of_the_request(requested, granted):
    assert trim(requested, Limits()) == granted


@pytest.mark.parametrize(
    ("requested", "limits", "granted"),
    [
        ("user/*.rs", Limits(wildcards=True), "user/*.rs"),
        ("launch", Limits(ehr_launch=True), "launch"),
        ("launch/patient", Limits(picker=True), "launch/patient"),
        ("patient/Patient.rs", Limits(has_patient=False), ""),
        ("user/Patient.rs", Limits(versions=("v1",)), ""),
        ("user/Patient.read", Limits(versions=("v2",)), ""),
        ("system/Patient.rs openid", Limits(levels=("system",)), "system/Patient.rs"),
        ("user/Patient.crus", Limits(filters=("user/*.rs",)), "user/Patient.rs"),
        ("user/Patient.read", Limits(filters=("user/Patient.r",)), "user/Patient.read"),
        ("user/Patient.rs", Limits(filters=("user/*.rs", "user/Goal.rs")), ""),
        ("openid", Limits(filters=("user/Patient.rs",)), ""),
    ],
)
def test_a_grant_stays_within_every_limit(requested, limits, granted):
    assert trim(requested, limits) == granted


def test_both_notations_are_advertised_side_by_side():
    assert {"user/Observation.crus", "user/Observation.read", "user/Observation.write"} <= {
        *advertised(("v1", "v2"), picker=False)
    }


def test_context_scopes_are_advertised_only_with_a_picker():
    assert "launch/patient" not in advertised(("v2",), picker=False)
    assert "launch/patient" in advertised(("v2",), picker=True)


def test_no_wildcard_is_advertised():
    assert not [scope for scope in advertised(("v1", "v2"), picker=True) if "*" in scope]


@pytest.mark.parametrize(
    ("wanted", "is_one"),
    [
        ("user/Patient.r", True),
        ("user/Patient.rs openid", True),
        ("user/Patient.read", True),
        ("user/Patient.cr", False),
        ("user/Goal.r", False),
        ("offline_access", False),
    ],
)
def test_a_refresh_may_ask_for_less_but_not_for_more(wanted, is_one):
    assert is_subset(wanted, "openid user/Patient.rs") is is_one


def test_letters_out_of_order_are_no_scope():
    assert parse("user/Patient.sr") is None
