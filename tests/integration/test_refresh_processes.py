"""One refresh for all, in two processes that share nothing but the database (SEC-07)."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import pytest
import uvicorn
from asgiref.sync import sync_to_async
from django.db import connection as database

from smartapp.launches.tokens import current_token
from smartapp.sandbox.config import SandboxConfig
from tests.integration.ehr import token_requests

pytestmark = pytest.mark.enable_socket
ROOT = Path(__file__).parents[2]


@pytest.fixture
def sandbox_config(tmp_path):
    """On a port that is free, since another process has to find it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return SandboxConfig(public_url=f"http://localhost:{port}", var_dir=tmp_path / "sandbox")


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
        self.server = Announcing(uvicorn.Config(app, port=port, log_config=None))
        self.server.ready = self.ready
        self.thread = Thread(target=self.server.run)

    async def __aenter__(self):
        self.thread.start()
        await asyncio.to_thread(self.ready.wait, 20)

    async def __aexit__(self, *_):
        self.server.should_exit = True
        await asyncio.to_thread(self.thread.join)


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
