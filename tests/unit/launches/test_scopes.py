"""Which scopes are asked for, by what the server says it knows."""

from smartapp.connections.discovery import Discovered
from smartapp.connections.models import Connection
from smartapp.launches.scopes import requested, scope_version


def server(*scopes, capabilities=()):
    return Discovered(
        "https://a.example/auth",
        "https://a.example/token",
        scopes_supported=list(scopes),
        capabilities=list(capabilities),
    )


def asked(discovered, *, standalone=False, **fields):
    return requested(Connection(**fields), discovered, standalone=standalone).split()


def test_a_server_with_both_levels_is_asked_in_the_clinicians_own_right():
    found = asked(
        server(
            "openid",
            "fhirUser",
            "launch",
            "online_access",
            "user/Patient.rs",
            "user/Observation.crus",
            "user/Media.r",
            "patient/Patient.rs",
            capabilities=["permission-v2"],
        )
    )
    assert found == [
        "openid",
        "fhirUser",
        "launch",
        "online_access",
        "user/Patient.rs",
        "user/Observation.rs",
        "user/Media.r",
    ]


def test_a_server_of_wildcards_is_asked_for_wildcards():
    found = asked(server("openid", "profile", "launch", "patient/*.*", "user/*.*"))
    assert found == ["openid", "profile", "launch", "user/*.read", "patient/*.read"]


def test_a_server_that_lists_nothing_is_asked_for_both_levels_by_type():
    found = asked(server())
    assert {"user/Condition.read", "patient/Condition.read", "online_access"} <= set(found)
    assert not any("*" in scope for scope in found)


def test_a_standalone_launch_asks_for_no_launch_scope():
    assert "launch" not in asked(server("openid", "launch"), standalone=True)


def test_a_standalone_launch_asks_for_a_patient_only_where_the_server_picks():
    with_picker = server("openid", "launch/patient", "user/Patient.read")
    assert "launch/patient" in asked(with_picker, standalone=True)
    assert "launch/patient" not in asked(server("openid", "user/Patient.read"), standalone=True)


def test_a_picker_among_the_capabilities_is_enough_to_ask_for_a_patient():
    picks = server("openid", "patient/*.rs", capabilities=["context-standalone-patient"])
    assert "launch/patient" in asked(picks, standalone=True)


def test_a_server_without_openid_is_not_asked_who_the_user_is():
    assert asked(server("launch", "user/Patient.read"))[0] == "launch"


def test_the_connections_own_scopes_win():
    assert asked(server("openid"), scope="launch  user/Patient.rs\n") == [
        "launch",
        "user/Patient.rs",
    ]


def test_the_version_is_told_by_capability_then_by_the_listed_scopes():
    assert scope_version(Connection(), server(capabilities=["permission-v2"])) == "v2"
    assert scope_version(Connection(), server(capabilities=["permission-v1"])) == "v1"
    assert scope_version(Connection(), server("user/Patient.rs")) == "v2"
    assert scope_version(Connection(), server("user/Patient.read")) == "v1"
    assert scope_version(Connection(scope_version="v1"), server("user/Patient.rs")) == "v1"


def test_metadata_types_need_no_scope():
    assert not any("StructureDefinition" in scope for scope in asked(server()))
