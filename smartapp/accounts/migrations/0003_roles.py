"""The roles, as groups; an administrator manages users."""

from typing import Any

from django.db import migrations

from smartapp.accounts.roles import Role, permit


def make_roles(apps: Any, schema_editor: Any) -> None:
    groups = apps.get_model("auth", "Group").objects
    for role in Role:
        groups.get_or_create(name=str(role))
    permit(apps, Role.ADMIN, "accounts.user", "view", "add", "change")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_setup_code"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
