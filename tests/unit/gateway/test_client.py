"""FhirClient against a tiny EHR: what is sent, refused, guarded and observed."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import httpx
import pytest
import stamina

from smartapp.fhir.scopes import Scopes
from smartapp.fhir.types import REGISTRY
from smartapp.gateway import errors, pool
from smartapp.gateway.client import FhirClient
from smartapp.gateway.target import Access, Cursor, Policy
from tests.unit.gateway.ehr import BASE, Ehr, Reply, Session, bundle, observation
from tests.unit.gateway.servers import millennium

OBSERVATION = REGISTRY["Observation"]
PATIENT = REGISTRY["Patient"]
OUTCOME = {
    "resourceType": "OperationOutcome",
    "issue": [{"severity": "error", "code": "invalid", "details": {"text": "Not like that"}}],
}
BROKEN_RECORD = {
    "resourceType": "OperationOutcome",
    "issue": [{"severity": "fatal", "code": "required", "location": ["/f:Observation/f:status"]}],
}


@pytest.fixture(autouse=True)
def _without_waiting():
    with stamina.set_testing(True, attempts=10, cap=True):
        yield


def reading(reply):
    return Ehr({"/Observation/o1": reply})


async def read(session):
    with session as client:
        return await client.read(OBSERVATION, "o1")


async def test_a_read_gives_the_resource_with_its_decimals_as_written():
    body = '{"resourceType":"Observation","id":"o1","valueQuantity":{"value":1.10}}'
    fetched = await read(Session(reading(Reply(body))))
    value = fetched.resource["valueQuantity"]["value"]
    assert (str(value), type(value)) == ("1.10", Decimal)


async def test_the_token_goes_with_a_request_under_the_base():
    ehr = reading(Reply(observation("o1")))
    await read(Session(ehr))
    assert ehr.asked[0].headers["authorization"] == "Bearer t0ken"
    assert ehr.asked[0].headers["accept"] == "application/fhir+json"


async def test_a_read_is_observed_before_it_is_given():
    session = Session(reading(Reply(observation("o1"), headers={"x-request-id": "r-7"})))
    await read(session)
    assert session.seen == [
        Access("read", "Observation", ids=("o1",), count=1, status=200, request_id="r-7")
    ]


async def test_what_cannot_be_observed_is_not_given():
    async def observe(access):
        raise OSError("the audit trail is full")

    session = Session(reading(Reply(observation("o1"))))
    client = FhirClient(session.target, None, session.policy, observe, session.process)
    with session, pytest.raises(OSError, match="audit trail"):
        await client.read(OBSERVATION, "o1")


async def test_a_cached_answer_is_observed_too_and_keeps_its_age():
    session = Session(reading(Reply(observation("o1"))))
    with session as client:
        first = await client.read(OBSERVATION, "o1")
        second = await client.read(OBSERVATION, "o1")
    assert [access.cached for access in session.seen] == [False, True]
    assert second.cached
    assert second.fetched_at == first.fetched_at
    assert len(session.ehr.asked) == 1


async def test_a_cached_answer_cannot_be_spoiled_by_who_had_it_before():
    session = Session(reading(Reply(observation("o1"))))
    with session as client:
        (await client.read(OBSERVATION, "o1")).resource["status"] = "changed"
        assert (await client.read(OBSERVATION, "o1")).resource["status"] == "final"


@pytest.mark.parametrize(
    ("unusable", "error"),
    [
        ("<p>Sign in</p>", errors.Malformed),
        (observation("o1", subject={"reference": "Patient/p2"}), errors.WrongPatient),
    ],
)
async def test_an_answer_that_could_not_be_shown_is_not_kept(unusable, error):
    replies = [Reply(unusable), Reply(observation("o1"))]
    with Session(Ehr({"/Observation/o1": replies})) as client:
        with pytest.raises(error):
            await client.read(OBSERVATION, "o1")
        assert not (await client.read(OBSERVATION, "o1")).cached


async def test_a_tenant_without_cache_is_asked_each_time():
    session = Session(reading(Reply(observation("o1"))), cache_s=0)
    with session as client:
        await client.read(OBSERVATION, "o1")
        await client.read(OBSERVATION, "o1")
    assert len(session.ehr.asked) == 2


async def test_fifty_panels_that_ask_the_same_send_one_request():
    session = Session(reading(Reply(observation("o1"))))
    with session as client:
        await asyncio.gather(*(client.read(OBSERVATION, "o1") for _ in range(50)))
    assert len(session.ehr.asked) == 1
    assert len(session.seen) == 50


@pytest.mark.parametrize(
    ("reply", "kind", "tries"),
    [
        (Reply(OUTCOME, 400), errors.Rejected, 1),
        (Reply(OUTCOME, 422), errors.Rejected, 1),
        (Reply(b"", 406), errors.Rejected, 1),
        (Reply(b"", 401), errors.SignInExpired, 1),
        (Reply(b"", 403), errors.Forbidden, 1),
        (Reply(b"", 404), errors.NotFound, 1),
        (Reply(b"", 410), errors.Gone, 1),
        (Reply(b"", 409), errors.Conflict, 1),
        (Reply(b"", 412), errors.Conflict, 1),
        (Reply(b"", 423), errors.Conflict, 1),
        (Reply(b"", 429), errors.Throttled, 3),
        (Reply(b"", 500), errors.Unreachable, 3),
        (Reply(b"", 503), errors.Unreachable, 3),
        (Reply(b"", 501), errors.Unreachable, 1),
        (Reply(BROKEN_RECORD, 500), errors.Malformed, 2),
        (Reply(b"", 302, {"location": "https://evil.example.test/"}), errors.Malformed, 1),
        (Reply(b"<html>", headers={"content-type": "text/html"}), errors.Malformed, 1),
        (Reply(b""), errors.Malformed, 1),
        (Reply(b'\xef\xbb\xbf{"resourceType":"Observation","id":"o1"}'), errors.Malformed, 1),
        (Reply(b'{"resourceType":"Observation","id":"o1"'), errors.Malformed, 1),
        (Reply(b"{}", headers={"content-encoding": "gzip"}), errors.Malformed, 1),
        (Reply(observation("o2")), errors.Malformed, 1),
        (Reply({"resourceType": "Condition", "id": "o1"}), errors.Malformed, 1),
        (Reply(OUTCOME), errors.Malformed, 1),
        (Reply(observation("o1", subject={"reference": "Patient/p2"})), errors.WrongPatient, 1),
    ],
)
async def test_each_fault_becomes_its_own_error_and_is_observed(reply, kind, tries):
    session = Session(reading(reply))
    with pytest.raises(kind) as caught:
        await read(session)
    assert type(caught.value) is kind
    assert len(session.ehr.asked) == tries
    assert [(a.outcome, a.reference) for a in session.seen] == [(kind.kind, caught.value.reference)]
    assert caught.value.connection == session.target.connection


async def test_an_error_carries_the_servers_words_and_its_request_id():
    session = Session(reading(Reply(OUTCOME, 422, {"x-request-id": "r-9"})))
    with pytest.raises(errors.Rejected) as caught:
        await read(session)
    assert (caught.value.status, caught.value.request_id) == (422, "r-9")
    assert [issue.text for issue in caught.value.issues] == ["Not like that"]


@pytest.mark.parametrize(
    ("reply", "scope"),
    [
        (Reply({"code": 403, "message": 'error="insufficient_scope"'}, 403), True),
        (Reply(b"", 403, {"www-authenticate": 'Bearer error="insufficient_scope"'}), True),
        (Reply("Forbidden resource", 403, {"content-type": "text/plain"}), False),
    ],
)
async def test_a_missing_scope_is_told_apart_from_a_restricted_chart(reply, scope):
    with pytest.raises(errors.Forbidden) as caught:
        await read(Session(reading(reply)))
    assert caught.value.scope is scope


async def test_what_was_forbidden_is_not_asked_again_at_once():
    session = Session(reading(Reply(b"", 403)))
    with session as client:
        for _ in range(3):
            with pytest.raises(errors.Forbidden):
                await client.read(OBSERVATION, "o1")
    assert len(session.ehr.asked) == 1
    assert [access.outcome for access in session.seen] == ["forbidden"] * 3


async def test_a_refusal_is_forgotten_with_its_launch():
    session = Session(reading([Reply(b"", 403), Reply(observation("o1"))]))
    with session as client:
        with pytest.raises(errors.Forbidden):
            await client.read(OBSERVATION, "o1")
        session.process.forget("launch-1")
        assert (await client.read(OBSERVATION, "o1")).resource["id"] == "o1"


async def test_a_burst_of_errors_is_ridden_out():
    ehr = reading([Reply(b"", 503), Reply(b"", 502), Reply(observation("o1"))])
    assert (await read(Session(ehr))).resource["id"] == "o1"


@pytest.mark.parametrize("retry_after", ["300", "Fri, 31 Dec 2999 23:59:59 GMT"])
async def test_a_long_retry_after_stops_all_requests_of_the_connection(retry_after):
    ehr = Ehr({"/Observation/o1": Reply(b"", 429, {"retry-after": retry_after})})
    session = Session(ehr)
    with session as client:
        with pytest.raises(errors.Throttled) as caught:
            await client.read(OBSERVATION, "o1")
        with pytest.raises(errors.Throttled):
            await client.read(REGISTRY["Condition"], "c1")
    assert len(ehr.asked) == 1
    assert caught.value.retry_at is not None


class Refreshing(httpx.Auth):
    """Once per 401: a new token and one replay."""

    def auth_flow(self, request):
        request.headers["Authorization"] = "Bearer old"
        response = yield request
        if response.status_code == 401:
            request.headers["Authorization"] = "Bearer new"
            yield request


async def test_the_auth_flow_may_refresh_and_replay_once():
    def answer(asked):
        good = asked.headers["authorization"] == "Bearer new"
        return Reply(observation("o1")) if good else Reply(b"", 401)

    session = Session(reading(answer))
    client = FhirClient(
        session.target, Refreshing(), session.policy, session._observe, session.process
    )
    with session:
        assert (await client.read(OBSERVATION, "o1")).resource["id"] == "o1"
    assert len(session.ehr.asked) == 2


@pytest.mark.parametrize(
    ("granted", "letter", "allowed"),
    [
        ("user/Observation.r", "r", True),
        ("user/Observation.r", "s", False),
        ("user/Observation.read", "s", True),
        ("patient/*.rs", "s", True),
        ("system/Observation.rs", "r", False),
        ("user/Condition.rs", "r", False),
        ("user/Observation.rs?category=laboratory", "s", True),
        ("openid", "r", False),
    ],
)
async def test_what_the_sign_in_does_not_cover_is_not_sent(granted, letter, allowed):
    ehr = Ehr({"/Observation/o1": Reply(observation("o1")), "/Observation?": Reply(bundle())})
    policy = Policy(scopes=Scopes.parse(granted), patient="p1")
    session = Session(ehr, policy)
    with session as client:
        call = (
            client.read(OBSERVATION, "o1") if letter == "r" else client.search(OBSERVATION, cap=5)
        )
        if allowed:
            await call
        else:
            with pytest.raises(errors.ScopeMissing):
                await call
    assert len(ehr.asked) == int(allowed)
    assert (session.seen[0].outcome == "scope-missing") is not allowed


async def test_a_list_of_which_only_a_part_was_granted_is_never_complete():
    granted = Scopes.parse("user/Observation.rs?category=laboratory")
    ehr = Ehr({"/Observation?": Reply(bundle())})
    session = Session(ehr, Policy(scopes=granted, patient="p1"))
    with session as client:
        page = await client.search(OBSERVATION, cap=5)
    assert not page.complete
    assert "covers only a part of Observations: category=laboratory" in (page.stopped or "")
    assert session.seen[0].outcome == "partial"


async def test_no_scope_is_asked_for_what_a_server_publishes_of_itself():
    entry = REGISTRY["StructureDefinition"]
    ehr = Ehr({"/StructureDefinition/s": Reply({"resourceType": entry.name, "id": "s"})})
    with Session(ehr, Policy(scopes=Scopes.parse("openid"))) as client:
        assert (await client.read(entry, "s")).resource["id"] == "s"


async def test_what_the_server_does_not_offer_is_not_sent():
    session = Session(Ehr(), Policy(capability=millennium(), patient="p1"))
    with session as client, pytest.raises(errors.Unsupported):
        await client.search(REGISTRY["Media"], cap=5)
    assert session.ehr.asked == []


async def test_a_search_is_observed_with_its_query_and_what_it_found():
    session = Session(Ehr({"/Observation?": Reply(bundle(observation("o1"), observation("o2")))}))
    with session as client:
        await client.search(OBSERVATION, {"category": "laboratory"}, cap=50)
    assert session.seen == [
        Access(
            "search",
            "Observation",
            ids=("o1", "o2"),
            query="category=laboratory&patient=p1&_count=50",
            count=2,
            status=200,
        )
    ]


@pytest.mark.parametrize(
    "stranger",
    [
        observation("x", subject={"reference": "Patient/p2"}),
        observation("x", subject={"reference": f"{BASE}/Patient/p2"}),
        observation("x", subject={"reference": "https://other.example.test/r4/Patient/p1"}),
        observation("x", subject={"reference": "Patient/p2/_history/1"}),
    ],
)
async def test_one_foreign_resource_spoils_the_whole_answer(stranger):
    session = Session(Ehr({"/Observation?": Reply(bundle(observation("o1"), stranger))}))
    with session as client, pytest.raises(errors.WrongPatient):
        await client.search(OBSERVATION, cap=50)
    assert [access.outcome for access in session.seen] == ["wrong-patient"]


async def test_a_foreign_resource_on_a_later_page_spoils_the_whole_answer():
    stranger = observation("x", subject={"reference": "Patient/p2"})
    pages = [
        Reply(bundle(observation("o1"), next_url="Observation?page=2")),
        Reply(bundle(stranger)),
    ]
    with Session(Ehr({"/Observation?": pages})) as client, pytest.raises(errors.WrongPatient):
        await client.search(OBSERVATION, cap=50)


async def test_a_foreign_include_spoils_the_whole_answer():
    answer = bundle(observation("o1"))
    other = {"resourceType": "Encounter", "id": "e", "subject": {"reference": "Patient/p2"}}
    answer["entry"].append({"resource": other, "search": {"mode": "include"}})
    with (
        Session(Ehr({"/Observation?": Reply(answer)})) as client,
        pytest.raises(errors.WrongPatient),
    ):
        await client.search(OBSERVATION, cap=50)


@pytest.mark.parametrize(
    "own",
    [
        observation("x", subject={"reference": f"{BASE}/Patient/p1"}),
        observation("x", subject={"reference": "Patient/p1/_history/4"}),
        {"resourceType": "Observation", "id": "x"},
    ],
)
async def test_the_launch_patient_is_known_under_each_of_its_addresses(own):
    with Session(Ehr({"/Observation?": Reply(bundle(own))})) as client:
        assert len((await client.search(OBSERVATION, cap=50)).matches) == 1


async def test_without_a_launch_patient_nothing_is_guarded():
    stranger = {"resourceType": "Patient", "id": "p2"}
    with Session(Ehr({"/Patient/p2": Reply(stranger)}), Policy()) as client:
        assert (await client.read(PATIENT, "p2")).resource["id"] == "p2"


async def test_a_name_goes_into_a_body_not_into_an_address():
    ehr = Ehr({"/Patient/_search": Reply(bundle({"resourceType": "Patient", "id": "p9"}))})
    with Session(ehr, Policy()) as client:
        page = await client.search(PATIENT, {"name": "Ro ß"}, cap=20)
    assert [r["id"] for r in page.matches] == ["p9"]
    asked = ehr.asked[0]
    assert (asked.method, asked.query) == ("POST", "")
    assert asked.body == b"name=Ro%20%C3%9F&_count=20"
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("status", [404, 405, 415, 501])
async def test_a_server_without_post_search_is_asked_by_get_from_then_on(status):
    people = Reply(bundle({"resourceType": "Patient", "id": "p9"}))
    ehr = Ehr({"/Patient/_search": Reply(b"", status), "/Patient?": people})
    with Session(ehr, Policy()) as client:
        for name in ("Ro", "Mi"):
            assert len((await client.search(PATIENT, {"name": name}, cap=20)).matches) == 1
    assert [asked.method for asked in ehr.asked] == ["POST", "GET", "GET"]


async def test_millennium_is_searched_by_get():
    ehr = Ehr({"/Patient?": Reply(bundle())})
    with Session(ehr, Policy(capability=millennium())) as client:
        await client.search(PATIENT, {"name": "Ro"}, cap=20)
    assert [asked.method for asked in ehr.asked] == ["GET"]


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
