"""FhirClient against a tiny EHR: what is sent, refused, guarded and observed."""

import asyncio
from decimal import Decimal

import httpx
import pytest
import stamina

from smartapp.fhir.scopes import Scopes
from smartapp.fhir.types import REGISTRY
from smartapp.gateway import errors
from smartapp.gateway.client import FhirClient
from smartapp.gateway.target import Access, Policy
from tests.unit.gateway.asking import BROKEN_RECORD, OBSERVATION, OUTCOME, read, reading
from tests.unit.gateway.ehr import Ehr, Reply, Session, bundle, observation
from tests.unit.gateway.servers import millennium


@pytest.fixture(autouse=True)
def _without_waiting():
    with stamina.set_testing(True, attempts=10, cap=True):
        yield


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
