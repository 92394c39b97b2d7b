"""`manage.py connection add|test|list`: connections from the command line."""

import asyncio
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from smartapp.audit.actions import Action
from smartapp.audit.trail import record
from smartapp.connections import register
from smartapp.connections.keys import BadKey, import_private_key, new_private_key
from smartapp.connections.models import Connection
from smartapp.gateway import pool


class Command(BaseCommand):
    """Add, test and list connections."""

    help = "Add, test or list connections to EHRs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        add = commands.add_parser("add", help="register an EHR and test it")
        add.add_argument("slug")
        add.add_argument("--name", required=True)
        add.add_argument("--fhir-base", required=True)
        add.add_argument("--client-id", required=True)
        kind = add.add_mutually_exclusive_group()
        kind.add_argument("--secret-file", type=Path)
        kind.add_argument("--private-key-file", type=Path)
        kind.add_argument("--new-key", action="store_true", help="make an ES384 key of our own")
        add.add_argument("--scope", default="", help="space-separated; default: what is needed")
        add.add_argument(
            "--embed-origin", dest="embed_origins", action="append", default=[], metavar="ORIGIN"
        )
        add.add_argument("--environment", choices=Connection.Environment.values, default="test")
        add.add_argument("--time-zone", default="UTC")
        add.add_argument("--ca-file", type=Path, help="PEM of private authorities to trust")
        add.add_argument(
            "--allowed-network", action="append", default=[], metavar="CIDR", help="private network"
        )
        add.add_argument(
            "--id-token-issuer", action="append", default=[], metavar="URL", help="besides its own"
        )
        add.add_argument(
            "--nonce-optional", action="store_true", help="accept id_tokens without the nonce"
        )
        add.add_argument("--allow-loopback", action="store_true")
        add.add_argument("--no-test", action="store_true", help="save without asking the EHR")
        test = commands.add_parser("test", help="ask the EHR what it is and pin what it says")
        test.add_argument("slug")
        test.add_argument("--approve", action="store_true", help="pin changed endpoints")
        commands.add_parser("list", help="show all connections")

    def handle(self, *args: Any, **options: Any) -> None:
        run = {"add": self.add, "test": self.test, "list": self.list}
        try:
            run[options["command"]](Namespace(**options))
        except DatabaseError as error:
            said = str(error).strip().splitlines()[:1]
            raise CommandError(
                f"The database cannot be used ({''.join(said)}): is it there, and has"
                " 'manage.py migrate' run?"
            ) from error

    def add(self, given: Namespace) -> None:
        if given.allow_loopback and settings.PRODUCTION:
            raise CommandError("--allow-loopback is for the development profile only.")
        if Connection.objects.filter(slug=given.slug).exists():
            raise CommandError(f"A connection named {given.slug!r} exists already.")
        connection = Connection(
            slug=given.slug,
            name=given.name,
            environment=given.environment,
            fhir_base=given.fhir_base,
            client_id=given.client_id,
            scope=given.scope,
            embed_origins=given.embed_origins,
            time_zone=given.time_zone,
            allow_loopback=given.allow_loopback,
            allowed_networks=given.allowed_network,
            id_token_issuers=given.id_token_issuer,
            nonce_optional=given.nonce_optional,
            authorities=read(given.ca_file).decode("ascii", "replace") if given.ca_file else "",
        )
        self._credential(connection, given)
        try:
            register.save(connection)
        except ValidationError as error:
            raise CommandError(one_sentence(error)) from error
        changed(connection, "added")
        self.stdout.write(f"Connection {given.slug!r} saved.")
        if given.no_test:
            self.stdout.write(f"Not tested: run 'connection test {given.slug}' before a launch.")
        elif not self._report(connection, approve=False):
            # What was asked for is done: an EHR may be registered before it is reachable.
            self.stderr.write(
                f"{given.slug!r} is saved, but starts no launch until 'connection test"
                f" {given.slug}' succeeds: see above what is wrong."
            )

    def _credential(self, connection: Connection, given: Namespace) -> None:
        if given.secret_file:
            register.set_secret(connection, read_secret(given.secret_file))
        elif given.new_key:
            register.set_key(connection, new_private_key())
        elif given.private_key_file:
            try:
                register.set_key(connection, import_private_key(read(given.private_key_file)))
            except BadKey as error:
                raise CommandError(f"{given.private_key_file}: {error}.") from error

    def test(self, given: Namespace) -> None:
        connection = Connection.objects.filter(slug=given.slug).first()
        if connection is None:
            known = ", ".join(Connection.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no connection {given.slug!r}. Known: {known}.")
        if given.approve:
            changed(connection, "endpoints approved")
        if not self._report(connection, approve=given.approve):
            raise CommandError(f"Connection {given.slug!r} cannot start a launch yet: see above.")

    def _report(self, connection: Connection, *, approve: bool) -> bool:
        findings = asyncio.run(tested(connection, approve=approve))
        for finding in findings:
            self.stdout.write(f"{'ok ' if finding.ok else 'NO '} {finding.step}: {finding.text}")
        if connection.key_id:
            self.stdout.write(f"    Our keys: {settings.PUBLIC_URL}/.well-known/jwks.json")
        return connection.is_ready

    def list(self, given: Namespace) -> None:
        for connection in Connection.objects.all():
            state = "ready" if connection.is_ready else "not ready"
            self.stdout.write(
                f"{connection.slug}\t{connection.name}\t{connection.environment}\t"
                f"{connection.fhir_base}\t{connection.get_client_kind_display()}\t{state}"
            )


def changed(connection: Connection, what: str) -> None:
    """An administrative change from the command line is recorded like one in the browser."""
    detail = {"object": f"connection {connection.slug}", "what": what}
    record(Action.ADMIN_CHANGE, role="operator", connection=connection.slug, detail=detail)


async def tested(connection: Connection, *, approve: bool) -> list[register.Finding]:
    async with pool.closing():
        return await register.examine(connection, approve=approve)


def read(path: Path) -> bytes:
    """Read a small file.

    Raises:
        CommandError: it is not there or cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"Cannot read {path}: {error.strerror}.") from error


def read_secret(path: Path) -> str:
    """Read a client secret: text, without the line end that editors add.

    Raises:
        CommandError: it cannot be read, is empty, or is no text.
    """
    try:
        secret = read(path).decode().strip()
    except UnicodeDecodeError as error:
        raise CommandError(f"The secret file {path} is no text (UTF-8).") from error
    if not secret:
        raise CommandError(f"The secret file {path} is empty.")
    return secret


def one_sentence(error: ValidationError) -> str:
    named = {"base_key": "FHIR base", "fhir_base": "FHIR base", "__all__": "connection"}
    parts = [
        f"{named.get(field, field.replace('_', ' '))}: {' '.join(messages).rstrip('.')}"
        for field, messages in error.message_dict.items()
    ]
    return f"Not saved: {'; '.join(parts)}."
