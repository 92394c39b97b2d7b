"""The real network path, against servers on this machine's loopback."""

import asyncio
import contextlib
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import stamina
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from smartapp.gateway import errors, pool, wire
from smartapp.gateway.limits import Limits
from smartapp.gateway.target import Target

pytestmark = pytest.mark.enable_socket
OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"


@pytest.fixture(autouse=True)
def _without_waiting():
    with stamina.set_testing(True, attempts=10, cap=True):
        yield


@pytest.fixture(autouse=True)
async def _closed():
    yield
    await pool.close()


class Server:
    """Answers every request with the same bytes and remembers the request heads."""

    def __init__(self, answer=OK):
        self.answer, self.heads, self.connections, self.open, self.most = answer, [], 0, 0, 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, reader, writer):
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.heads.append(head.decode())
                self.open += 1
                self.most = max(self.most, self.open)
                await self.gate.wait()
                self.open -= 1
                writer.write(self.answer)
                await writer.drain()
                if b"content-length" not in self.answer:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()


@contextlib.asynccontextmanager
async def serving(server, context=None):
    listening = await asyncio.start_server(server, "127.0.0.1", 0, ssl=context)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        server.gate.set()
        await pool.close()
        listening.close()


def sandbox(port, host="localhost", scheme="http", **changes):
    base = f"{scheme}://{host}:{port}/r4/t"
    return Target(**{"connection": f"c-{port}", "base": base, "allow_loopback": True, **changes})


async def fetch(target, path="/metadata", **options):
    return await pool.request(target, "GET", target.base + path, **options)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_the_own_loopback_address_is_reached_where_it_is_allowed(host):
    async with serving(Server()) as port:
        assert (await fetch(sandbox(port, host))).body == b"{}"


async def test_a_url_arrives_as_it_was_given():
    server, path = Server(), "/Observation?a=%2C%3A%2F%2F%3D&-p=eJx%2B_-%27&b=c|d&e=+%20"
    async with serving(server) as port:
        await fetch(sandbox(port), path)
    assert server.heads[0].startswith(f"GET /r4/t{path} HTTP/1.1\r\n")


async def test_nothing_of_the_environment_is_sent_along(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    server = Server()
    async with serving(server) as port:
        await fetch(sandbox(port))
    names = {line.partition(":")[0].lower() for line in server.heads[0].split("\r\n")[1:] if line}
    assert names == {"host", "user-agent", "accept", "accept-encoding"}


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_loopback_is_not_reached_where_it_is_not_allowed(host):
    server = Server()
    async with serving(server) as port:
        target = sandbox(port, host, "https", allow_loopback=False)
        with pytest.raises(errors.Unreachable, match="loopback address, which is not allowed") as e:
            await fetch(target)
    assert e.value.permanent
    assert server.connections == 0


async def test_another_port_of_this_machine_is_not_reached():
    server = Server()
    async with serving(server) as port, serving(Server()) as other:
        target, pinned = sandbox(other), f"https://localhost:{port}/token"
        with pytest.raises(errors.Unreachable, match="loopback"):
            await pool.request(target, "GET", pinned, allowed=frozenset({pinned}))
    assert server.connections == 0


@pytest.mark.parametrize(
    "host", ["127.1", "0x7f000001", "2130706433", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0"]
)
async def test_no_spelling_of_loopback_gets_through(host):
    server = Server()
    async with serving(server) as port:
        target = replace(sandbox(port), base="https://ehr.example.test/r4/t")
        pinned = f"https://{host}:{port}/token"
        with pytest.raises(errors.FhirError):
            await pool.request(target, "GET", pinned, allowed=frozenset({pinned}))
    assert server.connections == 0


async def test_a_redirect_is_given_back_not_followed():
    server = Server(b"HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n")
    async with serving(server) as port:
        assert (await fetch(sandbox(port))).status == 302
    assert len(server.heads) == 1


async def test_no_more_connections_are_open_than_allowed():
    server = Server()
    server.gate.clear()
    async with serving(server) as port:
        target = sandbox(port, max_connections=3)
        waiting = [asyncio.create_task(fetch(target)) for _ in range(10)]
        while server.open < 3:
            await asyncio.sleep(0)
        server.gate.set()
        await asyncio.gather(*waiting)
    assert (server.most, server.connections, len(server.heads)) == (3, 3, 10)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort", errors.Unreachable),
        (b"no http at all\r\n\r\n", errors.Unreachable),
        (b"", errors.Unreachable),
        (OK.replace(b"\r\n\r\n", b"\r\nx: " + b"y" * 20_000 + b"\r\n\r\n"), errors.Unreachable),
        (
            OK.replace(
                b"\r\n\r\n", b"".join(b"\r\nx: " + b"y" * 9000 for _ in range(4)) + b"\r\n\r\n"
            ),
            errors.Malformed,
        ),
        (OK.replace(b"\r\n\r\n", b"\r\na: b" * 500 + b"\r\n\r\n"), errors.Unreachable),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2000, errors.Malformed),
    ],
)
async def test_what_is_no_proper_answer_becomes_an_error_of_ours(answer, kind):
    server = Server(answer.replace(b"content-length: 100", b"Content-Length: 100"))
    async with serving(server) as port:
        with pytest.raises(kind):
            await fetch(sandbox(port), limit=Limits(total_s=5, body_bytes=1000))


async def test_an_answer_that_hangs_is_given_up_in_time():
    server = Server()
    server.gate.clear()
    async with serving(server) as port:
        with pytest.raises(errors.Unreachable, match="in time"):
            await fetch(sandbox(port), limit=Limits(total_s=0.05, body_bytes=1000))


async def test_a_closed_port_is_an_ehr_without_connection():
    async with serving(Server()) as port:
        pass
    with pytest.raises(errors.Unreachable) as caught:
        await fetch(sandbox(port))
    assert (caught.value.connected, caught.value.permanent) == (False, False)


def certificate(folder, name):
    """A self-signed certificate; name and key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    path = folder / "pair.pem"
    path.write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + built.public_bytes(encoding)
    )
    return path


async def test_a_certificate_that_nobody_vouches_for_is_refused_for_good(tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path, "localhost"))
    server = Server()
    async with serving(server, context) as port:
        with pytest.raises(errors.Unreachable, match="certificate or TLS is refused") as caught:
            await fetch(sandbox(port, scheme="https"))
    assert caught.value.permanent
    assert server.heads == []


async def test_a_private_authority_is_trusted_for_its_own_connection_only(tmp_path):
    pair = certificate(tmp_path, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    text = pair.read_text()
    authorities = text[text.index("-----BEGIN CERTIFICATE-----") :]
    async with serving(Server(), context) as port:
        target = sandbox(port, scheme="https")
        answer = await fetch(replace(target, connection="private", authorities=authorities))
        assert answer.status == 200
        with pytest.raises(errors.Unreachable):
            await fetch(target)


def test_tls_starts_at_1_2_and_checks_names():
    context = wire.tls_context()
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


async def test_plain_http_to_another_host_is_refused():
    with pytest.raises(errors.Unreachable, match="not allowed") as caught:
        await fetch(Target("c", "http://ehr.example.test/r4/t", allow_loopback=False))
    assert caught.value.permanent


async def test_closing_leaves_no_client_behind():
    async with serving(Server()) as port:
        target = sandbox(port)
        async with pool.closing():
            await fetch(target)
            first = pool.http_client(target)
        assert first.is_closed
        assert pool.http_client(target) is not first
