"""Roles: groups with a fixed name. A person may hold several; each is granted by itself."""

from enum import StrEnum
from typing import Any

from django.contrib.auth.models import Group

from smartapp.accounts.models import User


class Role(StrEnum):
    """ADMIN: connections and users, no patients. AUDITOR: the audit trail."""

    ADMIN = "admin"
    CLINICIAN = "clinician"
    AUDITOR = "auditor"


def grant(user: User, role: Role) -> None:
    group, _ = Group.objects.get_or_create(name=role)
    user.groups.add(group)


def has_role(user: User, role: Role) -> bool:
    return user.is_active and user.groups.filter(name=role).exists()


def permit(apps: Any, role: Role, model: str, *verbs: str) -> None:
    """For migrations: let a role view, add, change or delete a model ("app_label.modelname").

    Django makes permissions after all migrations, so they are made here, as it would.
    """
    app_label, _, model_name = model.partition(".")
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model_name
    )
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=str(role))
    for verb in verbs:
        permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=content_type,
            codename=f"{verb}_{model_name}",
            defaults={"name": f"Can {verb} {model_name}"},
        )
        group.permissions.add(permission)
