"""Connections in Django's admin: everything readable but the secrets, which are write-only."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from smartapp.audit.actions import Action
from smartapp.audit.trail import record
from smartapp.connections import register
from smartapp.connections.keys import BadKey, import_private_key
from smartapp.connections.models import Connection


class ConnectionForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """Two fields to set a credential; neither is ever filled from what is stored."""

    new_secret = forms.CharField(
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Sets the client secret. Leave empty to keep the credential as it is.",
    )
    new_private_key = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text="Sets the private key (PEM or JWK) for private_key_jwt.",
    )

    class Meta:
        model = Connection
        fields = (
            "slug",
            "name",
            "environment",
            "enabled",
            "fhir_base",
            "client_id",
            "basic_raw",
            "scope",
            "scope_version",
            "id_token_issuers",
            "nonce_optional",
            "embed_origins",
            "time_zone",
            "allowed_networks",
            "authorities",
            "max_connections",
            "cache_s",
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("new_secret") and given.get("new_private_key"):
            raise ValidationError("Set a secret or a private key, not both.")
        if given.get("new_private_key"):
            try:
                given["key"] = import_private_key(given["new_private_key"].encode())
            except BadKey as error:
                raise ValidationError({"new_private_key": str(error)}) from error
        return given


@admin.register(Connection)
class ConnectionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not at run time
    """Saving voids pins that no longer fit; `connection test` sets them."""

    form = ConnectionForm
    list_display = ("name", "slug", "environment", "enabled", "is_ready")
    actions = None  # deleting several at once would go past the audit
    readonly_fields = ("client_kind", "key_id", "discovered", "changed_discovery")

    def save_model(
        self, request: HttpRequest, obj: Connection, form: ConnectionForm, change: bool
    ) -> None:
        if form.cleaned_data.get("new_secret"):
            register.set_secret(obj, form.cleaned_data["new_secret"])
        if form.cleaned_data.get("key"):
            register.set_key(obj, form.cleaned_data["key"])
        before = Connection.objects.filter(pk=obj.pk).first()
        register.save(obj)
        record(
            Action.ADMIN_CHANGE,
            user_id=request.user.pk,
            role="admin",
            connection=obj.slug,
            detail={"object": f"connection {obj.slug}", "fields": changes(form, before)},
        )

    def delete_model(self, request: HttpRequest, obj: Connection) -> None:
        record(
            Action.ADMIN_CHANGE,
            user_id=request.user.pk,
            role="admin",
            connection=obj.slug,
            detail={"object": f"connection {obj.slug}", "fields": {"deleted": True}},
        )
        super().delete_model(request, obj)


def changes(form: ConnectionForm, before: Connection | None) -> dict[str, Any]:
    """Before and after of each changed field; a secret is only said to have changed (AZ-06)."""
    said: dict[str, Any] = {}
    for name in form.changed_data:
        if name in ("new_secret", "new_private_key"):
            said[name] = "***"
        else:
            said[name] = {
                "before": getattr(before, name, None),
                "after": form.cleaned_data.get(name),
            }
    return said
