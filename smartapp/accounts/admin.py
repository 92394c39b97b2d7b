"""Users in Django's admin: roles and whether they may sign in. Every change is audited."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from smartapp.accounts.models import User
from smartapp.audit.admin import RecordsChanges


@admin.register(User)
class StaffAdmin(RecordsChanges, UserAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Django's own user admin without the personal data that nobody needs here."""

    list_display = ("username", "is_active", "is_staff", "last_login")
    search_fields = ("username",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ("groups",)
