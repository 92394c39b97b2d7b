"""The connections app."""

from django.apps import AppConfig

from smartapp.gateway.process import PROCESS


class ConnectionsConfig(AppConfig):
    """Has all processes share the cool-downs that EHRs ask for."""

    name = "smartapp.connections"

    def ready(self) -> None:
        from smartapp.connections.cooldowns import SharedCooldowns  # models exist only now

        PROCESS.cooldowns = SharedCooldowns()
