"""Entries of the family results: observations, reports, specimens, media."""

from smartapp.fhir import status
from smartapp.fhir.cells import observations
from smartapp.fhir.entry import Column, Family, ResourceType

ENTRIES = (
    ResourceType(
        name="Observation",
        title="Observations",
        family=Family.RESULTS,
        date_param="date",
        columns=(
            Column("Test", "code"),
            Column("Value", show=observations.value),
            Column("Collected", "effective[x]"),
            Column("Interpretation", show=observations.interpretation),
            Column("Reference range", show=observations.reference_range),
            Column("Issued", "issued"),
            Column("Status", show=status.shown),
            Column("Category", "category"),
            Column("Specimen", "specimen"),
            Column("Performer", "performer"),
            Column("Note", "note"),
        ),
        filters=("category", "status", "code"),
        watch=("status", "value[x]", "interpretation", "component", "dataAbsentReason"),
    ),
    ResourceType(
        name="DiagnosticReport",
        title="Diagnostic reports",
        family=Family.RESULTS,
        date_param="date",
        columns=(
            Column("Report", "code"),
            Column("Status", show=status.shown),
            Column("Effective", "effective[x]"),
            Column("Category", "category"),
            Column("Issued", "issued"),
            Column("Performer", "performer"),
            Column("Interpreter", "resultsInterpreter"),
            Column("Conclusion", "conclusion|conclusionCode"),
            Column("Files", "presentedForm"),
        ),
        filters=("category", "status"),
        watch=("status", "result", "conclusion", "presentedForm"),
    ),
    ResourceType(
        name="Specimen",
        title="Specimens",
        family=Family.RESULTS,
        date_param="collected",
        columns=(
            Column("Type", "type"),
            Column("Site", "collection.bodySite"),
            Column("Collected", "collection.collected[x]"),
            Column("Accession", "accessionIdentifier"),
            Column("Received", "receivedTime"),
            Column("Container", "container.type"),
            Column("Condition", "condition"),
            Column("Status", show=status.shown),
        ),
        filters=("status", "type"),
        watch=("status", "condition", "receivedTime"),
    ),
    ResourceType(
        name="Media",
        title="Media",
        family=Family.RESULTS,
        date_param="created",
        columns=(
            Column("Content", "content"),
            Column("Type", "type|modality|view"),
            Column("Created", "created[x]"),
            Column("Site", "bodySite"),
            Column("Operator", "operator"),
            Column("Status", show=status.shown),
        ),
        filters=("status", "type"),
        watch=("status", "content"),
    ),
)
