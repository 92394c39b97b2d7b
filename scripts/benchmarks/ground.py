"""What the measurements stand on: a stub EHR, the web app as a process, launches of one patient."""

import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

from asgiref.sync import async_to_sync
from django.utils import timezone

from smartapp.accounts.models import User
from smartapp.connections.models import Connection
from smartapp.launches.models import Grant, Launch
from smartapp.launches.sessions import open_session
from smartapp.sandbox.generator import dumps, generate

Resource = dict[str, Any]
ROOT = Path(__file__).resolve().parents[2]
# One page of most EHRs.
PER_TYPE = 100
ASK = build_opener(ProxyHandler({}))


@dataclass(frozen=True)
class Stub:
    """A running stub EHR."""

    origin: str

    def count(self) -> int:
        """Requests since the last count."""
        with ASK.open(f"{self.origin}/count") as answer:
            return int(answer.read())


@dataclass(frozen=True)
class Web:
    """The running web app."""

    origin: str
    pid: int


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


@contextmanager
def running(command: list[Any], port: int, **env: str) -> Iterator[int]:
    """Start a program, wait until its port is open, and end it at last."""
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | env)
    try:
        while not _is_open(port):
            if process.poll() is not None:
                raise SystemExit(f"{command[-1]} ended with code {process.returncode}.")
            time.sleep(0.05)
        yield process.pid
    finally:
        # Not terminated: what hangs on purpose would be waited for.
        process.kill()
        process.wait()


def _is_open(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def owner(resource: Resource) -> str:
    """Id of the patient whom a resource is about; "" if it is about none."""
    if resource["resourceType"] == "Patient":
        return str(resource["id"])
    named = re.search(rb'"Patient/([^"]+)"', dumps(resource))
    return named[1].decode() if named else ""


@lru_cache(maxsize=1)
def record() -> tuple[str, dict[str, list[Resource]]]:
    """The sandbox's patient with the widest record: id, and resources by type."""
    by_patient: dict[str, dict[str, list[Resource]]] = defaultdict(lambda: defaultdict(list))
    for one in generate(datetime.now(UTC)):
        mine = by_patient[owner(one)][one["resourceType"]]
        if len(mine) < PER_TYPE:
            mine.append(one)
    del by_patient[""]
    return max(by_patient.items(), key=lambda pair: len(pair[1]))


def bundle(resources: list[Resource]) -> bytes:
    entries = [{"resource": one, "search": {"mode": "match"}} for one in resources]
    body: bytes = dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries})
    return body


@contextmanager
def stub(latency_ms: int) -> Iterator[Stub]:
    patient, by_type = record()
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        for name, resources in by_type.items():
            (Path(folder) / f"{name}.json").write_bytes(bundle(resources))
        person = dumps(by_type["Patient"][0])
        (Path(folder) / f"Patient-{patient}.json").write_bytes(person)
        program = Path(__file__).with_name("stub.py")
        with running([sys.executable, program, str(port), str(latency_ms), folder], port):
            yield Stub(f"http://localhost:{port}")


@contextmanager
def web() -> Iterator[Web]:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "smartapp.asgi:application", "--port", str(port)]
    quiet = ["--no-access-log", "--log-level", "warning"]
    origin = f"http://127.0.0.1:{port}"
    with running([*command, *quiet], port, SMARTAPP_PUBLIC_URL=origin) as pid:
        yield Web(origin, pid)


def connection(slug: str, base: str) -> Connection:
    made = Connection(slug=slug, name=slug, fhir_base=base, client_id="b", allow_loopback=True)
    made.full_clean()
    made.save()
    return made


def launch(at: Connection) -> Launch:
    """A launch of the widest patient, as if it had just come back from sign-in."""
    user, _ = User.objects.get_or_create(username="benchmark")
    soon = timezone.now() + timedelta(hours=1)
    grant = Grant(connection=at, user=user, endpoints={}, scope="user/*.rs", expires_at=soon)
    grant.access_token = secrets.token_hex(32)
    grant.save()
    return Launch.objects.create(grant=grant, patient=record()[0], expires_at=soon)


def cookie(of: Launch) -> str:
    return f"__Secure-launch={async_to_sync(open_session)(of)}"
