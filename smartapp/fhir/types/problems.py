"""Entries of the family problems: allergies, conditions, procedures, family history."""

from smartapp.fhir import status
from smartapp.fhir.cells import problems
from smartapp.fhir.entry import Column, Family, ResourceType

ENTRIES = (
    ResourceType(
        name="AllergyIntolerance",
        title="Allergies and intolerances",
        family=Family.PROBLEMS,
        date_param="date",
        columns=(
            Column("Substance", show=problems.substance),
            Column("Reactions", show=problems.reactions),
            Column("Criticality", show=problems.criticality),
            Column("Clinical status", show=status.shown),
            Column("Verification", show=problems.verification),
            Column("Type", "type"),
            Column("Category", "category"),
            Column("Onset", show=problems.onset),
            Column("Reporter", "asserter|recorder"),
            Column("Recorded", "recordedDate"),
        ),
        filters=("category", "criticality"),
        watch=("code", "clinicalStatus", "verificationStatus", "criticality", "reaction"),
    ),
    ResourceType(
        name="Condition",
        title="Conditions",
        family=Family.PROBLEMS,
        date_param="recorded-date",
        columns=(
            Column("Problem", show=problems.problem),
            Column("Clinical status", show=status.shown),
            Column("Onset", show=problems.onset),
            Column("Verification", show=problems.verification),
            Column("Category", show=problems.category),
            Column("Abated", "abatement[x]"),
            Column("Severity", "severity"),
            Column("Encounter", "encounter"),
            Column("Recorder", "recorder|asserter"),
            Column("Recorded", "recordedDate"),
            Column("Note", "note"),
        ),
        filters=("category", "clinical-status"),
        watch=("code", "clinicalStatus", "verificationStatus", "severity", "abatement[x]"),
    ),
    ResourceType(
        name="Procedure",
        title="Procedures",
        family=Family.PROBLEMS,
        date_param="date",
        columns=(
            Column("Procedure", "code"),
            Column("Performed", "performed[x]"),
            Column("Status", show=status.shown),
            Column("Performer", "performer.actor"),
            Column("Location", "location"),
            Column("Reason", "reasonCode|reasonReference"),
            Column("Recorder", "recorder"),
            Column("Note", "note"),
        ),
        filters=("status", "category"),
        watch=("status", "code", "performed[x]"),
    ),
    ResourceType(
        name="FamilyMemberHistory",
        title="Family history",
        family=Family.PROBLEMS,
        date_param="date",
        columns=(
            Column("Relative", show=problems.relative),
            Column("Condition", show=problems.family_conditions),
            Column("Onset age", show=problems.family_onset),
            Column("Deceased", show=problems.deceased),
            Column("Sex", "sex"),
            Column("Status", show=status.shown),
        ),
        filters=("status", "relationship"),
        watch=("status", "condition", "deceased[x]"),
    ),
)
