"""Records that are not this patient's, asked for by address."""

import pytest

from smartapp.launches.models import Launch
from smartapp.sandbox.generator import patient_id
from tests.integration.ehr import opened
from tests.integration.test_chart import FRAGMENT


@pytest.mark.parametrize("query", ["", "?format=json"])
@pytest.mark.parametrize("headers", [{}, FRAGMENT])
async def test_a_launch_without_a_confirmed_patient_shows_no_record(
    visitor, connection, launch_url, headers, query
):
    page = await opened(visitor, launch_url)
    await Launch.objects.aupdate(patient=None)
    patient = patient_id("newborn")
    answer = await visitor.get(f"{page.url}records/Patient/{patient}/{query}", headers=headers)
    assert answer.status_code == 404
    assert patient not in answer.text


async def test_provenance_is_shown_of_this_patients_records_only(
    visitor, new_visitor, connection, launch_url
):
    other = await opened(new_visitor(), launch_url, "newborn")
    page = await opened(visitor, launch_url)
    patient = str(patient_id("newborn"))
    answer = await visitor.get(f"{page.url}records/Patient/{patient}/provenance/", headers=FRAGMENT)
    assert other.status_code == 200
    assert "another patient" in answer.text
