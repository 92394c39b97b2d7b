"""`manage.py connection` in a process of its own, with SMART servers on real loopback sockets."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Thread

import pytest
import uvicorn
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.management import ManagementUtility

from smartapp.connections.models import Connection
from tests.integration.other_ehr import APP_CLIENT, Habits, OtherEhr, Reply
from tests.integration.other_ehr_auth import Authorization
from tests.integration.other_ehr_fhir import Records
from tests.integration.test_refresh_processes import database_url

pytestmark = [pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).parents[2]
GOOD = {
    "--name": "Other Hospital",
    "--fhir-base": "https://ehr.example/r4",
    "--client-id": APP_CLIENT,
}


@dataclass
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The only line of its complaint."""
        [line] = self.err.strip().splitlines()
        return line


def manage(*arguments: str, **environment: str) -> Said:
    """Run a command as an administrator does."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database_url()} | environment,
        timeout=60,
    )
    return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """The same in this process, which is quicker: exit status and output as printed."""

    def run(*arguments: str) -> Said:
        code = 0
        try:
            ManagementUtility(["manage.py", *arguments]).execute()
        except SystemExit as left:
            code = int(left.code or 0)
        told = capsys.readouterr()
        return Said(code, told.out, told.err)

    return run


def added(slug: str = "other", *flags: str, **changed: str) -> tuple[str, ...]:
    """The arguments of `connection add`; a keyword replaces one of the good values."""
    given = GOOD | {f"--{name.replace('_', '-')}": value for name, value in changed.items()}
    return ("connection", "add", slug, *(part for pair in given.items() for part in pair), *flags)


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
    server = Listening(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
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


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Secrets and keys, good and bad, by name."""
    good = ec.generate_private_key(ec.SECP384R1())
    public = good.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    locked = good.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"word"),
    )
    contents = {
        "good.pem": pem(good),
        "public.pem": public,
        "locked.pem": locked,
        "p256.pem": pem(ec.generate_private_key(ec.SECP256R1())),
        "short.pem": pem(rsa.generate_private_key(65537, 1024)),  # noqa: S505  to be refused
        "text.pem": b"not a key",
        "cut.jwk": b'{"kty": "EC", ',
        "good.secret": b"s3cret\n",
        "empty.secret": b"\n",
        "binary.secret": b"\xff\xfe\x00s",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder").mkdir()
    return tmp_path


def test_a_server_is_added_tested_and_listed(habits, port, files):
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
                str(files / "good.pem"),
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


def test_a_secret_is_kept_without_its_line_end_and_never_printed(habits, port, files, here):
    secret = str(files / "good.secret")
    with served(habits, port):
        said = here(
            *added("other", "--allow-loopback", "--secret-file", secret, fhir_base=habits.base)
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


BAD: dict[str, tuple[tuple[str, ...], str]] = {
    "missing key": (added("x", "--private-key-file", "{}/nowhere.pem"), "Cannot read"),
    "missing secret": (added("x", "--secret-file", "{}/nowhere"), "No such file"),
    "a folder for a secret": (added("x", "--secret-file", "{}/folder"), "Is a directory"),
    "an empty secret": (added("x", "--secret-file", "{}/empty.secret"), "is empty"),
    "a secret that is no text": (added("x", "--secret-file", "{}/binary.secret"), "is no text"),
    "a public key": (added("x", "--private-key-file", "{}/public.pem"), "holds a public key"),
    "a locked key": (added("x", "--private-key-file", "{}/locked.pem"), "password"),
    "a key on P-256": (added("x", "--private-key-file", "{}/p256.pem"), "P-384"),
    "a short key": (added("x", "--private-key-file", "{}/short.pem"), "2048 bits"),
    "no key": (added("x", "--private-key-file", "{}/text.pem"), "neither a PEM private key nor"),
    "half a JWK": (added("x", "--private-key-file", "{}/cut.jwk"), "is not JSON"),
    "a slug with a blank": (added("my hospital"), "slug:"),
    "a slug with a slash": (added("my/hospital"), "slug:"),
    "a slug of 51 letters": (added("x" * 51), "slug:"),
    "an empty name": (added("x", name=""), "name:"),
    "plain http": (added("x", fhir_base="http://ehr.example/r4"), "must be https"),
    "no address": (added("x", fhir_base="ehr.example/r4"), "must start with https://"),
    "a query": (added("x", fhir_base="https://ehr.example/r4?a=b"), "no user name, query"),
    "a climbing path": (added("x", fhir_base="https://ehr.example/a/../b"), "'..'"),
    "a port that is none": (added("x", fhir_base="https://ehr.example:x/r4"), "cannot be read"),
    "loopback": (added("x", fhir_base="http://127.0.0.1:9000/r4"), "--allow-loopback"),
    "loopback by name": (added("x", fhir_base="https://localhost/r4"), "--allow-loopback"),
    "plain http elsewhere though loopback is open": (
        added("x", "--allow-loopback", fhir_base="http://ehr.example/r4"),
        "must be https",
    ),
    "a wildcard origin": (added("x", "--embed-origin", "https://*.example"), "must be an origin"),
    "an origin with a path": (added("x", "--embed-origin", "https://a.example/b"), "be an origin"),
    "an origin without TLS": (added("x", "--embed-origin", "http://a.example"), "must be https"),
    "no origin": (added("x", "--embed-origin", "portal"), "must start with https://"),
    "no time zone": (added("x", "--time-zone", "Mars/Base"), "is no time zone"),
    "an unknown connection": (("connection", "test", "nowhere"), "There is no connection"),
}


@pytest.mark.parametrize(("arguments", "sentence"), BAD.values(), ids=list(BAD))
def test_bad_input_is_one_clear_sentence_and_saves_nothing(arguments, sentence, files, here):
    said = here(*(part.replace("{}", str(files)) for part in arguments))
    assert said.code == 1
    assert sentence in said.sentence
    assert said.sentence.endswith(".")
    assert said.out == ""
    assert not Connection.objects.exists()


USAGE = {
    "no name": (
        ("connection", "add", "x", "--fhir-base", "https://a.example", "--client-id", "c"),
        "--name",
    ),
    "both a secret and a key": (
        added("x", "--secret-file", "a", "--private-key-file", "b"),
        "not allowed with argument",
    ),
    "an environment that is none": (added("x", "--environment", "prod"), "invalid choice"),
    "no command": (("connection",), "required"),
}


@pytest.mark.parametrize(("arguments", "words"), USAGE.values(), ids=list(USAGE))
def test_flags_that_do_not_fit_are_explained(arguments, words, here):
    said = here(*arguments)
    assert said.code == 2
    assert words in said.err.splitlines()[-1]


@pytest.mark.parametrize("second", [added("other", fhir_base="https://b.example"), added("b")])
def test_a_slug_or_a_base_is_taken_once(second, here):
    Connection.objects.create(
        slug="other",
        name="First",
        fhir_base=GOOD["--fhir-base"],
        base_key=GOOD["--fhir-base"],
        client_id="c",
    )
    said = here(*second)
    assert (said.code, Connection.objects.count()) == (1, 1)
    assert "exists already" in said.sentence or "already exists" in said.sentence
