"""Addresses of accounts."""

from django.urls import path

from smartapp.accounts import views

urlpatterns = [path("setup/<str:code>/", views.first_administrator, name="setup")]
