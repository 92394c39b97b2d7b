"""Standalone: choose the hospital, sign in with it, find and confirm the patient."""

import re

import pytest

from smartapp.audit.models import AuditEvent
from smartapp.launches.models import Launch
from smartapp.sandbox.generator import patient_id
from tests.integration.visitor import APP


def forms(page):
    """(action, fields) of every form on a page."""
    found = []
    for form in re.findall(r"<form.*?</form>", page.text, re.S):
        action = re.search(r'action="([^"]*)"', form)
        fields = dict(
            re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
            + re.findall(r'<button[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form)
        )
        found.append((action[1] if action else "", fields))
    return found


async def signed_in(visitor, connection):
    page = await visitor.get(f"{APP}/login/{connection.slug}/")
    [action, *_] = [a for a, _ in forms(page) if a.endswith("/sign-in")]
    return await visitor.post(
        str(page.url.join(action)), {"username": "plund", "password": "sandbox"}
    )


def token_of(page):
    return re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[0]


async def searched(visitor, page, **fields):
    return await visitor.post(str(page.url), {"csrfmiddlewaretoken": token_of(page), **fields})


async def test_the_hospitals_to_choose_from_are_those_that_are_ready(visitor, connection):
    page = await visitor.get(f"{APP}/login/")
    assert connection.name in page.text
    await type(connection).objects.aupdate(enabled=False)
    assert connection.name not in (await visitor.get(f"{APP}/login/")).text


async def test_an_unknown_hospital_is_refused(visitor, connection):
    assert (await visitor.get(f"{APP}/login/nowhere/", follow=False)).status_code == 403


async def test_the_way_from_hospital_to_chart(visitor, connection):
    page = await signed_in(visitor, connection)
    assert page.url.path.endswith("/patients/")
    found = await searched(visitor, page, name="lund")
    assert found.status_code == 200
    patient = patient_id("heart-failure")
    confirm_url = str(page.url).replace("/patients/", "/patients/confirm/")
    fields = {"csrfmiddlewaretoken": token_of(found), "patient": patient}
    question = await visitor.post(confirm_url, fields)
    assert question.status_code == 200
    assert await Launch.objects.acount() == 1
    chart = await visitor.post(confirm_url, fields | {"confirmed": "yes"})
    child = await Launch.objects.exclude(parent=None).aget()
    assert str(chart.url) == f"{APP}/launches/{child.pk}/"
    assert child.patient == patient
    assert await AuditEvent.objects.filter(action="patient.confirmed").acount() == 1


async def test_no_name_or_number_is_ever_in_an_address(visitor, connection):
    page = await signed_in(visitor, connection)
    await searched(visitor, page, name="canary-name", identifier="canary-number")
    assert not any("canary" in url for url in visitor.trail)


async def test_a_search_without_criteria_says_what_is_needed(visitor, connection):
    page = await signed_in(visitor, connection)
    again = await searched(visitor, page, name="")
    assert again.status_code == 422
    assert "at least one" in again.text


async def test_a_patient_that_does_not_exist_is_not_opened(visitor, connection):
    page = await signed_in(visitor, connection)
    answer = await visitor.post(
        str(page.url).replace("/patients/", "/patients/confirm/"),
        {"csrfmiddlewaretoken": token_of(page), "patient": "no-such", "confirmed": "yes"},
    )
    assert answer.status_code == 404
    assert await Launch.objects.acount() == 1


@pytest.mark.parametrize("path", ["patients/", "patients/confirm/"])
async def test_a_chart_of_one_patient_offers_no_search(visitor, connection, launch_url, path):
    page = await visitor.get(await launch_url(patient_id("newborn")))
    assert "/patients/" not in page.text
    answer = await visitor.get(f"{page.url}{path}")
    assert answer.status_code in (404, 405)
