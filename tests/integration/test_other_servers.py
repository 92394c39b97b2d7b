"""SMART servers of other habits than our sandbox: each launches, or says in a sentence why not."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import httpx
import pytest
from asgiref.sync import sync_to_async

from smartapp.asgi import application
from smartapp.connections import register
from smartapp.connections.keys import new_private_key
from smartapp.connections.models import Connection
from smartapp.gateway import pool
from smartapp.launches.models import Launch
from tests.integration.other_ehr import (
    APP_CLIENT,
    HTML,
    SECRET,
    Habits,
    OtherEhr,
    Reply,
)
from tests.integration.other_ehr_auth import Authorization
from tests.integration.other_ehr_fhir import OBSERVATIONS, Records
from tests.integration.other_ehr_habits import HABITS, PLAIN, REFUSED, SAID
from tests.integration.visitor import APP, Router, Visitor


class Place:
    """One such server, connected; and a browser."""

    def __init__(self, ehr: OtherEhr, auth: Authorization, connection: Connection) -> None:
        self.ehr = ehr
        self.auth = auth
        self.connection = connection
        self.findings: list[register.Finding] = []
        self.visitor = Visitor(httpx.AsyncClient(transport=Router(application, ehr), timeout=60))

    async def launch(self, **changed: str) -> httpx.Response:
        given = {"iss": self.connection.fhir_base, "launch": "xyz"} | changed
        return await self.visitor.get(f"{APP}/launch", params=given)

    async def sign_in(self) -> httpx.Response:
        return await self.visitor.get(f"{APP}/login/{self.connection.slug}/")

    async def list(self, name: str) -> httpx.Response:
        launch = await Launch.objects.order_by("-created_at").afirst()
        assert launch is not None
        return await self.visitor.get(f"{APP}/launches/{launch.pk}/records/{name}/")


Connect = Callable[..., Any]


@pytest.fixture
async def connect(transactional_db) -> AsyncIterator[Connect]:
    """Give a server of these habits, registered and tested as an administrator would."""
    async with AsyncExitStack() as stack:

        async def connected(habits: Habits, **fields: Any) -> Place:
            row = Connection(
                slug="other", name="Other Hospital", fhir_base=habits.base, client_id=APP_CLIENT
            )
            _prove(row, habits.client_auth)
            for name, value in fields.items():
                setattr(row, name, value)
            auth = Authorization(habits, row.key_public)
            records = Records(habits, auth.tokens, auth.security())
            ehr = OtherEhr(habits, [auth, records])
            transport = httpx.ASGITransport(app=ehr)
            stack.enter_context(pool.transport(habits.base, transport))
            await sync_to_async(register.save)(row)
            place = Place(ehr, auth, row)
            place.findings = await register.examine(row)
            return place

        yield connected


def _prove(row: Connection, how: str) -> None:
    if how in ("post", "basic"):
        register.set_secret(row, SECRET)
    if how == "jwt":
        register.set_key(row, new_private_key())


@pytest.fixture(params=list(HABITS.values()), ids=list(HABITS))
async def place(request, connect) -> Place:
    found: Place = await connect(request.param)
    assert found.connection.is_ready, found.findings
    return found


async def test_a_launch_shows_the_patient_and_every_card(place):
    page = await place.launch()
    assert page.status_code == 200, page.text
    assert "OTHERWISE, Olga" in page.text
    for card in sorted(set(re.findall(r'hx-get="([^"]*/cards/[a-z]+/)"', page.text))):
        answer = await place.visitor.get(f"{APP}{card}", headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert "is-failed" not in answer.text


async def test_a_list_is_whole_and_each_of_its_rows_opens(place):
    await place.launch()
    page = await place.list("Observation")
    assert page.status_code == 200, page.text
    assert f"{OBSERVATIONS} of {OBSERVATIONS} records" in page.text or (
        f"<strong>{OBSERVATIONS} record" in page.text
    ), re.findall("<strong>.*?</strong>", page.text)
    assert "Incomplete" not in page.text
    rows = re.findall(r'href="([^"]*/records/Observation/[^/"]+/)"', page.text)
    assert len(set(rows)) == OBSERVATIONS
    for row in rows[:2]:
        detail = await place.visitor.get(f"{APP}{row}")
        assert detail.status_code == 200
        assert "Heart rate" in detail.text


async def test_references_lead_to_the_app_s_own_pages(place):
    await place.launch()
    conditions = await place.list("Condition")
    [row] = set(re.findall(r'href="([^"]*/records/Condition/[^/"]+/)"', conditions.text))
    detail = await place.visitor.get(f"{APP}{row}")
    [doctor] = set(re.findall(r'href="([^"]*/records/Practitioner/[^/"]+/)"', detail.text))
    assert "Doktor" in (await place.visitor.get(f"{APP}{doctor}")).text


@pytest.mark.parametrize(("habits", "sentence"), SAID.values(), ids=SAID.keys())
async def test_a_list_that_cannot_be_whole_says_why(connect, habits, sentence):
    place = await connect(habits)
    await place.launch()
    page = await place.list("Observation")
    assert page.status_code == 200
    assert sentence in page.text
    assert "or more" in page.text or "of 19" in page.text
    assert {httpx.URL(asked.url).host for asked in place.ehr.asked} == {"ehr.example"}


async def test_a_second_page_on_another_address_gets_no_token(connect):
    place = await connect(replace(PLAIN, cap=5, next="port"))
    await place.launch()
    await place.list("Observation")
    assert {httpx.URL(asked.url).port for asked in place.ehr.asked} == {None}


@pytest.mark.parametrize(("habits", "status", "sentence"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_cannot_be_opened_says_why_with_a_true_status(connect, habits, status, sentence):
    place = await connect(habits)
    page = await place.launch()
    assert page.status_code == status
    assert sentence in page.text


async def test_a_refused_newer_version_of_scopes_is_remembered(connect):
    place = await connect(replace(PLAIN, refuses_scopes=lambda asked: ".rs" in asked))
    await place.launch()
    await place.launch()
    assert len(place.auth.refused) == 1


async def test_types_that_were_not_granted_say_so_and_are_not_asked_for(connect):
    few = "launch openid user/Patient.rs user/Observation.rs"
    place = await connect(replace(PLAIN, scopes=lambda asked: few))
    chart = await place.launch()
    page = await place.list("Condition")
    assert (chart.status_code, page.status_code) == (200, 403)
    assert "did not permit" in page.text.replace("does not permit", "did not permit")
    assert place.ehr.sent("/Condition") == []


async def test_a_grant_of_a_part_of_a_type_says_that_the_list_is_a_part(connect):
    part = "user/Patient.rs user/Observation.rs?category=laboratory"
    place = await connect(replace(PLAIN, scopes=lambda asked: part))
    await place.launch()
    page = await place.list("Observation")
    assert page.status_code == 200
    assert "category=laboratory" in page.text


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (HTML, 504),
        (replace(HTML, status=200), 502),
        (Reply(429, b"slow down", "text/plain"), 503),
        (Reply(403, b"<p>no</p>", "text/html"), 403),
        (Reply(404, {"fault": {"faultstring": "no such proxy"}}), 404),
        (Reply(200, {"resourceType": "Bundle", "type": "searchset"}), 200),
    ],
    ids=["503 in HTML", "200 in HTML", "429 in words", "403 in HTML", "404 of a proxy", "no entry"],
)
async def test_one_type_that_fails_leaves_the_others_alone(connect, reply, status):
    place = await connect(replace(PLAIN, broken={"Condition": reply}))
    chart = await place.launch()
    assert chart.status_code == 200
    assert (await place.list("Condition")).status_code == status
    assert (await place.list("Observation")).status_code == 200


async def test_a_token_that_the_server_forgets_ends_the_chart_with_a_way_back(connect):
    place = await connect(PLAIN)
    chart = await place.launch()
    place.auth.tokens.clear()
    page = await place.visitor.get(f"{chart.url}records/Observation/")
    assert page.status_code == 401
    assert "Open this app again" in page.text or "open the app again" in page.text


async def test_a_launch_without_a_patient_leads_to_the_search(connect):
    place = await connect(replace(PLAIN, token={"patient": None}))
    page = await place.launch()
    assert page.url.path.endswith("/patients/")
    assert page.status_code == 200


async def test_a_server_that_picks_the_patient_is_asked_to(connect):
    place = await connect(PLAIN)
    page = await place.sign_in()
    assert "OTHERWISE, Olga" in page.text


@pytest.mark.parametrize("posts", ["yes", "no"])
async def test_standalone_without_a_picker_searches_by_post_where_that_is_known(connect, posts):
    place = await connect(replace(PLAIN, picks_patient=False, posts=posts))
    page = await place.sign_in()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token is not None, page.text
    found = await place.visitor.post(
        str(page.url), {"csrfmiddlewaretoken": token[1], "name": "otherw"}
    )
    assert found.status_code == 200
    assert "OTHERWISE, Olga" in found.text
    searches = [one for one in place.ehr.sent("/Patient") if one.method == "GET"]
    assert len(searches) == (0 if posts == "yes" else 1)


async def test_an_announced_issuer_that_does_not_come_back_is_refused(connect):
    place = await connect(replace(PLAIN, iss_in_answer=True))
    place.auth.habits = replace(PLAIN, iss_in_answer=False)
    page = await place.launch()
    assert page.status_code == 400
    assert "another server" in page.text
    assert place.ehr.sent("/auth/token") == []


@pytest.mark.parametrize(
    "habits",
    [
        replace(PLAIN, well_known="html", statement="down"),
        replace(PLAIN, well_known="missing", statement="html"),
    ],
    ids=["a page that welcomes", "nothing at all"],
)
async def test_a_server_that_cannot_be_discovered_starts_no_launch_and_says_so(connect, habits):
    place = await connect(habits)
    assert not place.connection.is_ready
    assert [finding.ok for finding in place.findings] == [False]
    page = await place.launch()
    assert page.status_code == 503
    assert "not ready" in page.text


async def test_a_wrong_page_at_the_well_known_address_is_passed_over_for_the_metadata(connect):
    place = await connect(replace(PLAIN, well_known="html", openid=False))
    assert place.connection.is_ready
    assert (await place.launch()).status_code == 200
