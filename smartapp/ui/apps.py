"""The ui app."""

from importlib import import_module

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "smartapp.ui"

    def ready(self) -> None:
        import_module("smartapp.ui.checks")
