"""Entries of the family billing: accounts, charges, coverage, plans."""

from smartapp.fhir.entry import Column, Family, ResourceType

ENTRIES = (
    ResourceType(
        name="Account",
        title="Accounts",
        family=Family.BILLING,
        date_param="period",
        columns=(
            Column("Type", "type|name"),
            Column("Status", "status"),
            Column("Description", "description"),
            Column("Guarantor", "guarantor.party"),
            Column("Service period", "servicePeriod"),
            Column("Coverage", "coverage.coverage"),
            Column("Part of", "partOf"),
            Column("Identifiers", "identifier"),
        ),
        filters=("status", "type"),
        watch=("status", "servicePeriod"),
    ),
    ResourceType(
        name="ChargeItem",
        title="Charges",
        family=Family.BILLING,
        date_param="occurrence",
        columns=(
            Column("Item", "code"),
            Column("Date", "occurrence[x]"),
            Column("Quantity", "quantity"),
            Column("Price", "priceOverride"),
            Column("Status", "status"),
            Column("Account", "account"),
            Column("Performer", "performer.actor"),
            Column("Encounter", "context"),
        ),
        filters=("code",),
        watch=("status", "quantity", "priceOverride"),
    ),
    ResourceType(
        name="Coverage",
        title="Coverage",
        family=Family.BILLING,
        columns=(
            Column("Payor", "payor"),
            Column("Plan or group", "class.name|class.value|type"),
            Column("Member id", "subscriberId|identifier"),
            Column("Relationship", "relationship"),
            Column("Period", "period"),
            Column("Status", "status"),
            Column("Order", "order"),
        ),
        filters=("status", "type"),
        watch=("status", "period", "payor", "class"),
    ),
    ResourceType(
        name="InsurancePlan",
        title="Insurance plans",
        family=Family.BILLING,
        search=("owned-by",),
        columns=(
            Column("Name", "name"),
            Column("Type", "type"),
            Column("Owner", "ownedBy"),
            Column("Period", "period"),
            Column("Status", "status"),
        ),
        filters=("status", "type"),
        watch=("status", "period"),
    ),
)
