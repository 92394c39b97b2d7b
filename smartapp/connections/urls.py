"""Addresses of connections."""

from django.urls import path

from smartapp.connections import views

urlpatterns = [path(".well-known/jwks.json", views.jwks, name="jwks")]
