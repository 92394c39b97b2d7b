"""The sealed app."""

from django.apps import AppConfig


class SealedConfig(AppConfig):
    name = "smartapp.sealed"
