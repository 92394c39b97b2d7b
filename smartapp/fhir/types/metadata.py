"""Entries of the family metadata: definitions that a server publishes of itself."""

from smartapp.fhir import status
from smartapp.fhir.cells import documents
from smartapp.fhir.entry import Column, Family, ResourceType

ENTRIES = (
    ResourceType(
        name="OperationDefinition",
        title="Operation definitions",
        family=Family.METADATA,
        search=("name",),
        date_param="date",
        columns=(
            Column("Name", "title|name"),
            Column("Kind", "kind"),
            Column("Status", show=status.shown),
            Column("Address", "url"),
            Column("Version", "version"),
            Column("On", "resource"),
            Column("Parameters", show=documents.parameters),
            Column("Date", "date"),
        ),
        filters=("status", "kind"),
        watch=("status", "version"),
    ),
    ResourceType(
        name="StructureDefinition",
        title="Structure definitions",
        family=Family.METADATA,
        search=("name",),
        date_param="date",
        columns=(
            Column("Name", "title|name"),
            Column("Type", "type"),
            Column("Status", show=status.shown),
            Column("Kind", "kind"),
            Column("Address", "url"),
            Column("Version", "version"),
            Column("Base", "baseDefinition"),
            Column("Context", "context.expression"),
            Column("Date", "date"),
        ),
        filters=("status", "kind", "type"),
        watch=("status", "version"),
    ),
)
