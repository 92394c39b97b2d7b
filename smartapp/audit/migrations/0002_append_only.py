"""Triggers that refuse UPDATE, DELETE and TRUNCATE of audit events."""

from typing import Any

from django.db import migrations

from smartapp.audit.triggers import CREATE, DROP


def run(statements: Any) -> Any:
    def execute(apps: Any, schema_editor: Any) -> None:
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    return execute


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(run(CREATE), run(DROP))]
