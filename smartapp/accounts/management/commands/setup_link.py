"""setup_link: print the one-time link that makes the first administrator."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse

from smartapp.accounts import setup


class Command(BaseCommand):
    """Only while nobody on the staff exists."""

    help = "Prints a one-time link that makes the first administrator; valid for 24 hours."

    def handle(self, *args: Any, **options: Any) -> None:
        if setup.has_staff():
            self.stdout.write("An administrator exists already, so there is no set-up link.")
            return
        path = reverse("setup", args=[setup.new_code()])
        self.stdout.write(f"{settings.PUBLIC_URL}{path}")
