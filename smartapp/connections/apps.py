"""The connections app."""

from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    name = "smartapp.connections"
