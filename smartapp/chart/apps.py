"""The chart as a Django app."""

from django.apps import AppConfig


class ChartConfig(AppConfig):
    name = "smartapp.chart"
    verbose_name = "Chart"
