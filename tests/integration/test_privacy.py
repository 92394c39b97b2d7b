"""Who a user is, what is written down, and what must never be."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from asgiref.sync import sync_to_async
from django.db import connection as database

from smartapp.accounts.models import User
from smartapp.audit.models import AuditEvent
from smartapp.connections import register
from smartapp.connections.keys import new_private_key
from smartapp.connections.models import Connection
from smartapp.launches.grants import Grant, Identity
from smartapp.launches.identity import Claims, user_for
from smartapp.launches.models import Launch
from smartapp.sandbox.auth.server import auth_server
from smartapp.sandbox.clients import Client
from smartapp.sandbox.generator import patient_id
from tests.integration.ehr import HEART, opened, turned
from tests.integration.visitor import APP


async def test_the_same_subject_at_two_issuers_is_two_users(connection):
    one, _ = await user_for(connection, Claims("https://a.example", "plund", ""))
    two, _ = await user_for(connection, Claims("https://b.example", "plund", ""))
    again, _ = await user_for(connection, Claims("https://a.example", "plund", ""))
    assert one.pk == again.pk != two.pk


async def test_a_changed_fhir_user_is_audited_and_the_user_stays(visitor, connection, launch_url):
    await opened(visitor, launch_url)
    user = (await Identity.objects.select_related("user").aget()).user
    await Identity.objects.aupdate(fhir_user="https://ehr.example/Practitioner/old")
    await opened(visitor, launch_url)
    event = await AuditEvent.objects.aget(action="identity.changed")
    assert event.user_id == user.pk
    assert event.detail["fhirUser"]["before"].endswith("/old")


async def test_ehr_users_have_no_password_that_works(visitor, connection, launch_url):
    await opened(visitor, launch_url)
    user = await User.objects.aget()
    assert not user.has_usable_password()
    assert not user.is_staff


@pytest.mark.parametrize("switch", ["user", "connection"])
async def test_switching_off_closes_open_charts_at_once(visitor, connection, launch_url, switch):
    page = await opened(visitor, launch_url)
    if switch == "user":
        await User.objects.aupdate(is_active=False)
    else:
        await Connection.objects.aupdate(enabled=False)
    stale = await visitor.get(str(page.url))
    assert stale.status_code == 401
    assert "withdrawn by an administrator" in stale.text


def dump():
    """Every text in every table, as a thief of the database would read it."""
    with database.cursor() as cursor:
        names = database.introspection.table_names(cursor)
        found = []
        for name in names:
            cursor.execute(f"SELECT * FROM {database.ops.quote_name(name)}")  # noqa: S608  no input
            found += [str(value) for row in cursor.fetchall() for value in row]
    return "\n".join(found)


async def test_no_token_lies_in_the_database_in_clear(visitor, connection, launch_url):
    await opened(visitor, launch_url)
    grant = await Grant.objects.aget()
    assert grant.access_token
    assert grant.refresh_token
    text = await sync_to_async(dump)()
    assert grant.access_token not in text
    assert grant.refresh_token not in text


async def test_a_launch_leaves_no_name_state_code_or_token_in_the_logs(
    visitor, connection, launch_url, sweep
):
    page = await opened(visitor, launch_url)
    await visitor.get(f"{page.url}records/Observation/")
    grant = await Grant.objects.aget()
    canaries = [grant.access_token, grant.refresh_token, "ALDERTON", "Margaret", "0007213"]
    for url in visitor.trail:
        query = parse_qs(urlsplit(url).query)
        canaries += [value for name in ("code", "state", "launch") for value in query.get(name, [])]
    assert len(canaries) > 7
    await sync_to_async(sweep.assert_clean)(*canaries)


async def test_a_launch_is_audited_from_start_to_first_read(visitor, connection, launch_url):
    await opened(visitor, launch_url)
    actions = [e.action async for e in AuditEvent.objects.order_by("sequence")]
    assert actions[:2] == ["launch.start", "launch.success"]
    reads = AuditEvent.objects.filter(action="read").order_by("sequence")
    first = await reads.values_list("launch", "patient", "resource_type").afirst()
    assert first == ((await Launch.objects.aget()).pk, patient_id(HEART), "Patient")


async def test_a_failed_launch_is_audited(visitor, connection, sandbox, launch_url):
    await turned(sandbox, wrong_nonce=True)
    await opened(visitor, launch_url)
    event = await AuditEvent.objects.aget(action="launch.failure")
    assert event.detail["failure"] == "IDENTITY"


async def test_our_keys_are_published_without_their_private_half(visitor, connection):
    register.set_key(connection, new_private_key())
    await sync_to_async(register.save)(connection)
    answer = await visitor.get(f"{APP}/.well-known/jwks.json")
    [key] = answer.json()["keys"]
    assert {"kty", "kid", "crv", "x", "y"} <= set(key)
    assert "d" not in key
    [age] = re.findall(r"max-age=(\d+)", answer.headers["cache-control"])
    assert int(age) <= 3600


async def test_a_client_with_a_private_key_launches(visitor, connection, sandbox, launch_url):
    key = new_private_key()
    register.set_key(connection, key)
    connection.client_id = "with-a-key"
    await sync_to_async(register.save)(connection)
    assert not connection.is_ready
    await register.examine(connection)
    auth_server(sandbox.state.sandbox).clients.add(
        Client(
            "with-a-key",
            "smartapp",
            "private_key_jwt",
            ("http://127.0.0.1:8000/callback",),
            jwks={"keys": [key.public]},
        )
    )
    page = await opened(visitor, launch_url, client_id="with-a-key")
    assert page.status_code == 200
