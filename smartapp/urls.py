"""Every fixed address of the app."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's own recipe

urlpatterns = [
    path("", include("smartapp.ui.urls")),
    path("", include("smartapp.accounts.urls")),
    path("", include("smartapp.connections.urls")),
    path("", include("smartapp.launches.urls")),
    path("launches/<uuid:launch_id>/", include("smartapp.chart.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "smartapp.ui.errors.bad_request"
handler403 = "smartapp.ui.errors.permission_denied"
handler404 = "smartapp.ui.errors.page_not_found"
handler500 = "smartapp.ui.errors.server_error"
