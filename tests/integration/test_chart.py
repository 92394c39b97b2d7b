"""The chart on the sandbox EHR: pages, fragments, faults, and what the audit trail says of them."""

import re
from typing import Any

import pytest

from smartapp.audit.models import AuditEvent
from smartapp.fhir.types import REGISTRY
from smartapp.launches.models import Launch
from smartapp.sandbox.generator import patient_id
from tests.integration.visitor import APP

HEART = "heart-failure"
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
async def root(visitor, connection, launch_url):
    """An open chart; its address."""
    page = await visitor.get(await launch_url(patient_id(HEART)))
    assert page.status_code == 200
    return str(page.url)


def csrf_token(html: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
    assert found
    return found[1]


def links(html, pattern):
    return [f"{APP}{url}" for url in re.findall(pattern, html)]


async def test_the_patient_page_names_the_patient_and_has_a_place_for_every_family(visitor, root):
    html = (await visitor.get(root)).text
    assert "ALDERTON" in html
    assert len(re.findall(r'hx-get="[^"]+/cards/', html)) == 9


async def test_the_patients_name_is_in_no_title_or_address(visitor, root):
    page = await visitor.get(root)
    title = re.search(r"<title>(.*?)</title>", page.text, re.DOTALL)
    assert title
    assert "ALDERTON" not in title[1].upper()


async def test_a_card_answers_as_a_fragment_and_as_a_page(visitor, root):
    url = f"{root}cards/problems/"
    fragment = await visitor.get(url, headers=FRAGMENT)
    page = await visitor.get(url)
    assert "<html" not in fragment.text
    assert "<html" in page.text
    assert "Congestive heart failure" in fragment.text
    assert "Congestive heart failure" in page.text
    assert "HX-Request" in page.headers["vary"]


@pytest.mark.parametrize("name", list(REGISTRY))
async def test_every_type_has_a_list_page_without_an_error(visitor, root, name):
    page = await visitor.get(f"{root}records/{name}/")
    assert page.status_code == 200
    assert f">{REGISTRY[name].title}</h1>" in page.text


async def test_a_record_of_a_list_opens_with_every_element(visitor, root):
    html = (await visitor.get(f"{root}records/Condition/")).text
    first = links(html, r'href="([^"]+/records/Condition/[^"/]+/)"')[0]
    page = await visitor.get(first)
    assert page.status_code == 200
    assert "Raw FHIR JSON" in page.text
    assert patient_id(HEART) in page.text


async def test_a_record_can_be_had_by_its_id(visitor, root):
    html = (await visitor.get(f"{root}records/Condition/")).text
    first = links(html, r'href="([^"]+/records/Condition/[^"/]+/)"')[0]
    wanted = first.rstrip("/").rpartition("/")[2]
    page = await visitor.get(f"{root}records/Condition/?id={wanted}")
    assert str(page.url) == first


async def test_an_id_the_ehr_does_not_have_is_said_so_beside_the_banner(visitor, root):
    page = await visitor.get(f"{root}records/Condition/nothing-here/")
    assert page.status_code == 404
    assert "No longer in the record" in page.text
    assert "ALDERTON" in page.text


@pytest.mark.parametrize(
    "path", ["records/Nonsense/", "cards/nonsense/", "records/Condition/?start=-1"]
)
async def test_an_address_that_means_nothing_is_no_page(visitor, root, path):
    assert (await visitor.get(root + path)).status_code == 404


async def test_a_type_in_another_family_is_no_card(visitor, root):
    assert (await visitor.get(f"{root}cards/results/Condition/")).status_code == 404


@pytest.mark.parametrize("query", ["v=tampered", "cursor=tampered"])
async def test_what_we_did_not_seal_or_sign_is_refused(visitor, root, query):
    assert (await visitor.get(f"{root}records/Condition/?{query}")).status_code == 404


async def test_what_is_typed_into_a_filter_goes_through_no_address(visitor, root):
    url = f"{root}records/Condition/"
    token = csrf_token((await visitor.get(url)).text)
    data = {"csrfmiddlewaretoken": token, "our-text": "Congestive"}
    page = await visitor.post(url, data, headers={"Origin": APP, "Referer": url})
    assert page.status_code == 200
    assert "Congestive" not in str(page.url)
    assert "1 of 6 shown" in page.text


async def test_a_filter_that_is_wrong_comes_back_with_the_reason(visitor, root):
    url = f"{root}records/Appointment/"
    token = csrf_token((await visitor.get(url)).text)
    data = {"csrfmiddlewaretoken": token, "date-from": "2026-02-02", "date-to": "2026-01-01"}
    page = await visitor.post(url, data, headers={"Origin": APP, "Referer": url})
    assert page.status_code == 422
    assert "before the first" in page.text


async def test_withdrawn_records_are_shown_on_demand(visitor, root):
    hidden = await visitor.get(f"{root}records/Condition/")
    shown = await visitor.get(f"{root}records/Condition/?reveal=1")
    assert "1 hidden as entered in error" in hidden.text
    assert 'class="withdrawn"' not in hidden.text
    assert 'class="withdrawn"' in shown.text


async def test_saving_a_record_as_a_file_is_audited_as_an_export(visitor, root):
    html = (await visitor.get(f"{root}records/Condition/")).text
    first = links(html, r'href="([^"]+/records/Condition/[^"/]+/)"')[0]
    answer = await visitor.get(f"{first}?format=json")
    assert answer.headers["content-disposition"] == 'attachment; filename="Condition.json"'
    assert answer.json()["resourceType"] == "Condition"
    assert await AuditEvent.objects.filter(action="export", resource_type="Condition").acount() == 1


async def test_every_list_that_is_shown_is_audited(visitor, root):
    before = await AuditEvent.objects.filter(resource_type="Goal").acount()
    await visitor.get(f"{root}records/Goal/")
    assert await AuditEvent.objects.filter(resource_type="Goal").acount() == before + 1


async def test_a_clinician_without_the_grant_reads_why_not(visitor, connection, launch_url):
    granted = "launch openid fhirUser user/Patient.rs"
    page = await visitor.get(await launch_url(patient_id(HEART), scopes=granted))
    answer = await visitor.get(f"{page.url}records/Condition/")
    assert answer.status_code == 403
    assert "Not permitted" in answer.text
    assert "Not granted to this sign-in" in page.text


async def test_without_the_patient_nothing_clinical_is_shown(visitor, root, faults):
    await faults(kind="fatal", type="Patient", interaction="read", times=9)
    await Launch.objects.aupdate(patient="41100102")
    page = await visitor.get(f"{root}records/Condition/")
    assert page.status_code == 502
    assert "Congestive" not in page.text


async def test_the_ehrs_own_banner_leaves_one_line_of_identity(visitor, connection, launch_url):
    url = await launch_url(patient_id(HEART), need_patient_banner=False)
    html = (await visitor.get(url)).text
    assert 'class="banner brief"' in html
    assert "ALDERTON" in html
    assert "lines/allergies" not in html


BROKEN: list[tuple[str, dict[str, Any], int, str]] = [
    ("forbidden", {}, 403, "does not permit you"),
    ("rejected", {}, 422, "did not accept"),
    ("fatal", {}, 502, "could not be shown safely"),
    ("html", {}, 502, "could not be shown safely"),
    ("truncate", {}, 502, "could not be shown safely"),
    ("not_json", {}, 502, "could not be shown safely"),
    ("empty", {}, 502, "could not be shown safely"),
    ("foreign_patient", {}, 502, "could not be shown safely"),
    ("throttle", {}, 503, "is limiting requests"),
]


@pytest.mark.parametrize(("kind", "knobs", "status", "text"), BROKEN)
async def test_a_broken_list_says_why_beside_the_banner(
    visitor, root, faults, kind, knobs, status, text
):
    await faults(kind=kind, type="Goal", interaction="search", times=9, **knobs)
    page = await visitor.get(f"{root}records/Goal/")
    assert page.status_code == status
    assert text in page.text
    assert "ALDERTON" in page.text
    assert "None recorded" not in page.text


@pytest.mark.parametrize(("kind", "knobs", "status", "text"), BROKEN)
async def test_a_broken_type_leaves_the_rest_of_its_card_alive(
    visitor, root, faults, kind, knobs, status, text
):
    await faults(kind=kind, type="Goal", interaction="search", times=9, **knobs)
    page = await visitor.get(f"{root}cards/care/", headers=FRAGMENT)
    assert page.status_code == 200
    assert "Not loaded" in page.text or "Not permitted" in page.text
    if kind != "throttle":
        # A limit holds for the whole connection, and is said for each type.
        assert "is-rows" in page.text


@pytest.mark.parametrize(
    ("kind", "status", "text"),
    [
        ("forbidden", 403, "does not permit you"),
        ("not_found", 404, "No longer in the record"),
        ("gone", 410, "was deleted"),
        ("html", 502, "could not be shown safely"),
        ("foreign_patient", 502, "could not be shown safely"),
    ],
)
async def test_a_broken_record_says_why_beside_the_banner(
    visitor, root, faults, kind, status, text
):
    html = (await visitor.get(f"{root}records/Goal/")).text
    first = links(html, r'href="([^"]+/records/Goal/[^"/]+/)"')[0]
    await faults(kind=kind, type="Goal", interaction="read", times=9)
    page = await visitor.get(first)
    assert page.status_code == status
    assert text in page.text
    assert "ALDERTON" in page.text


@pytest.mark.parametrize("kind", ["next_foreign_host", "next_other_tenant", "page_loop"])
async def test_a_list_whose_pages_lead_astray_is_shown_as_incomplete(visitor, root, faults, kind):
    await faults(kind=kind, type="Observation", interaction="search", times=9)
    page = await visitor.get(f"{root}records/Observation/")
    assert page.status_code == 200
    assert "Incomplete" in page.text
    assert "or more records" in page.text


async def test_an_error_in_a_fragment_is_one_and_says_it_is_ours(visitor, root, faults):
    await faults(kind="forbidden", type="Goal", interaction="search", times=9)
    page = await visitor.get(f"{root}records/Goal/", headers=FRAGMENT)
    assert page.status_code == 403
    assert page.headers["x-notice"] == "403"
    assert "<html" not in page.text


async def test_an_allergy_list_that_fails_is_unavailable_never_none(visitor, root, faults):
    await faults(kind="forbidden", type="AllergyIntolerance", interaction="search", times=9)
    page = await visitor.get(f"{root}lines/allergies/", headers=FRAGMENT)
    assert page.status_code == 200
    assert 'class="line unavailable"' in page.text


async def test_operations_of_a_type_are_offered_and_answer(visitor, root):
    html = (await visitor.get(f"{root}records/DocumentReference/")).text
    assert "/operations/docref/" in html
    page = await visitor.get(f"{root}records/DocumentReference/operations/docref/?asked=1")
    assert page.status_code == 200
    assert "fetched" in page.text


async def test_the_ids_that_other_records_name_are_found(visitor, root):
    page = await visitor.get(f"{root}records/Practitioner/from/references/", headers=FRAGMENT)
    assert page.status_code == 200
    assert "/records/Practitioner/" in page.text


async def test_who_recorded_a_record_is_asked_for_on_its_own(visitor, root):
    html = (await visitor.get(f"{root}records/Condition/")).text
    first = links(html, r'href="([^"]+/records/Condition/[^"/]+/)"')[0]
    page = await visitor.get(f"{first}provenance/", headers=FRAGMENT)
    assert page.status_code == 200
    assert "<html" not in page.text


async def test_the_allergy_line_says_what_is_known(visitor, root):
    page = await visitor.get(f"{root}lines/allergies/", headers=FRAGMENT)
    assert 'class="line known"' in page.text


async def test_nothing_clinical_is_on_a_chart_page_that_a_browser_may_keep(visitor, root):
    for path in ("", "records/Condition/", "cards/problems/"):
        assert "no-store" in (await visitor.get(root + path)).headers["cache-control"]
