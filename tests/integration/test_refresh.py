"""One refresh for all: many requests, two processes, one token request (SEC-07)."""

import asyncio
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
import uvicorn
from asgiref.sync import sync_to_async
from django.db import connection as database
from django.utils import timezone

from smartapp.gateway.errors import SignInExpired, Unreachable
from smartapp.launches.grants import Grant
from smartapp.launches.models import Launch
from smartapp.launches.tokens import current_token
from smartapp.sandbox.generator import patient_id
from tests.integration.test_launch import token_requests, turned

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def grant(visitor, connection, launch_url, sandbox):
    page = await visitor.get(await launch_url(patient_id("heart-failure")))
    assert page.status_code == 200
    return await Grant.objects.aget()


async def aged(grant, seconds=600):
    """Make the token as old as one whose time is over."""
    past = timezone.now() - timedelta(seconds=seconds)
    await Grant.objects.filter(pk=grant.pk).aupdate(
        expires_at=past + timedelta(seconds=570), refreshed_at=past
    )


async def test_fifty_at_once_make_one_token_request(grant, sandbox):
    await aged(grant)
    before = await token_requests(sandbox)
    tokens = await asyncio.gather(*(current_token(grant.pk) for _ in range(50)))
    assert await token_requests(sandbox) == before + 1
    assert len(set(tokens)) == 1


async def test_fifty_refusals_of_one_token_make_one_token_request(grant, sandbox):
    old = await current_token(grant.pk)
    before = await token_requests(sandbox)
    tokens = await asyncio.gather(*(current_token(grant.pk, refused=old) for _ in range(50)))
    assert await token_requests(sandbox) == before + 1
    assert set(tokens) != {old}


async def test_an_answer_without_a_refresh_token_keeps_the_first(grant):
    first = (await Grant.objects.aget()).refresh_token
    await aged(grant)
    await current_token(grant.pk)
    assert (await Grant.objects.aget()).refresh_token == first


async def test_a_rotated_refresh_token_replaces_the_old_one(grant, sandbox):
    await turned(sandbox, rotate_refresh_tokens=True)
    first = (await Grant.objects.aget()).refresh_token
    await aged(grant)
    await current_token(grant.pk)
    second = (await Grant.objects.aget()).refresh_token
    assert second != first
    await aged(grant)
    await current_token(grant.pk)
    assert (await Grant.objects.aget()).refresh_token not in (first, second)


async def test_a_refused_refresh_ends_the_launch_without_a_loop(grant, sandbox):
    await turned(sandbox, fail_next=1, fail_mode="invalid_grant")
    await aged(grant)
    with pytest.raises(SignInExpired):
        await current_token(grant.pk)
    before = await token_requests(sandbox)
    with pytest.raises(SignInExpired):
        await current_token(grant.pk)
    assert await token_requests(sandbox) == before
    launch = await Launch.objects.aget()
    assert launch.ended_reason == "ehr-session"
    assert (await Grant.objects.aget()).refresh_token is None


async def test_a_silent_token_endpoint_keeps_the_refresh_token(grant, sandbox):
    await turned(sandbox, fail_next=1, fail_mode="500")
    await aged(grant)
    with pytest.raises(Unreachable):
        await current_token(grant.pk)
    assert await current_token(grant.pk)


async def test_a_fresh_token_is_not_renewed(grant, sandbox):
    before = await token_requests(sandbox)
    await current_token(grant.pk)
    assert await token_requests(sandbox) == before


async def test_a_token_near_its_end_is_renewed_ahead(grant, sandbox):
    await aged(grant, seconds=500)
    before = await token_requests(sandbox)
    await current_token(grant.pk)
    assert await token_requests(sandbox) == before + 1


WORKER = """
import asyncio, json, sys
import django
django.setup()
from smartapp.gateway import pool
from smartapp.launches.tokens import current_token

async def main(grant, old):
    async with pool.closing():
        return await asyncio.gather(*(current_token(grant, refused=old) for _ in range(25)))

print(json.dumps(asyncio.run(main(sys.argv[1], sys.stdin.read()))))
"""


def database_url():
    """The address of the test database, for a process of its own."""
    settings = database.settings_dict
    if database.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    user, host, port = settings["USER"], settings["HOST"], settings["PORT"]
    return f"postgresql://{user}@{host}:{port}/{settings['NAME']}"


class Announcing(uvicorn.Server):
    """Says when it listens, so that nobody has to ask again and again."""

    ready: Event

    async def startup(self, sockets=None):
        await super().startup(sockets)
        self.ready.set()


class Served:
    """The sandbox on a real port, for processes that share no memory with it."""

    def __init__(self, app, port):
        self.ready = Event()
        self.server = Announcing(uvicorn.Config(app, port=port, log_level="error"))
        self.server.ready = self.ready
        self.thread = Thread(target=self.server.run)

    async def __aenter__(self):
        self.thread.start()
        await asyncio.to_thread(self.ready.wait, 20)

    async def __aexit__(self, *_):
        self.server.should_exit = True
        await asyncio.to_thread(self.thread.join)


@pytest.mark.enable_socket
async def test_two_processes_make_one_token_request(grant, sandbox, sandbox_config):
    old = await current_token(grant.pk)
    before = await token_requests(sandbox)
    environment = os.environ | {
        "DATABASE_URL": await sync_to_async(database_url)(),
        "DJANGO_SETTINGS_MODULE": "smartapp.settings",
    }
    async with Served(sandbox, int(sandbox_config.public_url.rpartition(":")[2])):
        answers = await asyncio.gather(
            *(asyncio.to_thread(worker, grant.pk, old, environment) for _ in range(2))
        )
    assert await token_requests(sandbox) == before + 1
    assert len({token for answer in answers for token in answer}) == 1


def worker(grant_id, old, environment):
    done = subprocess.run(
        [sys.executable, "-c", WORKER, str(grant_id)],
        input=old,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=environment,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
