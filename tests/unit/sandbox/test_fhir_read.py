"""Reading by id, numbers as they were written, and Binary in the form that is accepted."""

from base64 import b64encode

import pytest

from smartapp.sandbox.fhir.wire import decode
from tests.unit.sandbox.fhir_factory import ehr, make, observation

PDF = b"%PDF-1.4 not really"
BINARY = make("Binary", "XR-1", contentType="application/pdf", data=b64encode(PDF).decode())


async def test_a_read_gives_the_record_and_its_weak_etag():
    async with ehr([observation("L-1")]) as one:
        response = await one.get("Observation/L-1")
    assert response.json() == observation("L-1")
    assert response.headers["ETag"] == 'W/"1"'
    assert response.headers["Content-Type"] == "application/fhir+json"


async def test_decimals_keep_their_digits():
    sent = decode(b'{"value": 1.10, "unit": "mg"}')
    async with ehr([observation("L-1", valueQuantity=sent)]) as one:
        response = await one.get("Observation/L-1")
    assert b'"value":1.10' in response.content


async def test_a_binary_is_wrapped_for_those_who_ask_for_fhir():
    async with ehr([BINARY]) as one:
        response = await one.get("Binary/XR-1", accept="application/fhir+json")
    assert response.json()["data"] == BINARY["data"]


async def test_a_binary_is_bytes_for_those_who_ask_for_its_type():
    async with ehr([BINARY]) as one:
        response = await one.get("Binary/XR-1", accept="application/pdf")
    assert response.content == PDF
    assert response.headers["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("accept", ["application/json", "text/plain", "image/png"])
async def test_a_binary_in_any_other_form_is_not_acceptable(accept):
    async with ehr([BINARY]) as one:
        assert (await one.get("Binary/XR-1", accept=accept)).status_code == 406


async def test_the_charset_of_the_stored_type_does_not_matter_to_accept():
    stored = BINARY | {"contentType": "text/html;charset=utf-8", "id": "TR-1"}
    async with ehr([stored]) as one:
        response = await one.get("Binary/TR-1", accept="text/html")
    assert response.headers["Content-Type"] == "text/html;charset=utf-8"


@pytest.mark.parametrize("version", ["\u00e9\u2014", "a\r\nb", 5, None])
async def test_a_version_that_fits_no_header_is_read_without_an_etag(version):
    record = observation("L-1", meta={"versionId": version})
    async with ehr([record]) as one:
        response = await one.get("Observation/L-1")
    assert response.status_code == 200
    assert "ETag" not in response.headers


async def test_definitions_need_no_token_and_no_tenant():
    definition = make("StructureDefinition", "precision")
    async with ehr([definition]) as one:
        url = f"{one.state.config.public_url}/r4/StructureDefinition/precision"
        response = await one.http.get(url, headers={"Authorization": ""})
    assert response.json()["id"] == "precision"


async def test_the_open_root_is_read_without_a_token_and_not_written():
    async with ehr([observation("L-1")]) as one:
        root = one.base.replace("/r4/", "/open/")
        none = {"Authorization": ""}
        found = await one.http.get(f"{root}/Observation?patient=1", headers=none)
        refused = await one.http.post(f"{root}/Observation", headers=none, json={})
    assert found.json()["entry"][0]["fullUrl"] == f"{root}/Observation/L-1"
    assert refused.status_code == 403


async def test_a_preflight_is_answered_for_any_origin():
    async with ehr() as one:
        response = await one.http.options(f"{one.base}/Patient/1")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Max-Age"] == "0"
