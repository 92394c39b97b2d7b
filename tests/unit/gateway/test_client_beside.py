"""What is beside reads and searches: binaries, operations, cursors, pinned addresses."""

from dataclasses import replace

import pytest
import stamina

from smartapp.gateway import errors, pool
from smartapp.gateway.target import Cursor
from tests.unit.gateway.asking import OBSERVATION, OUTCOME
from tests.unit.gateway.ehr import BASE, Ehr, Reply, Session, bundle


@pytest.fixture(autouse=True)
def _without_waiting():
    with stamina.set_testing(True, attempts=10, cap=True):
        yield


async def test_a_binary_comes_as_raw_bytes_under_its_stated_type():
    ehr = Ehr({"/Binary/b1": Reply(b"%PDF", headers={"content-type": "application/pdf"})})
    session = Session(ehr)
    with session as client:
        blob = await client.binary(f"{BASE}/Binary/b1", "application/pdf")
    assert (blob.content_type, blob.data) == ("application/pdf", b"%PDF")
    assert ehr.asked[0].headers["accept"] == "application/pdf"
    assert session.seen[0].action == "binary"


async def test_a_binary_wrapper_is_unpacked():
    wrapper = {"resourceType": "Binary", "contentType": "text/rtf", "data": "e1xydGZ9"}
    with Session(Ehr({"/Binary/b1": Reply(wrapper)})) as client:
        blob = await client.binary("Binary/b1", "application/fhir+json")
    assert (blob.content_type, blob.data) == ("text/rtf", b"{\\rtf}")


@pytest.mark.parametrize(
    "body",
    [
        OUTCOME,
        {"resourceType": "Binary", "contentType": "a/b", "data": "%%"},
        {"resourceType": "Binary"},
    ],
)
async def test_a_wrapper_that_holds_no_document_is_refused(body):
    with Session(Ehr({"/Binary/b1": Reply(body)})) as client, pytest.raises(errors.Malformed):
        await client.binary("Binary/b1", "application/fhir+json")


async def test_a_document_elsewhere_is_not_fetched():
    session = Session(Ehr())
    with session as client, pytest.raises(errors.Malformed, match="not on the EHR's own address"):
        await client.binary("https://evil.example.test/Binary/b1", "application/pdf")
    assert session.ehr.asked == []


async def test_an_operation_answers_with_a_guarded_page():
    document = {
        "resourceType": "DocumentReference",
        "id": "d",
        "subject": {"reference": "Patient/p1"},
    }
    ehr = Ehr({"/DocumentReference/$docref?patient=p1": Reply(bundle(document))})
    session = Session(ehr)
    with session as client:
        page = await client.operation("DocumentReference/$docref", {"patient": "p1"})
    assert [r["id"] for r in page.matches] == ["d"]
    assert session.seen[0].type == "DocumentReference/$docref"


async def test_an_operation_for_another_patient_is_not_sent():
    session = Session(Ehr())
    with session as client, pytest.raises(errors.WrongPatient):
        await client.operation("DocumentReference/$docref", {"patient": "p2"})
    assert session.ehr.asked == []


async def test_a_cursor_that_was_forged_is_refused():
    session = Session(Ehr())
    with session as client, pytest.raises(errors.Malformed):
        await client.resume(OBSERVATION, Cursor("../tenant-b/Observation?patient=p1"), cap=5)
    assert session.ehr.asked == []


async def test_a_rest_that_the_ehr_dropped_is_gone():
    with Session(Ehr({"page=2": Reply(b"", 410)})) as client, pytest.raises(errors.Gone):
        await client.resume(OBSERVATION, Cursor("Observation?page=2"), cap=5)


async def test_a_request_beside_the_fhir_api_goes_to_pinned_addresses_only():
    ehr = Ehr({"/token": Reply({"access_token": "x"}), "/metadata": Reply({})})
    session = Session(ehr)
    pinned = "https://auth.example.test/token"
    with session:
        answer = await pool.request(
            session.target, "POST", pinned, data={"a": "b c"}, allowed=frozenset({pinned})
        )
        assert (answer.status, answer.body) == (200, b'{"access_token": "x"}')
        assert (await pool.request(session.target, "GET", f"{BASE}/metadata")).status == 200
        for other in (f"{pinned}?x", "https://auth.example.test/", "https://user@x/", "/token"):
            with pytest.raises(errors.Malformed):
                await pool.request(session.target, "POST", other, allowed=frozenset({pinned}))
    assert [asked.body for asked in ehr.asked] == [b"a=b+c", b""]
    assert "authorization" not in ehr.asked[0].headers


async def test_an_oauth_answer_is_given_whatever_its_status():
    session = Session(Ehr({"/token": Reply({"error": "invalid_grant"}, 400)}))
    with session:
        assert (await pool.request(session.target, "POST", f"{BASE}/token")).status == 400


async def test_a_connection_with_new_settings_gets_a_new_client():
    session = Session(Ehr())
    with session:
        first = pool.http_client(session.target)
        assert pool.http_client(session.target) is first
        assert pool.http_client(replace(session.target, max_connections=2)) is not first
