"""Forms of accounts."""

from django.contrib.auth.forms import BaseUserCreationForm, UsernameField

from smartapp.accounts.models import User


class FirstAdministrator(BaseUserCreationForm):  # type: ignore[type-arg]  # generic in the stubs only
    """User name and password, by the password rules of settings."""

    class Meta:
        model = User
        fields = ("username",)
        field_classes = {"username": UsernameField}
