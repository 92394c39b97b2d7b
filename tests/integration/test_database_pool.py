"""No connection of the database's pool is held while an EHR takes its time."""

from unittest.mock import Mock

import httpx
import pytest

from smartapp.connections import waiting
from smartapp.gateway import pool
from tests.integration.ehr import opened


@pytest.fixture
def events(monkeypatch):
    found = []
    monkeypatch.setattr(waiting, "is_pooled", lambda: True)
    monkeypatch.setattr(waiting, "_give_back", lambda: found.append("given back"))
    return found


async def test_the_connection_is_given_back_before_and_after_each_question(
    visitor, connection, launch_url, sandbox, sandbox_config, events
):
    page = await opened(visitor, launch_url)
    served = httpx.ASGITransport(app=sandbox)

    class Noted(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request):
            events.append("asked")
            return await served.handle_async_request(request)

    events.clear()
    with pool.transport(sandbox_config.fhir_base, Noted()):
        answer = await visitor.get(f"{page.url}cards/problems/", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert events.count("asked") >= 2
    before = [events[place - 1] for place, event in enumerate(events) if event == "asked"]
    assert events[0] == events[-1] == "given back"
    assert set(before) <= {"given back", "asked"}
    # As often as it is taken: for the page, for each token, and for each audit event.
    assert events.count("given back") >= 1 + 2 * events.count("asked")


@pytest.mark.parametrize(("in_atomic_block", "closed"), [(True, 0), (False, 1)])
def test_a_transaction_keeps_its_connection(monkeypatch, in_atomic_block, closed):
    one = Mock(in_atomic_block=in_atomic_block)
    monkeypatch.setattr(waiting, "connections", Mock(all=Mock(return_value=[one])))
    waiting._give_back()
    assert one.close.call_count == closed
