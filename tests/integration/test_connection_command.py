"""`manage.py connection` in a process of its own, with SMART servers on real loopback sockets."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from threading import Event, Thread

import pytest
import uvicorn
from cryptography.fernet import Fernet

from smartapp.connections.keys import new_private_key
from smartapp.connections.models import Connection
from tests.integration.connection_command import added, manage, manage_here
from tests.integration.other_ehr import Habits, OtherEhr, Reply
from tests.integration.other_ehr_auth import Authorization
from tests.integration.other_ehr_fhir import Records

pytestmark = [pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]


class Listening(uvicorn.Server):
    """Says when it listens."""

    ready: Event

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@contextmanager
def served(habits: Habits, port: int) -> Iterator[OtherEhr]:
    """A server of these habits on this port of this machine."""
    auth = Authorization(habits)
    app = OtherEhr(habits, [auth, Records(habits, auth.tokens, auth.security())])
    server = Listening(uvicorn.Config(app, port=port, log_config=None, lifespan="off"))
    server.ready = Event()
    thread = Thread(target=server.run)
    thread.start()
    assert server.ready.wait(20)
    try:
        yield app
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
        return number


@pytest.fixture
def habits(port: int) -> Habits:
    host = f"http://127.0.0.1:{port}"
    return Habits(base=f"{host}/fhir/r4", issuer=host)


@pytest.fixture
def here(capsys):
    return partial(manage_here, capsys)


def test_a_server_is_added_tested_and_listed(habits, port, tmp_path):
    key = tmp_path / "key.pem"
    key.write_text(new_private_key().pem)
    with served(habits, port) as ehr:
        said = manage(
            *added(
                "other",
                "--scope",
                "launch openid user/Patient.rs",
                "--embed-origin",
                "https://portal.example",
                "--embed-origin",
                "https://second.example:8443",
                "--allow-loopback",
                "--private-key-file",
                str(key),
                fhir_base=habits.base,
            )
        )
        assert (said.code, said.err) == (0, "")
        tested = manage("connection", "test", "other")
    listed = manage("connection", "list")
    assert (tested.code, tested.err) == (0, "")
    assert "NO " not in tested.out
    assert "/.well-known/jwks.json" in said.out
    [line] = listed.out.splitlines()
    assert line.startswith("other\tOther Hospital\ttest\t")
    assert line.endswith("\tready")
    row = Connection.objects.get(slug="other")
    assert row.scope == "launch openid user/Patient.rs"
    assert row.embed_origins == ["https://portal.example", "https://second.example:8443"]
    assert (row.client_kind, row.allow_loopback) == ("key", True)
    assert not any("authorization" in asked.headers for asked in ehr.asked)


def test_a_secret_is_kept_without_its_line_end_and_never_printed(habits, port, tmp_path, here):
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    with served(habits, port):
        said = here(
            *added("other", "--allow-loopback", "--secret-file", str(secret), fhir_base=habits.base)
        )
    row = Connection.objects.get()
    assert (said.code, row.client_kind, row.client_secret) == (0, "secret", "s3cret")
    assert "s3cret" not in said.out + said.err


def test_a_server_that_is_not_there_is_saved_said_and_not_ready(habits, here):
    said = here(*added("other", "--allow-loopback", fhir_base=habits.base))
    assert said.code == 0  # saved, as asked: an EHR may be registered before it is reachable
    assert "The EHR cannot be reached" in said.out
    assert "connection test other" in said.sentence
    assert not Connection.objects.get().is_ready
    tested = here("connection", "test", "other")
    assert tested.code != 0
    assert "cannot start a launch yet" in tested.sentence


def test_a_page_in_place_of_a_discovery_document_is_said(habits, port, here):
    with served(replace(habits, well_known="html", statement="html"), port):
        said = here(*added("other", "--allow-loopback", fhir_base=habits.base))
    assert "starts no launch until" in said.sentence
    assert "not JSON" in said.out
    assert not Connection.objects.get().is_ready


def test_a_server_without_a_statement_is_ready_and_the_lack_is_said(habits, port, here):
    with served(replace(habits, statement="down"), port):
        said = here(*added("other", "--allow-loopback", fhir_base=habits.base))
    assert said.code == 0
    assert "NO  CapabilityStatement: the server answered 503" in said.out
    assert Connection.objects.get().is_ready


def test_changed_endpoints_wait_for_an_approval(habits, port, here):
    with served(habits, port):
        here(*added("other", "--allow-loopback", fhir_base=habits.base))
    moved = replace(habits, issuer=f"{habits.issuer}/moved")
    with served(moved, port):
        changed = here("connection", "test", "other")
        assert changed.code != 0
        assert "changed since approval: issuer" in changed.out
        assert not Connection.objects.get().is_ready
        assert here("connection", "list").out.strip().endswith("not ready")
        approved = here("connection", "test", "other", "--approve")
    assert (approved.code, approved.err) == (0, "")
    assert Connection.objects.get().is_ready


def test_a_token_endpoint_on_another_host_without_tls_is_refused(habits, port, here):
    class Elsewhere(Authorization):
        def uris(self) -> dict[str, str]:
            return super().uris() | {"token": "http://auth.example/token"}

    with served(habits, port) as ehr:
        ehr.parts.insert(0, Elsewhere(habits))
        said = here(*added("other", "--allow-loopback", fhir_base=habits.base))
    assert "starts no launch until" in said.sentence
    assert "its token_endpoint is not https" in said.out
    assert not Connection.objects.get().is_ready


def test_a_redirect_to_another_port_of_this_machine_is_not_followed(habits, port, here):
    with served(habits, port) as ehr:
        ehr.parts.insert(0, lambda asked: Reply(302, location="http://127.0.0.1:1/fhir"))
        said = here(*added("other", "--allow-loopback", fhir_base=habits.base))
    assert "starts no launch until" in said.sentence
    assert "answered 302" in said.out
    assert not Connection.objects.get().is_ready


def test_the_production_profile_opens_no_loopback():
    said = manage(
        *added("other", "--allow-loopback", fhir_base="http://127.0.0.1:9/r4"),
        SMARTAPP_PROFILE="production",
        SECRET_KEY="k" * 20 + "Zq7-" * 12,
        FIELD_KEYS=Fernet.generate_key().decode(),
        SMARTAPP_PUBLIC_URL="https://smartapp.example.org",
        ALLOWED_HOSTS="smartapp.example.org",
        TRUSTED_PROXY="x-forwarded",
        BROKER_URL="redis://127.0.0.1:1/0",
    )
    assert said.code != 0
    assert said.sentence.endswith("--allow-loopback is for the development profile only.")
    assert not Connection.objects.exists()


def test_a_database_without_tables_is_said(tmp_path):
    said = manage("connection", "list", DATABASE_URL=f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    assert said.code == 1
    assert "manage.py migrate" in said.sentence


def test_the_sandbox_names_a_data_folder_that_is_not_there(port):
    said = manage("sandbox", "--port", str(port), "--data", "/no/such/folder")
    assert said.code == 2
    assert said.sentence.endswith("The data folder /no/such/folder does not exist.")
