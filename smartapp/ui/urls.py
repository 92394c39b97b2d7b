"""Addresses of ui."""

from django.urls import path

from smartapp.ui import views

urlpatterns = [
    path("", views.home, name="home"),
    path("csp", views.csp_report, name="csp"),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
]
