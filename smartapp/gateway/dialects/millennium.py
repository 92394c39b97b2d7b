"""Oracle Health Millennium: its search rules per type.

Source: the vendor's R4 documentation (May 2024) and the live CapabilityStatement of 14 Aug 2026.
"""

from smartapp.gateway.dialects.rows import Default, Dialect, Need, Row, Way

_DATE_XOR_UPDATED = (frozenset({"date", "_lastUpdated"}),)
_ENCOUNTER = Default.ENCOUNTER
_PHYSICAL_TYPES = ("si", "bu", "wi", "wa", "lvl", "ro", "bd", "area")
_RELATED_TO_PATIENT = {"-relationship-level": "http://hl7.org/fhir/resource-types|Patient"}
_PATIENT = Need("patient", "Patient", kind="reference", default=Default.PATIENT)

_ACCOUNT = Row(
    ways=(
        Way(
            (Need("-encounter", "Encounter", kind="reference", default=_ENCOUNTER),),
            {"type": "guarantor-balance"},
            "Guarantor balance of an encounter",
        ),
        Way(
            (_PATIENT, Need("identifier", "Statement number", kind="token")),
            {"type": "statement"},
            "A statement, by its number",
        ),
        Way(
            (Need("-guarantor", "Guarantor (related person)", kind="reference"),),
            {"type": "financial-account"},
            "Financial accounts of a guarantor",
        ),
    ),
)
_APPOINTMENT = Row(
    ways=(
        Way((_PATIENT, Need("date", "Date", kind="period", default=Default.PERIOD))),
        Way(
            (
                _PATIENT,
                Need(
                    "-date-or-req-period",
                    "Date or requested period",
                    kind="period",
                    default=Default.PERIOD,
                ),
            ),
            title="Proposed ones too",
        ),
    ),
)
_CHARGE_ITEM = Row(
    ways=(
        Way(
            (Need("context", "Encounter", kind="reference", default=_ENCOUNTER),),
            {"-status": "billable"},
            "Charges of an encounter",
        ),
        Way(
            (Need("account", "Account", kind="reference"),),
            {"-status": "billable"},
            "Charges of an account",
        ),
    ),
)
_MESSAGE_NEEDS = (
    Need("category", "Category", kind="choice", choices=("notification", "reminder")),
    Need(
        "received",
        "Received",
        kind="period",
        default=Default.PERIOD,
        prefixes=("ge", "le"),
        days=(-30, 1),
    ),
    Need("-email-status", "Message status", kind="token"),
)
_COMMUNICATION = Row(
    ways=(
        Way(
            (
                Need("recipient:Practitioner", "Recipient", kind="reference", default=Default.USER),
                *_MESSAGE_NEEDS,
            ),
            title="Messages to a practitioner",
        ),
        Way(
            (Need("recipient:Group", "Recipient group", kind="reference"), *_MESSAGE_NEEDS),
            title="Messages to a group",
        ),
    ),
)
_LOCATION = Row(
    ways=(
        Way((Need("-physicalType", "Kind of place", kind="choice", choices=_PHYSICAL_TYPES),)),
        Way((Need("type", "Type", kind="token"),)),
        Way((Need("identifier", "Identifier", kind="token"),)),
        Way((Need("address-state", "State"), Need("address-city", "City", required=False))),
        Way((Need("address-postalcode", "Postal code"),)),
        Way((Need("address", "Address"),)),
    ),
)
_PRACTITIONER = Row(
    ways=(
        Way((Need("name", "Name (2 letters or more)"),)),
        Way((Need("family", "Family name"), Need("given", "Given name", required=False))),
        Way((Need("identifier", "Identifier (system|code)", kind="token"),)),
        Way((Need("active", "Active", kind="choice", choices=("true", "false"), value="true"),)),
    ),
)
_PATIENT_ROW = Row(
    ways=tuple(
        Way((Need(name, title),))
        for name, title in (
            ("_id", "Patient"),
            ("identifier", "Identifier (system|value)"),
            ("name", "Name"),
            ("family", "Family name"),
            ("given", "Given name"),
            ("birthdate", "Birth date"),
            ("phone", "Phone"),
            ("email", "E-mail"),
            ("address-postalcode", "Postal code"),
        )
    ),
)
_SLOT = Row(
    ways=(
        Way(
            (
                Need("service-type", "Service type", kind="token"),
                Need("start", "Start", kind="period", default=Default.PERIOD, days=(0, 14)),
            ),
        ),
    ),
    count=(5, 200),
)

DIALECT = Dialect(
    strict=True,
    post=False,
    refused=frozenset({"_sort", "_elements", "_summary", "_total", "_format"}),
    rows={
        "Account": _ACCOUNT,
        "Appointment": _APPOINTMENT,
        "CarePlan": Row(fixed={"category": "assess-plan"}),
        "CareTeam": Row(alone=frozenset({"encounter"})),
        "ChargeItem": _CHARGE_ITEM,
        "Communication": _COMMUNICATION,
        "Consent": Row(alone=frozenset({"actor", "patient.identifier", "actor.identifier"})),
        "Coverage": Row(alone=frozenset({"-encounter"})),
        "DiagnosticReport": Row(exclusive=_DATE_XOR_UPDATED),
        "DocumentReference": Row(exclusive=(frozenset({"date", "period", "_lastUpdated"}),)),
        "Encounter": Row(alone=frozenset({"account", "identifier"})),
        "Immunization": Row(exclusive=_DATE_XOR_UPDATED),
        "InsurancePlan": Row(
            ways=(Way((Need("owned-by", "Owned by organization", kind="reference"),)),)
        ),
        "Location": _LOCATION,
        "MedicationDispense": Row(exclusive=_DATE_XOR_UPDATED),
        "Observation": Row(exclusive=_DATE_XOR_UPDATED, count=(1, 200)),
        "Organization": Row(
            ways=(
                Way((Need("name", "Name", required=False),)),
                Way((Need("identifier", "Identifier", kind="token"),)),
                Way((Need("type", "Type", kind="token"),)),
                Way((Need("address", "Address"),)),
            )
        ),
        "Patient": _PATIENT_ROW,
        "Person": Row(ways=(Way((Need("identifier", "Identifier (system|code)", kind="token"),)),)),
        "Practitioner": _PRACTITIONER,
        "Procedure": Row(exclusive=_DATE_XOR_UPDATED),
        "Provenance": Row(ways=(Way((Need("target", "About resource", kind="reference"),)),)),
        "RelatedPerson": Row(fixed=_RELATED_TO_PATIENT, alone=frozenset({"-encounter"})),
        "Slot": _SLOT,
    },
)
