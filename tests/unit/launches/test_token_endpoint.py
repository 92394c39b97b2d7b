"""What token answers mean, whatever shape they come in."""

import json
from datetime import timedelta

import httpx
import pytest

from smartapp.gateway.answer import Answer
from smartapp.launches.callback import fhir_context, said_yes
from smartapp.launches.token_endpoint import TokenRefused, TokenUnavailable, read_answer

GOOD = {"access_token": "t", "token_type": "Bearer", "expires_in": 570, "scope": "openid"}


def answer(document, status=200):
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Answer(status, body, httpx.Headers(), "https://auth.example.org/token")


@pytest.mark.parametrize(
    ("expires_in", "lifetime"),
    [
        (570, timedelta(seconds=570)),
        ("570", timedelta(seconds=570)),
        (570.9, timedelta(seconds=570)),
        (None, timedelta(minutes=5)),
        ("soon", timedelta(minutes=5)),
        (-3, timedelta(0)),
        (10**12, timedelta(days=1)),
        ([1], timedelta(minutes=5)),
    ],
)
def test_a_lifetime_is_read_from_number_or_text(expires_in, lifetime):
    assert read_answer(answer(GOOD | {"expires_in": expires_in})).lifetime == lifetime


@pytest.mark.parametrize("kind", ["bearer", "BEARER", "Bearer"])
def test_the_token_type_is_compared_without_case(kind):
    assert read_answer(answer(GOOD | {"token_type": kind})).access_token == "t"


@pytest.mark.parametrize(
    "document",
    [
        {},
        GOOD | {"token_type": "mac"},
        GOOD | {"access_token": 7},
        [],
        b"<html>",
        b"",
        b"[" * 9999,
    ],
)
def test_an_answer_without_a_bearer_token_is_none(document):
    with pytest.raises(TokenUnavailable):
        read_answer(answer(document))


@pytest.mark.parametrize(
    ("document", "status", "error"),
    [
        ({"error": "invalid_grant"}, 400, "invalid_grant"),
        ({"error": "invalid_client"}, 401, "invalid_client"),
        ({"error": "invalid_grant"}, 200, "invalid_grant"),
        (b"", 400, "status 400"),
        (b"<html>", 401, "status 401"),
    ],
)
def test_a_refusal_is_told_apart_from_silence(document, status, error):
    with pytest.raises(TokenRefused) as refused:
        read_answer(answer(document, status))
    assert refused.value.error == error


@pytest.mark.parametrize(("body", "status"), [(b"<html>", 500), ({"error": "x"}, 503), (b"", 302)])
def test_a_server_fault_says_nothing_about_the_code(body, status):
    with pytest.raises(TokenUnavailable):
        read_answer(answer(body, status))


def test_the_context_holds_no_token():
    read = read_answer(answer(GOOD | {"patient": "p1", "id_token": "i", "refresh_token": "r"}))
    assert read.patient == "p1"
    assert not any("token" in name for name in read.context)


@pytest.mark.parametrize("patient", [None, "", True, 7.5, ["p"], {"id": "p"}])
def test_a_patient_is_never_guessed(patient):
    assert read_answer(answer(GOOD | {"patient": patient})).patient is None


def test_a_patient_whose_id_is_sent_as_a_number_is_that_patient():
    assert read_answer(answer(GOOD | {"patient": 12724066})).patient == "12724066"


@pytest.mark.parametrize(
    ("value", "yes"),
    [(False, False), ("false", False), ("False", False), (True, True), (None, True), ("no", True)],
)
def test_only_a_clear_no_hides_the_banner(value, yes):
    assert said_yes(value) is yes


def test_both_notations_of_fhir_context_are_read():
    both = ["ImagingStudy/1", {"reference": "ServiceRequest/2", "role": "launch", "odd": 3}, 7]
    assert fhir_context(both) == [
        {"reference": "ImagingStudy/1"},
        {"reference": "ServiceRequest/2", "role": "launch"},
    ]
    assert fhir_context("x") == []
