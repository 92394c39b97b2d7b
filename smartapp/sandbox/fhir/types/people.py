"""Patient, Person, RelatedPerson, Practitioner, Organization."""

from smartapp.sandbox.fhir.checks import at_least_one, exactly_one, needs, with_system
from smartapp.sandbox.fhir.definition import (
    Check,
    TypeDef,
    Values,
    date,
    ids,
    page_count,
    patient_param,
    text,
    token,
)
from smartapp.sandbox.fhir.dialects import BIRTH
from smartapp.sandbox.fhir.special import (
    email_is,
    family_begins,
    given_begins,
    is_active,
    is_merged,
    is_merged_person,
    name_begins,
    phone_is,
    relationship_level,
)

ORGANIZATION_SYSTEMS = (
    "http://hl7.org/fhir/sid/us-npi",
    "urn:ietf:rfc:3986",
    "urn:oid:2.16.840.1.113883.4.4",
)
_FINDING = (
    "identifier",
    "name",
    "family",
    "given",
    "birthdate",
    "phone",
    "email",
    "address-postalcode",
)


def _system_is_known(values: Values) -> bool:
    sent = (one for value in values.get("identifier", ()) for one in value.split(","))
    return all("|" not in one or one.split("|")[0] in ORGANIZATION_SYSTEMS for one in sent)


def _two_letters(values: Values) -> bool:
    return all(len(one.strip()) >= 2 for one in values.get("name", ()))


PATIENT = TypeDef(
    name="Patient",
    does="rscp",
    params=(
        ids(),
        token("identifier", "identifier", many=False),
        text("name", modifiers=("exact",), matches=name_begins),
        text("family", modifiers=("exact",), matches=family_begins),
        text("given", modifiers=("exact",), matches=given_begins),
        date("birthdate", BIRTH, "birthDate"),
        token("phone", many=False, matches=phone_is),
        token("email", many=False, matches=email_is),
        text("address-postalcode", "address.postalCode"),
        token("gender", "gender", many=False),
        page_count(),
    ),
    checks=(
        at_least_one("_id", *_FINDING, paged=True),
        needs("gender", *_FINDING, any_of=True),
    ),
    page=20,
    total=True,
    revinclude=True,
    hidden=is_merged,
)

PERSON = TypeDef(
    name="Person",
    params=(ids(), token("identifier", "identifier", many=False)),
    checks=(at_least_one("_id", "identifier"), with_system("identifier")),
    patient=("link.target",),
    total=True,
    hidden=is_merged_person,
)

RELATED_PERSON = TypeDef(
    name="RelatedPerson",
    does="rscp",
    params=(
        ids(),
        token("identifier", "identifier", many=False),
        patient_param("patient"),
        patient_param("extension:related-person-encounter.valueReference", name="-encounter"),
        token("-relationship-level", many=False, matches=relationship_level, demanded=True),
    ),
    checks=(
        exactly_one("_id", "identifier", "patient", "-encounter"),
        needs("patient", "-relationship-level"),
        needs("identifier", "-relationship-level"),
        with_system("identifier"),
    ),
    patient=("patient",),
    total=True,
    revinclude=True,
)

PRACTITIONER = TypeDef(
    name="Practitioner",
    does="rsc",
    params=(
        ids(),
        token("identifier", "identifier", many=False),
        text("given", matches=given_begins),
        text("family", matches=family_begins),
        text("name", matches=name_begins),
        token("active", many=False, matches=is_active),
        page_count(),
    ),
    checks=(
        at_least_one("_id", "identifier", "name", "active", "family", paged=True),
        needs("given", "family"),
        with_system("identifier"),
        Check("name must be provided with at least 2 characters", _two_letters),
    ),
    page=50,
)

ORGANIZATION = TypeDef(
    name="Organization",
    does="rsc",
    params=(
        ids(),
        token("identifier", "identifier", many=False),
        token("type", "type"),
        text("name", "name", "alias"),
        text("address", "address"),
        page_count(),
    ),
    checks=(
        Check(f"identifier must be of one of {', '.join(ORGANIZATION_SYSTEMS)}", _system_is_known),
    ),
    page=100,
    total=True,
    operations={"get-cg-for-mrcu": "The caregiver organization of a care unit organization."},
)

TYPES = (PATIENT, PERSON, RELATED_PERSON, PRACTITIONER, ORGANIZATION)
