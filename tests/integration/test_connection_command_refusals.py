"""`manage.py connection` with bad input: one sentence, a true exit status, nothing saved."""

from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from smartapp.connections.models import Connection
from tests.integration.connection_command import GOOD, added, manage_here

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here(capsys):
    return partial(manage_here, capsys)


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
        "public.pem": public,
        "locked.pem": locked,
        "p256.pem": pem(ec.generate_private_key(ec.SECP256R1())),
        "short.pem": pem(rsa.generate_private_key(65537, 1024)),  # noqa: S505  to be refused
        "text.pem": b"not a key",
        "cut.jwk": b'{"kty": "EC", ',
        "empty.secret": b"\n",
        "binary.secret": b"\xff\xfe\x00s",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "folder").mkdir()
    return tmp_path


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
    "a network that is none": (added("x", "--allowed-network", "ten"), "allowed networks:"),
    "no authorities": (added("x", "--ca-file", "{}/text.pem"), "authorities:"),
    "missing authorities": (added("x", "--ca-file", "{}/nowhere.pem"), "Cannot read"),
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
