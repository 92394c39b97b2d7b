"""Addresses of launches; the fixed ones are what EHRs have registered."""

from django.urls import path

from smartapp.launches import picker, views

urlpatterns = [
    path("launch", views.launch, name="launch"),
    path("launch/window/<str:code>/", views.window, name="launch-window"),
    path("callback", views.callback, name="callback"),
    path("login/", views.login, name="login"),
    path("login/<slug:slug>/", views.login_connection, name="login-connection"),
    path("launches/<uuid:launch_id>/sign-out/", views.sign_out, name="sign-out"),
    path("launches/<uuid:launch_id>/ended/", views.ended, name="launch-ended"),
    path("launches/<uuid:launch_id>/presence/", views.presence, name="presence"),
    path("launches/<uuid:launch_id>/patients/", picker.search, name="patients"),
    path("launches/<uuid:launch_id>/patients/confirm/", picker.confirm, name="patient-confirm"),
]
