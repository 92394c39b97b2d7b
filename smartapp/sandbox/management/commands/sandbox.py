"""`manage.py sandbox`: run the sandbox EHR until Ctrl-C."""

import argparse
import logging
import socket
from pathlib import Path
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from smartapp.sandbox.app import create_app
from smartapp.sandbox.config import SandboxConfig
from smartapp.sandbox.loader import LoadError


class Command(BaseCommand):
    """Needs no database and no model of the app: the sandbox is a program of its own."""

    help = "Runs the sandbox EHR: a FHIR server, an authorization server and a clinician's screens."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The options of the command."""
        parser.add_argument("--port", type=_port, default=9000, help="default: 9000")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument(
            "--public-url", help="how browsers reach it; default: http://localhost:PORT"
        )
        parser.add_argument(
            "--app-url", default="http://127.0.0.1:8000", help="where the app under test runs"
        )
        parser.add_argument(
            "--data",
            action="append",
            type=Path,
            default=[],
            metavar="DIR",
            help="folder of FHIR bundles or resources (.json, .json.gz); may be given again",
        )
        parser.add_argument("--live", action="store_true", help="let time pass")
        parser.add_argument(
            "--token-lifetime", type=_seconds, default=570, help="of access tokens, in seconds"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, say where it is, serve."""
        port, host = options["port"], options["host"]
        config = SandboxConfig(
            public_url=(options["public_url"] or f"http://localhost:{port}").rstrip("/"),
            app_url=options["app_url"].rstrip("/"),
            data_dirs=tuple(options["data"]),
            live=options["live"],
            token_lifetime_s=options["token_lifetime"],
            var_dir=settings.VAR_DIR / "sandbox",
        )
        try:
            listening = _listen(host, port)
        except OSError as error:
            sentence = f"Nothing can listen on {host} port {port}: {error.strerror}."
            raise CommandError(sentence, returncode=2) from error
        try:
            app = create_app(config)
        except LoadError as error:
            listening.close()
            raise CommandError(str(error), returncode=2) from error
        for note in app.state.sandbox.notes:
            self.stdout.write(note)
        self.stdout.write(f"Sandbox EHR: {config.public_url}/  FHIR base: {config.fhir_base}")
        self.stdout.flush()
        logging.getLogger("uvicorn.error").addFilter(_is_unexpected)
        # Its own log settings would switch every silenced logger of the process on again.
        quiet = uvicorn.Config(app, log_config=None, log_level="warning", access_log=False)
        server = uvicorn.Server(quiet)
        server.run(sockets=[listening])


def _is_unexpected(record: logging.LogRecord) -> bool:
    """A connection dropped on demand is no error of the server."""
    return not (record.exc_info and record.exc_info[0] is SandboxConfig().dropped)


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket, so that a port in use is said before anything else."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return listening


def _port(text: str) -> int:
    number = _whole(text, "a port")
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port: give a number from 1 to 65535")
    return number


def _seconds(text: str) -> int:
    number = _whole(text, "a number of seconds")
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds: give 1 or more")
    return number


def _whole(text: str, what: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not {what}") from None
