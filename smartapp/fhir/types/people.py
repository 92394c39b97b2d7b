"""Entries of the family people: the patient, those around, and those who care."""

from smartapp.fhir import status
from smartapp.fhir.cells import people
from smartapp.fhir.entry import Column, Family, ResourceType

ENTRIES = (
    ResourceType(
        name="Patient",
        title="Patient",
        family=Family.PEOPLE,
        search=("_id",),
        columns=(
            Column("Name", "name"),
            Column("Born", "birthDate"),
            Column("Gender", "gender"),
            Column("Identifiers", "identifier"),
            Column("Contact", "telecom"),
            Column("Address", "address"),
            Column("Language", "communication.language"),
            Column("Sex assigned at birth", show=people.birth_sex),
            Column("Race and ethnicity", show=people.race_and_ethnicity),
            Column("Next of kin", "contact.name"),
            Column("General practitioner", "generalPractitioner"),
            Column("Deceased", "deceased[x]"),
            Column("Status", show=status.shown),
        ),
        watch=("name", "birthDate", "deceased[x]", "active", "link", "address", "telecom"),
    ),
    ResourceType(
        name="Person",
        title="Person records",
        family=Family.PEOPLE,
        columns=(
            Column("Name", "name"),
            Column("Identifiers", "identifier"),
            Column("Born", "birthDate"),
            Column("Gender", "gender"),
            Column("Address", "address"),
            Column("Status", show=status.shown),
            Column("Links", "link.target"),
        ),
        watch=("name", "active", "link"),
    ),
    ResourceType(
        name="RelatedPerson",
        title="Related persons",
        family=Family.PEOPLE,
        columns=(
            Column("Name", "name"),
            Column("Relationship", show=people.relationship),
            Column("Phone", "telecom"),
            Column("Address", "address"),
            Column("Level", show=people.level),
            Column("Period", "period"),
            Column("Status", show=status.shown),
        ),
        filters=("active", "relationship"),
        watch=("name", "relationship", "telecom", "active"),
    ),
    ResourceType(
        name="Practitioner",
        title="Practitioners",
        family=Family.PEOPLE,
        search=("name",),
        columns=(
            Column("Name", show=people.name_and_credential),
            Column("Phone", "telecom"),
            Column("NPI", show=people.national_number),
            Column("Status", show=status.shown),
            Column("Physician", show=people.is_physician),
        ),
        filters=("active",),
        watch=("name", "telecom", "active"),
    ),
    ResourceType(
        name="Organization",
        title="Organizations",
        family=Family.PEOPLE,
        search=("name",),
        columns=(
            Column("Name", "name"),
            Column("Type", "type"),
            Column("Phone", "telecom"),
            Column("Identifiers", "identifier"),
            Column("Address", "address"),
            Column("Status", show=status.shown),
        ),
        filters=("active", "type"),
        watch=("name", "telecom", "address", "active"),
    ),
)
