"""The jobs that end launches and revoke tokens, while an EHR is silent."""

from datetime import timedelta

import httpx
import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from smartapp.gateway import pool
from smartapp.launches import tasks
from smartapp.launches.grants import Grant, PendingRevocation
from smartapp.launches.models import AuthorizationRequest, Launch, WindowCode
from smartapp.sandbox.generator import patient_id
from tests.integration.ehr import opened


class Silent(httpx.AsyncBaseTransport):
    """An EHR that takes connections and never answers."""

    def __init__(self):
        self.asked = 0

    async def handle_async_request(self, request):
        self.asked += 1
        raise httpx.ReadTimeout("no answer", request=request)


async def test_an_idle_launch_loses_its_tokens_without_a_word_from_the_ehr(
    visitor, connection, launch_url, sandbox_config
):
    await opened(visitor, launch_url)
    await Launch.objects.aupdate(last_activity_at=timezone.now() - timedelta(hours=1))
    silent = Silent()
    with pool.transport(sandbox_config.fhir_base, silent):
        await tasks._end_idle()
    grant = await Grant.objects.aget()
    assert (grant.access_token, grant.refresh_token, silent.asked) == (None, None, 0)
    assert await PendingRevocation.objects.acount() == 2
    await tasks._retry_revocations()
    assert await PendingRevocation.objects.acount() == 0


async def test_old_rows_go_even_when_launches_cannot_be_ended(
    visitor, connection, launch_url, monkeypatch
):
    async def stuck():
        raise TimeoutError

    await visitor.get(await launch_url(patient_id("newborn")), follow=False)
    await WindowCode.objects.acreate(digest="x", connection=connection)
    past = timezone.now() - timedelta(hours=1)
    await AuthorizationRequest.objects.aupdate(created_at=past)
    await WindowCode.objects.aupdate(created_at=past)
    monkeypatch.setattr(tasks, "_end_idle", stuck)
    with pytest.raises(TimeoutError):
        await sync_to_async(tasks.prune, thread_sensitive=False)()
    assert await AuthorizationRequest.objects.acount() == 0
    assert await WindowCode.objects.acount() == 0
