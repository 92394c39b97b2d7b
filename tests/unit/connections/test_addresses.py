"""Addresses of EHRs: what is the same, what may be registered."""

import pytest

from smartapp.connections.addresses import (
    BadAddress,
    check_base,
    check_embed_origin,
    is_loopback,
    normal,
)

BASE = "https://ehr.example.org/r4/tenant-a"


@pytest.mark.parametrize(
    "variant",
    [
        "https://ehr.example.org/r4/tenant-a/",
        "HTTPS://EHR.example.ORG/r4/tenant-a",
        "https://ehr.example.org:443/r4/tenant-a",
        "https://ehr.example.org/r4/./tenant-a",
        "https://ehr.example.org/r4/x/../tenant-a",
        "https://ehr.example.org/r4/%74enant-a",
    ],
)
def test_harmless_variants_are_the_same_base(variant):
    assert normal(variant) == normal(BASE)


@pytest.mark.parametrize(
    "other",
    [
        "https://ehr.example.org/r4/tenant-b",
        "https://ehr.example.org/r4/tenant-ab",
        "https://ehr.example.org/r4/TENANT-A",
        "https://ehr.example.org:8443/r4/tenant-a",
        "https://ehr.example.org.evil.net/r4/tenant-a",
        "http://ehr.example.org/r4/tenant-a",
        "https://ehr.example.org/r4/tenant-a/../tenant-b",
    ],
)
def test_look_alikes_are_another_base(other):
    assert normal(other) != normal(BASE)


@pytest.mark.parametrize(
    "odd",
    [
        "",
        "ehr.example.org/r4",
        "ftp://ehr.example.org/r4",
        "https://user@ehr.example.org/r4",
        "https://ehr.example.org/r4?x=1",
        "https://ehr.example.org/r4#x",
        "https://ehr.example.org/r4?",
        "https://ehr.example.org:99999/r4",
        "https://ehr.example.org/r4/%2525",
        "https://ehr.example.org\\@evil.net/r4",
        "https://ehr.example.org/r4\n",
        "https://[::1/r4",
        "https:///r4",
        "https://e.org/" + "x" * 4096,
    ],
)
def test_what_no_base_looks_like_is_refused(odd):
    with pytest.raises(BadAddress):
        normal(odd)


def test_a_base_is_kept_to_the_letter():
    assert check_base(BASE + "/", allow_loopback=False) == BASE + "/"


@pytest.mark.parametrize("base", ["http://localhost:9000/r4", "http://127.0.0.1:9000/r4"])
def test_this_machine_needs_the_loopback_exception(base):
    assert check_base(base, allow_loopback=True) == base
    with pytest.raises(BadAddress, match="allow-loopback"):
        check_base(base, allow_loopback=False)


@pytest.mark.parametrize("allow", [True, False])
def test_plain_http_elsewhere_is_refused(allow):
    with pytest.raises(BadAddress, match="https"):
        check_base("http://ehr.example.org/r4", allow_loopback=allow)


def test_dot_segments_are_refused_in_a_registered_base():
    with pytest.raises(BadAddress):
        check_base("https://ehr.example.org/r4/../other", allow_loopback=False)


@pytest.mark.parametrize(
    "origin",
    ["https://*.example.org", "https:", "*", "https://e.org/path", "http://e.org", "e.org"],
)
def test_origins_that_would_let_others_frame_us_are_refused(origin):
    with pytest.raises(BadAddress):
        check_embed_origin(origin)


def test_an_origin_is_stored_without_its_slash():
    assert check_embed_origin("https://EHR.example.org:443/") == "https://ehr.example.org"
    assert check_embed_origin("http://localhost:9000") == "http://localhost:9000"


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.9.9.9:1/", True),
        ("http://[::1]/", True),
        ("http://localhost/", True),
        ("http://localhost.example.org/", False),
        ("https://10.0.0.1/", False),
    ],
)
def test_loopback_is_told_by_name_and_number(url, local):
    assert is_loopback(url) is local
