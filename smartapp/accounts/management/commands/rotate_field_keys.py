"""rotate_field_keys: seal everything again under the first of FIELD_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from smartapp.accounts.rotation import rotate_factors
from smartapp.sealed.rotation import rotate, sealed_fields


class Command(BaseCommand):
    """May be stopped and run again; the app may run meanwhile."""

    help = "Seals every secret again under the first field key, and says what is left."

    def handle(self, *args: Any, **options: Any) -> None:
        tallies = [*(rotate(field) for field in sealed_fields()), rotate_factors()]
        for tally in tallies:
            self.stdout.write(
                f"{tally.column}: {tally.resealed} sealed again,"
                f" {tally.remaining} under another key"
            )
        left = sum(tally.remaining for tally in tallies)
        broken = sum(tally.broken for tally in tallies)
        if left:
            raise CommandError(
                f"{left} values remain under another key ({broken} open under none): "
                "keep the old keys and run this again."
            )
        self.stdout.write("Nothing is left under another key: older field keys may be removed.")
